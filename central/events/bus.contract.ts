/**
 * What any bus must do, whatever carries the events. bus.pg.test.ts runs it for the embedded bus,
 * bus.kafka.test.ts for Kafka.
 *
 * Method: a real log in one database, consumers in two others whose effect is a row per event that they
 * applied through the inbox. Order is judged per subject, since that is what is promised.
 */
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createSupervisor, type Part, type Supervisor } from '../platform/service.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import type { EventBus, EventLog } from './ports.ts';
import { createEventLog, logChannel } from './postgres-event-log.ts';
import { applyOnce, createCursorStore } from './postgres-inbox.ts';

/** The bus under test over one log; `relays` are run by the suite. */
export interface BusUnderTest {
  readonly bus: EventBus;
  readonly relays: readonly Part[];
  readonly close: () => Promise<void>;
}

/** Opens the bus over a log and the pool of the database that holds it. */
export type OpenBus = (log: EventLog, pool: Pool) => Promise<BusUnderTest>;

const skus = ['a', 'b', 'c', 'd', 'e'];
const groups = ['console', 'notifications'] as const;
type Group = (typeof groups)[number];

class World {
  readonly databases: TestDatabases;
  readonly publisher: Pool;
  readonly consumers: Record<Group, Pool>;
  readonly owners: Record<Group, Pool>;
  readonly log: EventLog;
  #supervisors: Supervisor[] = [];

  constructor(databases: TestDatabases) {
    const { urls } = databases;
    const pool = (url: string): Pool => createPool(url, { max: 6, applicationName: 'gondola bus test' });
    this.databases = databases;
    this.publisher = pool(urls.stores.runtimeUrl);
    this.consumers = {
      console: pool(urls.console.runtimeUrl),
      notifications: pool(urls.notifications.runtimeUrl),
    };
    this.owners = { console: pool(urls.console.ownerUrl), notifications: pool(urls.notifications.ownerUrl) };
    this.log = createEventLog('stores', this.publisher, urls.stores.runtimeUrl);
  }

  async prepare(): Promise<void> {
    for (const group of groups) {
      await this.owners[group].query(
        'create table effects (n bigserial, position bigint not null, subject text not null)',
      );
      await this.owners[group].query(`grant insert, select on effects to gondola_${group}_runtime`);
      await this.owners[group].query(`grant usage on sequence effects_n_seq to gondola_${group}_runtime`);
    }
  }

  /** Appends as a service does: the log's row locked last, NOTIFY in the transaction. */
  async append(count: number, event: (index: number) => object = priceChanged): Promise<void> {
    await this.publisher.query(
      `with moved as (update log set position = position + $1 returning position)
       insert into events (position, type, occurred_at, event)
       select moved.position - $1 + e.ordinality, e.event ->> 'type', now(), e.event
         from moved, jsonb_array_elements($2::jsonb) with ordinality as e (event, ordinality)`,
      [count, JSON.stringify(Array.from({ length: count }, (_, index) => event(index)))],
    );
    await this.publisher.query('select pg_notify($1, $2)', [logChannel('stores'), '']);
  }

  run(...parts: Part[]): Supervisor {
    const supervisor = createSupervisor({ firstPauseMs: 20, onFailure: () => undefined });
    for (const part of parts) supervisor.start(part);
    this.#supervisors.push(supervisor);
    return supervisor;
  }

  /** A member of a group whose effect is one row per event. */
  member(
    bus: EventBus,
    group: Group,
    before: (events: readonly CloudEvent[]) => void = () => undefined,
  ): Part {
    const pool = this.consumers[group];
    return bus.subscribe({
      group,
      sources: ['stores'],
      cursors: createCursorStore(pool),
      handle: async (events) => {
        before(events);
        await applyOnce(pool, events, async (transaction, heard) => {
          for (const { position, event } of heard) {
            const subject = 'sku' in event ? event.sku : '';
            await transaction.query('insert into effects (position, subject) values ($1, $2)', [
              position,
              subject,
            ]);
          }
        });
      },
    });
  }

  async effects(group: Group): Promise<{ position: number; subject: string }[]> {
    return (await this.consumers[group].query('select position, subject from effects order by n')).rows;
  }

  /** Waits until so many effects stand, then checks: each once, and each subject in order. */
  async expectEffects(group: Group, count: number): Promise<void> {
    await expect
      .poll(async () => (await this.effects(group)).length, { timeout: 45_000, interval: 50 })
      .toBeGreaterThanOrEqual(count);
    const effects = await this.effects(group);
    expect(new Set(effects.map((effect) => effect.position)).size).toBe(count);
    expect(effects).toHaveLength(count);
    for (const sku of skus) {
      const positions = effects.filter((effect) => effect.subject === sku).map((effect) => effect.position);
      expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    }
  }

  async close(): Promise<void> {
    for (const supervisor of this.#supervisors) await supervisor.stop();
    for (const pool of [this.publisher, ...Object.values(this.consumers), ...Object.values(this.owners)])
      await pool.end();
    await this.databases.drop();
  }
}

function priceChanged(index: number): object {
  return { type: 'PriceChanged', sku: skus[index % skus.length], priceMinor: index };
}

/** The suite's present world and bus. */
interface Stage {
  world: World;
  tested: BusUnderTest;
}

/** Runs the suite. */
export function busContract(name: string, open: OpenBus): void {
  describe(`${name} keeps the promise of a bus`, () => {
    const at = {} as Stage;

    beforeEach(async () => {
      at.world = new World(await createTestDatabases({ services: ['stores', 'console', 'notifications'] }));
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
    const heard: CloudEvent[] = [];
    await at.world.append(700);
    at.world.run(
      at.world.member(at.tested.bus, 'console', (events) => heard.push(...events)),
      at.world.member(at.tested.bus, 'notifications'),
    );
    await at.world.append(11);
    await at.world.expectEffects('console', 711);
    await at.world.expectEffects('notifications', 711);
    const { logId } = await at.world.log.head();
    expect(heard.find((event) => event.position === 3)).toMatchObject({
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
      at.world.member(at.tested.bus, 'console', (events) =>
        again.push(...events.map((event) => event.position)),
      ),
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
      at.world.member(at.tested.bus, 'console', () => {
        calls += 1;
        if (calls <= 2) throw new Error('not this time');
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
    // Forget every place: the log, or the relay, starts over.
    await at.world.owners.console.query('delete from bus_cursors');
    await at.world.publisher.query('update relay_cursors set position = 0');
    await at.world.append(5);
    at.world.run(at.world.member(at.tested.bus, 'console'));
    await at.world.expectEffects('console', 30);
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
