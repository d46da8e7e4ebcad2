import { expect, it } from 'vitest';
import { IS_SOAK, PROOF_TIMEOUT_MS } from '../properties/proof.ts';
import { LEASE_LIFE } from './scenario.ts';
import { RECORD_POINTS, type VirtualTill } from './virtual-till.ts';
import { World } from './world.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const JUMPS_MS = [SECOND_MS, 60 * SECOND_MS, 3_600 * SECOND_MS, DAY_MS, YEAR_MS, 10 * YEAR_MS].flatMap(
  (ms) => [ms, -ms],
);
/** Longer than any wait before a next try. */
const RETRY_MS = 31_000;
/** In `npm test` every third step; in the soak each. */
const STRIDE = IS_SOAK ? 1 : 3;

it.each(JUMPS_MS)(
  'a wall clock that jumps by %i ms costs no guarantee and oversells nothing, step by step',
  async (jumpMs) => {
    for (let at = 0; at < LEASE_LIFE.length; at += STRIDE) {
      const world = await World.open(['a', 'b']);
      const till = world.at(0);
      for (const [index, step] of LEASE_LIFE.entries()) {
        if (index === at) till.errors.wallMs += jumpMs;
        await step.run(world, till);
      }
      await world.time.pass(RETRY_MS);
      await world.rounds();
      expect(world.faults()).toEqual([]);
      expect(await world.undecided()).toEqual([]);
      await world.stock(30);
      await world.rounds();
      expect(await world.drain()).toEqual([]);
    }
  },
  PROOF_TIMEOUT_MS,
);

const OPERATIONS: Record<string, (till: VirtualTill, holdId: string) => Promise<unknown>> = {
  sale: (till) => till.sell('tea'),
  hold: (till) => till.hold('tea'),
  'sale of a hold': (till, holdId) => till.sell('tea', 1, holdId),
  commit: (till, holdId) => till.commit(holdId),
  release: (till, holdId) => till.release(holdId),
};
const SLEEPS_MS = [60 * SECOND_MS, 3_600 * SECOND_MS, DAY_MS - 60 * SECOND_MS, DAY_MS, 7 * DAY_MS];

const sleepCases = Object.keys(OPERATIONS).flatMap((operation) =>
  [...RECORD_POINTS, 'check' as const].flatMap((point) =>
    SLEEPS_MS.flatMap((sleepMs) =>
      [true, false].map((isOnline) => ({ operation, point, sleepMs, isOnline })),
    ),
  ),
);

it.each(sleepCases)(
  'a $operation whose machine sleeps $sleepMs ms before its $point is guaranteed only inside the term (online: $isOnline)',
  async ({ operation, point, sleepMs, isOnline }) => {
    const world = await World.open(['b']);
    const armed = { isArmed: false };
    const suspendMachine = async (now: string) => {
      if (!armed.isArmed || now !== point) return;
      armed.isArmed = false;
      till.errors.monotonicMs -= sleepMs;
      await world.time.jump(sleepMs);
      await world.centre.sweep();
    };
    const till: VirtualTill = await world.openTill('a', { during: suspendMachine });
    await world.rounds();
    const { id, label } = await till.hold('tea');
    expect(label).toBe('GUARANTEED');
    till.isOnline = isOnline;
    armed.isArmed = true;
    await suspendMachine('check');
    const before = till.told.length;
    await OPERATIONS[operation]?.(till, id).catch((error: unknown) => {
      // A hold that lapsed while the machine slept may be ended by the till itself first.
      if (!String(error).includes('hold-over')) throw error;
    });
    for (const told of till.told.slice(before))
      if (told.label === 'GUARANTEED' && !isOnline)
        expect(told.atMs).toBeLessThan(await world.termEndsAt(till));
    if (!isOnline && sleepMs >= DAY_MS)
      for (const told of till.told.slice(before)) expect(told.label).not.toBe('GUARANTEED');
    // A short suspendMachine takes nothing away, or these tests would pass for a till that never guarantees.
    if (sleepMs < DAY_MS / 2 && (operation === 'sale' || operation === 'hold'))
      expect(till.told.at(-1)?.label).toBe('GUARANTEED');
    till.goOnline();
    await world.rounds();
    expect(world.faults()).toEqual([]);
    expect(await world.undecided()).toEqual([]);
    expect(await world.drain()).toEqual([]);
  },
);
