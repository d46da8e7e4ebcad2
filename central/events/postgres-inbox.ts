/**
 * Effect once: the event's id and its effect are written in one transaction of the consumer's database.
 *
 * Tables (each consumer's first migration has them): `inbox (log_id, position)`, `bus_cursors (consumer,
 * source, log_id, position)`, `parked_events (log_id, position, reason, event)`. Two nodes with the same
 * batch meet on the inbox rows: the second waits for the first, then finds nothing left to do.
 */

import type { InventoryEvent, StoresEvent } from '@gondola/shared/schemas/events.ts';
import {
  type CloudEvent,
  cloudEventSchema,
  dataSchemas,
  type TopicSource,
} from '@gondola/shared/schemas/topics.ts';
import { type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import type { CursorStore } from './ports.ts';

/** An event whose envelope and data were read and checked. */
export type HeardEvent = {
  readonly logId: string;
  readonly position: number;
  readonly occurredAt: string;
} & (
  | { readonly source: 'inventory'; readonly event: InventoryEvent }
  | { readonly source: 'stores'; readonly event: StoresEvent }
);

/**
 * Hands the events that were never applied here to `apply`, in order, in the transaction that remembers
 * them. An event that cannot be read is kept in `parked_events` for a person and holds up nothing else.
 * Answers how many were new.
 */
export function applyOnce(
  pool: Pool,
  events: readonly CloudEvent[],
  apply: (transaction: Transaction, events: readonly HeardEvent[]) => Promise<void>,
): Promise<number> {
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (transaction) => {
    const fresh = await rememberNew(transaction, events);
    const heard: HeardEvent[] = [];
    for (const event of fresh) {
      const read = readEvent(event);
      if (typeof read === 'string') await park(transaction, event, read);
      else heard.push(read);
    }
    if (heard.length > 0) await apply(transaction, heard);
    return fresh.length;
  });
}

/** The places of this database's groups. */
export function createCursorStore(pool: Pool): CursorStore {
  return {
    load: async (group, source) => {
      const { rows } = await pool.query<{ log_id: string; position: number }>(
        'select log_id, position from bus_cursors where consumer = $1 and source = $2',
        [group, source],
      );
      return rows[0] === undefined ? null : { logId: rows[0].log_id, position: rows[0].position };
    },
    save: async (group, source, { logId, position }) => {
      await pool.query(
        `insert into bus_cursors as c (consumer, source, log_id, position) values ($1, $2, $3, $4)
         on conflict (consumer, source) do update
            set log_id = excluded.log_id,
                position = case when c.log_id = excluded.log_id
                                then greatest(c.position, excluded.position) else excluded.position end`,
        [group, source, logId, position],
      );
    },
  };
}

async function rememberNew(transaction: Transaction, events: readonly CloudEvent[]): Promise<CloudEvent[]> {
  const { rows } = await transaction.query<{ log_id: string; position: number }>(
    `insert into inbox (log_id, position)
     select * from unnest($1::uuid[], $2::bigint[]) as e (log_id, position) order by log_id, position
     on conflict do nothing returning log_id, position`,
    [events.map((event) => event.logid), events.map((event) => event.position)],
  );
  const fresh = new Set(rows.map((row) => `${row.log_id}:${row.position}`));
  return events.filter((event) => fresh.delete(`${event.logid}:${event.position}`));
}

function readEvent(event: CloudEvent): HeardEvent | string {
  const envelope = cloudEventSchema.safeParse(event);
  if (!envelope.success) return `the envelope cannot be read: ${envelope.error.issues[0]?.message ?? ''}`;
  const source = event.source.slice(1) as TopicSource;
  const data = dataSchemas[source].safeParse(event.data);
  if (!data.success) {
    const issue = data.error.issues[0];
    return `the data of ${event.type} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
  }
  return {
    logId: event.logid,
    position: event.position,
    occurredAt: event.time,
    source,
    event: data.data,
  } as HeardEvent;
}

async function park(transaction: Transaction, event: CloudEvent, reason: string): Promise<void> {
  await transaction.query(
    'insert into parked_events (log_id, position, reason, event) values ($1, $2, $3, $4)',
    [event.logid, event.position, reason, JSON.stringify(event)],
  );
}
