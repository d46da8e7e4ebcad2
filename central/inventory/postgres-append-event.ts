import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Transaction } from '../platform/postgres.ts';
import { LOG_CHANNEL } from './log-channel.ts';

/**
 * Adds one event that no batch of the authority makes: what a person decided. Locks the log, so it comes after every
 * other lock of the transaction; wakes the readers at commit.
 */
export async function appendEvent(tx: Transaction, event: InventoryEvent): Promise<number> {
  const { rows } = await tx.query<{ position: number }>(
    'update log set position = position + 1 returning position',
  );
  const { position } = must(rows[0], 'the first migration inserts the log');
  await tx.query(
    `insert into events (position, store_id, sku, type, occurred_at, event) values ($1, $2, $3, $4, clock_timestamp(), $5)`,
    [position, event.storeId, 'sku' in event ? event.sku : null, event.type, JSON.stringify(event)],
  );
  await tx.query('select pg_notify($1, $2)', [LOG_CHANNEL, String(position)]);
  return position;
}
