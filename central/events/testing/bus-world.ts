/** A publisher's log and two consumers in real databases, for the contract of a bus. */
import { expect } from 'vitest';
import { createPool, type Pool } from '../../platform/postgres.ts';
import { createSupervisor, type Part, type Supervisor } from '../../platform/service.ts';
import type { TestDatabases } from '../../testing/test-database.ts';
import type { CursorStore, DeliveredEvent, EventBus, EventLog } from '../ports.ts';
import type { Effect } from '../postgres-effects.ts';
import { createEventLog, logChannel } from '../postgres-event-log.ts';
import { applyOnce, type Consumer } from '../postgres-inbox.ts';
import { createCursorStore } from '../postgres-places.ts';

const skus = ['a', 'b', 'c', 'd', 'e'];
const groups = ['console', 'notifications'] as const;
export type Group = (typeof groups)[number];

export interface MemberParts {
  /** Sees each batch before it is applied. */
  readonly before?: (events: readonly DeliveredEvent[]) => void;
  /** What else is written with each batch. */
  readonly more?: () => readonly Effect[];
  readonly cursors?: CursorStore;
  readonly onReplaced?: () => void;
}

export class BusWorld {
  readonly databases: TestDatabases;
  readonly publisher: Pool;
  readonly consumers: Record<Group, Pool>;
  readonly owners: Record<Group | 'stores', Pool>;
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
    this.owners = {
      console: pool(urls.console.ownerUrl),
      notifications: pool(urls.notifications.ownerUrl),
      stores: pool(urls.stores.ownerUrl),
    };
    this.log = createEventLog('stores', this.publisher, urls.stores.runtimeUrl);
  }

  async prepare(): Promise<void> {
    for (const group of groups) {
      await this.owners[group].query(
        'create table effects (n bigserial, position bigint not null, subject text not null)',
      );
      await this.owners[group].query(`grant insert, select, truncate on effects to gondola_${group}_runtime`);
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

  /** The log as a backup knew it: some of its events, and another id. */
  async replaceLog(position: number): Promise<void> {
    await this.owners.stores.query('delete from events where position > $1', [position]);
    await this.owners.stores.query('update log set log_id = gen_random_uuid(), position = $1', [position]);
    await this.owners.stores.query('update relay_cursors set position = 0');
  }

  /** A member of a group whose effect is one row per event. */
  member(
    bus: EventBus,
    group: Group,
    { before = () => undefined, more = () => [], cursors, onReplaced = () => undefined }: MemberParts = {},
  ): Part {
    const pool = this.consumers[group];
    const consumer = recording(more);
    return bus.subscribe({
      group,
      sources: ['stores'],
      cursors: cursors ?? createCursorStore(pool),
      handle: async (events, delivery) => {
        before(events);
        await applyOnce(pool, consumer, events, {
          ...delivery,
          onReplaced: (replaced) => {
            onReplaced();
            delivery.onReplaced(replaced);
          },
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

/** Writes one row per event. */
export function recording(more: () => readonly Effect[] = () => []): Consumer {
  return {
    fold: async (_db, heard) => [effectOf(heard), ...more()],
    clear: async (transaction) => {
      await transaction.query('truncate effects');
    },
  };
}

function effectOf(heard: readonly DeliveredEvent[]): Effect {
  return {
    name: 'e',
    text: (first, guard) => `insert into effects (position, subject)
      select position, subject from unnest($${first}::bigint[], $${first + 1}::text[]) as e (position, subject)
       where ${guard} order by position`,
    values: [
      heard.map(({ position }) => position),
      heard.map((each) => ('source' in each && 'sku' in each.event ? each.event.sku : '')),
    ],
  };
}

export function priceChanged(index: number): object {
  return { type: 'PriceChanged', sku: skus[index % skus.length], priceMinor: index };
}
