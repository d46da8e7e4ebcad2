import { ALLOTMENT_TERM_MS } from '@gondola/shared/lib/limits.ts';
import type { VirtualTill } from './virtual-till.ts';
import type { World } from './world.ts';

/** One step of the whole life of a lease: grant, pull, spend, hold, end, recall, surrender, settle. */
export interface Step {
  readonly name: string;
  readonly run: (world: World, till: VirtualTill) => Promise<void>;
}

/** Past the till's own time for a hold, so that it ends it. */
const HOLD_OVER_MS = 301_000;

const openHold = async (till: VirtualTill): Promise<string | undefined> =>
  (await till.till.holds()).find(({ state }) => state === 'held' || state === 'pending')?.reservationId;

/** The same steps for every fault; each is told to whoever till holds the first place then. */
export const LEASE_LIFE: readonly Step[] = [
  { name: 'grant and pull', run: (world) => world.rounds(1) },
  { name: 'spend', run: async (_, till) => void (await till.sell('tea')) },
  { name: 'hear the verdict', run: (world) => world.rounds(1) },
  { name: 'hold', run: async (_, till) => void (await till.hold('tea', 2)) },
  {
    name: 'collect',
    run: async (_, till) => {
      const id = await openHold(till);
      await till.sell('tea', 3, id);
    },
  },
  { name: 'hold again', run: async (_, till) => void (await till.hold('tea')) },
  { name: 'hear of the hold', run: (world) => world.rounds(1) },
  {
    name: 'commit',
    run: async (_, till) => {
      const id = await openHold(till);
      if (id !== undefined) await till.commit(id);
    },
  },
  { name: 'hold for nobody', run: async (_, till) => void (await till.hold('tea')) },
  { name: 'let it lapse', run: (world) => world.time.pass(HOLD_OVER_MS) },
  { name: 'hear of the lapse', run: (world) => world.rounds(1) },
  { name: 'be asked for units', run: (world) => world.recallAll() },
  { name: 'surrender', run: (world) => world.rounds(2) },
  { name: 'be leased anew', run: (world) => world.dealAgain() },
  {
    name: 'be silent past the term',
    run: async (world, till) => {
      till.isOnline = false;
      await till.sell('tea');
      await world.time.jump(ALLOTMENT_TERM_MS);
      await world.centre.sweep();
    },
  },
  {
    name: 'come back',
    run: async (world, till) => {
      till.goOnline();
      await world.rounds(1);
    },
  },
  { name: 'settle and be leased anew', run: (world) => world.rounds(3) },
  { name: 'sell beyond the lease', run: async (_, till) => void (await till.sell('tea', 30)) },
  { name: 'hear what is owed', run: (world) => world.rounds(2) },
];
