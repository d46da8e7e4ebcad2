/** Appends to the stores' log inside the caller's transaction. Locks the log's row: call it last. */
import type { StoresEvent } from '@gondola/shared/schemas/events.ts';
import { logChannel } from '../events/postgres-event-log.ts';
import type { Transaction } from '../platform/postgres.ts';

/** Gives the events consecutive positions; answers the position before the first. */
export async function appendToLog(
  transaction: Transaction,
  events: readonly StoresEvent[],
  now: string,
  newProducts = 0,
): Promise<number> {
  const { rows } = await transaction.query<{ position: number }>(
    'update log set position = position + $1, products = products + $2 returning position',
    [events.length, newProducts],
  );
  const base = (rows[0]?.position ?? 0) - events.length;
  await transaction.query(
    `insert into events (position, type, occurred_at, event)
     select $1 + e.ordinality, e.event ->> 'type', $2, e.event
       from jsonb_array_elements($3::jsonb) with ordinality as e (event, ordinality)`,
    [base, now, JSON.stringify(events)],
  );
  await transaction.query('select pg_notify($1, $2)', [logChannel('stores'), String(base + events.length)]);
  return base;
}
