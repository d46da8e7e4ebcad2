import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROOF_TIMEOUT_MS, proveLater } from '../properties/proof.ts';
import type { Fate, Message } from './virtual-till.ts';
import { World } from './world.ts';

const FILE = 'e2e/protocol/any-fault.test.ts';
const NAMES = ['a', 'b', 'c'];
const RETRY_MS = 31_000;
const KINDS = [
  'sell',
  'sell',
  'hold',
  'hold',
  'collect',
  'commit',
  'release',
  'web-hold',
  'stock',
  'round',
  'round',
  'pass',
  'jump',
  'cut',
  'mend',
  'lose',
  'crash',
  'restart-centre',
  'fail-batch',
  'recall',
  'deal',
] as const;

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly till: number;
  readonly quantity: number;
  readonly message: Message;
  readonly fate: Fate;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(...KINDS),
    till: fc.nat({ max: NAMES.length - 1 }),
    quantity: fc.constantFrom(1, 1, 2, 5, 12),
    message: fc.constantFrom<Message[]>('hello', 'push', 'pull'),
    fate: fc.constantFrom<Fate[]>('request-lost', 'answer-lost'),
  }),
  { minLength: 1, maxLength: 30, size: 'max' },
);

class Run {
  readonly world: World;
  /** The program that stands in each place now. */
  readonly #places: number[] = [0, 1, 2];
  #webHolds = 0;

  constructor(world: World) {
    this.world = world;
  }

  async play({ kind, till: place, quantity, message, fate }: Step): Promise<void> {
    const { world } = this;
    const till = world.at(must(this.#places[place], 'a place of this store'));
    const open = (await till.till.holds()).find(({ state }) => state === 'held' || state === 'pending');
    switch (kind) {
      case 'sell':
        await till.sell('tea', quantity);
        return;
      case 'hold':
        await till.hold('tea', quantity);
        return;
      case 'collect':
        if (open !== undefined) await till.sell('tea', open.quantity, open.reservationId);
        return;
      case 'commit':
        if (open !== undefined) await till.commit(open.reservationId);
        return;
      case 'release':
        if (open !== undefined) await till.release(open.reservationId);
        return;
      case 'web-hold': {
        this.#webHolds += 1;
        const reservationId = derivedUuid(`web ${this.#webHolds}`);
        await world.centre.single({ type: 'reserve', reservationId, sku: 'tea', quantity });
        return;
      }
      case 'stock':
        return world.stock(quantity);
      case 'round':
        return world.rounds(1);
      case 'pass':
        return world.time.pass(quantity * 60_000);
      case 'jump':
        await world.time.jump(quantity * 3 * 3_600_000);
        return world.centre.sweep();
      case 'cut':
        till.isOnline = false;
        return;
      case 'mend':
        till.goOnline();
        return;
      case 'lose': {
        let left = 1;
        till.fateOf = (one) => {
          if (one !== message || left === 0) return 'arrives';
          left -= 1;
          return fate;
        };
        return;
      }
      case 'crash': {
        await till.crash();
        const { medium, replica, isOnline } = till;
        this.#places[place] = world.tills.length;
        await world.openTill(must(NAMES[place], 'a place has a name'), { medium, replica, isOnline });
        return;
      }
      case 'restart-centre':
        world.centre.restart();
        return;
      case 'fail-batch':
        world.centre.failNextTransactions(1);
        return;
      case 'recall':
        return world.recallAll();
      case 'deal':
        return world.dealAgain();
    }
  }

  async end(): Promise<string[]> {
    const { world } = this;
    world.centre.failNextTransactions(0);
    for (const index of this.#places) world.at(index).goOnline();
    await world.time.pass(RETRY_MS);
    await world.rounds();
    const undecided = await world.undecided();
    const kinds = ['life-forked', 'settlement-differs'] as const;
    const conflicts = kinds.flatMap((kind) =>
      world.conflicts(kind).map(({ reason }) => `${kind}: ${reason}`),
    );
    // More than anybody can have sold, so that nothing is owed when the leases are called in.
    await world.stock(1_000);
    await world.rounds();
    return [...undecided, ...conflicts, ...(await world.drain())];
  }
}

test(
  'keeps every guarantee and every unit under any faults in any order',
  async () => {
    const title = 'keeps every guarantee and every unit under any faults in any order';
    let guaranteed = 0;
    const property = fc.asyncProperty(steps, async (list) => {
      const run = new Run(await World.open(NAMES));
      // A single operation whose batch is failed on purpose is refused, as its caller would hear.
      for (const step of list)
        await run.play(step).catch((error: unknown) => {
          if (!String(error).includes('the centre did not decide')) throw error;
        });
      const wrong = await run.end();
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
      guaranteed += run.world.tills
        .flatMap(({ told }) => told)
        .filter(({ label }) => label === 'GUARANTEED').length;
    });
    await proveLater({ file: FILE, title }, { quick: 60, soak: 5_000 }, property);
    expect(guaranteed).toBeGreaterThan(0);
  },
  PROOF_TIMEOUT_MS,
);
