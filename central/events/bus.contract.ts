/**
 * What any bus must do, whatever carries the events. bus.pg.test.ts runs it for the embedded bus,
 * bus.kafka.test.ts for Kafka.
 *
 * Method: a real log in one database, consumers in two others whose effect is a row per event that they
 * applied through the inbox. Order is judged per subject, since that is what is promised.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { createTestDatabases } from '../testing/test-database.ts';
import type { DeliveredEvent, EventBus, EventLog } from './ports.ts';
import type { Effect } from './postgres-effects.ts';
import { BusWorld, priceChanged } from './testing/bus-world.ts';

/** The bus under test over one log; `relays` are run by the suite. */
export interface BusUnderTest {
  readonly bus: EventBus;
  readonly relays: readonly Part[];
  readonly close: () => Promise<void>;
}

/** Opens the bus over a log and the pool of the database that holds it. */
export type OpenBus = (log: EventLog, pool: Pool) => Promise<BusUnderTest>;

const byNumber = (one: number, other: number): number => one - other;

/** Ends the member's connection in the midst of its statement, after its other effects. */
const killing: Effect = {
  name: 'k',
  text: (_first, guard) => `insert into effects (position, subject)
    select 0, 'killed'
     where ${guard} and case when pg_terminate_backend(pg_backend_pid()) then pg_sleep(5) is null end`,
  values: [],
};

/** The suite's present world and bus. */
interface Stage {
  world: BusWorld;
  tested: BusUnderTest;
}

/** Runs the suite. */
export function busContract(name: string, open: OpenBus): void {
  describe(`${name} keeps the promise of a bus`, () => {
    const at = {} as Stage;

    beforeEach(async () => {
      at.world = new BusWorld(
        await createTestDatabases({ services: ['stores', 'console', 'notifications'] }),
      );
      await at.world.prepare();
      at.tested = await open(at.world.log, at.world.publisher);
      at.world.run(...at.tested.relays);
    });

    afterEach(async () => {
      await at.world.close().finally(() => at.tested.close());
    });

    whenAllIsWell(at);
    whenSomethingFails(at);
  });
}

function whenAllIsWell(at: Stage): void {
  test('every group hears every event once, each subject in order, with its content', async () => {
    const heard: DeliveredEvent[] = [];
    await at.world.append(700);
    at.world.run(
      at.world.member(at.tested.bus, 'console', { before: (events) => heard.push(...events) }),
      at.world.member(at.tested.bus, 'notifications'),
    );
    await at.world.append(11);
    await at.world.expectEffects('console', 711);
    await at.world.expectEffects('notifications', 711);
    const { logId } = await at.world.log.head();
    expect(heard.find((event) => event.position === 3)?.cloudEvent).toMatchObject({
      specversion: '1.0',
      id: `${logId}:3`,
      source: '/stores',
      type: 'gondola.stores.PriceChanged.v1',
      subject: '/c',
      logid: logId,
      data: { type: 'PriceChanged', sku: 'c', priceMinor: 2 },
    });
  });

  test('a group that stopped goes on where it was', async () => {
    await at.world.append(30);
    const first = at.world.run(at.world.member(at.tested.bus, 'console'));
    await at.world.expectEffects('console', 30);
    await first.stop();
    await at.world.append(30);
    const again: number[] = [];
    at.world.run(
      at.world.member(at.tested.bus, 'console', {
        before: (events) => again.push(...events.map((event) => event.position)),
      }),
    );
    await at.world.expectEffects('console', 60);
    expect(Math.min(...again)).toBe(31);
  });

  test('many writers and two members of one group: each event has one effect', async () => {
    at.world.run(at.world.member(at.tested.bus, 'console'), at.world.member(at.tested.bus, 'console'));
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 5; round += 1) await at.world.append(10);
      }),
    );
    await expect
      .poll(async () => new Set((await at.world.effects('console')).map((effect) => effect.position)).size, {
        timeout: 45_000,
        interval: 50,
      })
      .toBe(400);
    expect(await at.world.effects('console')).toHaveLength(400);
  });

  test('an event is heard soon after it was written, without waiting for the next look', async () => {
    at.world.run(at.world.member(at.tested.bus, 'console'));
    await at.world.append(1);
    await at.world.expectEffects('console', 1);
    await at.world.append(1);
    await expect
      .poll(async () => (await at.world.effects('console')).length, { timeout: 1_500, interval: 20 })
      .toBe(2);
  });
}

function whenSomethingFails(at: Stage): void {
  test('a handler that fails is handed the same events again, and nothing is passed over', async () => {
    let calls = 0;
    await at.world.append(20);
    at.world.run(
      at.world.member(at.tested.bus, 'console', {
        before: () => {
          calls += 1;
          if (calls <= 2) throw new Error('not this time');
        },
      }),
    );
    await at.world.expectEffects('console', 20);
    expect(calls).toBeGreaterThan(2);
  });

  test('events that are delivered again have no second effect', async () => {
    await at.world.append(25);
    const first = at.world.run(at.world.member(at.tested.bus, 'console'));
    await at.world.expectEffects('console', 25);
    await first.stop();
    // The reader, or the relay, starts over.
    await at.world.publisher.query('update relay_cursors set position = 0');
    await at.world.append(5);
    at.world.run(at.world.member(at.tested.bus, 'console', { cursors: { load: async () => null } }));
    await at.world.expectEffects('console', 30);
  });

  test('a member that dies between its effect and its place leaves neither, and the next one does both', async () => {
    await at.world.append(20);
    let deaths = 0;
    const more = (): Effect[] => {
      deaths += 1;
      return deaths <= 2 ? [killing] : [];
    };
    at.world.run(at.world.member(at.tested.bus, 'console', { more }));
    await at.world.append(5);
    await at.world.expectEffects('console', 25);
    expect(deaths).toBeGreaterThan(2);
  });

  test('when another log takes the place of the old one, what was folded is cleared, and the new one is heard from its beginning', async () => {
    await at.world.append(20);
    let replaced = 0;
    const onReplaced = (): void => {
      replaced += 1;
    };
    at.world.run(
      at.world.member(at.tested.bus, 'console', { onReplaced }),
      at.world.member(at.tested.bus, 'console', { onReplaced }),
    );
    await at.world.expectEffects('console', 20);
    await at.world.replaceLog(10);
    await at.world.append(5);
    await expect
      .poll(async () => (await at.world.effects('console')).map(({ position }) => position).sort(byNumber), {
        timeout: 45_000,
      })
      .toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    await expect.poll(() => replaced).toBe(1);
  });

  test('an event that nobody can read is kept for a person and holds up nothing', async () => {
    await at.world.append(9, (index) =>
      index === 4 ? { type: 'FromTheFuture', sku: 'a' } : priceChanged(index),
    );
    at.world.run(at.world.member(at.tested.bus, 'console'));
    await at.world.expectEffects('console', 8);
    await expect
      .poll(
        async () =>
          (await at.world.consumers.console.query('select position, reason from parked_events')).rows,
        { timeout: 10_000 },
      )
      .toEqual([{ position: 5, reason: expect.stringMatching(/FromTheFuture\.v1 cannot be read/) }]);
  });
}
