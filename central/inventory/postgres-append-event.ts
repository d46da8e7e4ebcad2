import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Transaction } from '../platform/postgres.ts';
import { LOG_CHANNEL } from './log-channel.ts';

/** Comes before every row lock of a transaction that will append: batches lock the log first too, so none can deadlock. */
export async function lockLog(tx: Transaction): Promise<void> {
  await tx.query('select from log for update');
}

/** Adds one event that no batch of the authority makes: what a person decided. Wakes the readers at commit. */
export async function appendEvent(tx: Transaction, event: InventoryEvent): Promise<number> {
  const { rows } = await tx.query<{ position: number }>(
    'update log set position = position + 1 returning position',
  );
  const { position } = must(rows[0], 'the first migration inserts the log');
  await tx.query(
    `insert into log_runs (first_position, last_position, store_id, occurred_at, events, operations, verdicts, skus, places,
       from_accounts, to_accounts, quantities)
     values ($1, $1, $2, clock_timestamp(), $3, '[]', '{}', '{}', '{}', '{}', '{}', '{}')`,
    [position, event.storeId, JSON.stringify([event])],
  );
  await tx.query('select pg_notify($1, $2)', [LOG_CHANNEL, String(position)]);
  return position;
}
