/** Pools whose events could not be folded: which, and folding one again when the reason is mended. */
import { must } from '@gondola/shared/lib/assert.ts';
import { RELAY_EVENTS_MAX } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import type { DeliveredEvent, EventLog } from '../events/ports.ts';
import { runEffects } from '../events/postgres-effects.ts';
import { holdPlace } from '../events/postgres-places.ts';
import { readOwnEvent } from '../events/read-event.ts';
import { type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import type { ParkedRow } from './ports.ts';
import { savingPools, savingReservations } from './postgres-write-model.ts';
import { type Before, type PoolKey, project } from './project.ts';

const GROUP = { group: 'console', source: 'inventory' } as const;

/** The oldest first. */
export async function listParked(pool: Pool, rowsMax: number): Promise<readonly ParkedRow[]> {
  const { rows } = await pool.query<Omit<ParkedRow, 'parkedAt'> & { parkedAt: Date }>(
    `select store_id as "storeId", sku, position, reason, parked_at as "parkedAt"
       from parked_pools order by parked_at, store_id, sku limit $1`,
    [rowsMax],
  );
  return rows.map((row) => ({ ...row, parkedAt: row.parkedAt.toISOString() }));
}

/**
 * Folds a parked pool from the beginning of the log and lets its events change it again; the failure says why it cannot be
 * folded still. The log is read beforehand; only what came meanwhile is read while the group waits.
 */
export async function refoldPool(pool: Pool, log: EventLog, key: PoolKey): Promise<Result<void, string>> {
  const place = await parkedIn(pool, key);
  if (place === null) return failure('this pool is not parked');
  const fold = new Refold(key);
  await fold.readTo(log, (await log.head()).position);
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (transaction) => {
    const held = must(
      await holdPlace(transaction, { ...GROUP, partition: place.partition }),
      'what parked the pool had a place',
    );
    const stillParked = await parkedIn(transaction, key);
    if (stillParked === null || held.logId !== (await log.head()).logId)
      return failure('the log was replaced meanwhile');
    return fold.saveAt(transaction, log, held.position);
  });
}

/** Where its events come from: null is the log itself. */
async function parkedIn(
  db: Pool | Transaction,
  { storeId, sku }: PoolKey,
): Promise<{ readonly partition: number | null } | null> {
  const { rows } = await db.query<{ partition: number }>(
    'select partition from parked_pools where store_id = $1 and sku = $2',
    [storeId, sku],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { partition: row.partition < 0 ? null : row.partition };
}

class Refold {
  readonly #key: PoolKey;
  readonly #events: Logged<InventoryEvent>[] = [];
  #position = 0;
  #unreadReason: string | null = null;

  constructor(key: PoolKey) {
    this.#key = key;
  }

  async readTo(log: EventLog, position: number): Promise<void> {
    while (this.#position < position) {
      const page = await log.read(this.#position, RELAY_EVENTS_MAX);
      const last = page.at(-1);
      if (last === undefined) return;
      const { storeId, sku } = this.#key;
      const own = page.filter(({ subject }) => subject === `${storeId}/${sku}`).map(readOwnEvent);
      this.#unreadReason ??= own.map(unreadReasonOf).find((reason) => reason !== null) ?? null;
      this.#events.push(...own.flatMap(inventoryOf));
      this.#position = last.position;
    }
  }

  async saveAt(transaction: Transaction, log: EventLog, position: number): Promise<Result<void, string>> {
    await this.readTo(log, position);
    if (this.#unreadReason !== null) return failure(this.#unreadReason);
    const nothing: Before = { pools: [], reservations: [], parked: [] };
    // What the group has not come to yet reaches the pool by the bus.
    const { pools, reservations, parked } = project(
      this.#events.filter((event) => event.position <= position),
      nothing,
    );
    const [again] = parked;
    if (again !== undefined) return failure(`at ${again.position}: ${again.reason}`);
    await runEffects(transaction, [
      ...(pools.length > 0 ? [savingPools(pools)] : []),
      ...(reservations.length > 0 ? [savingReservations(reservations)] : []),
    ]);
    const { storeId, sku } = this.#key;
    await transaction.query('delete from parked_pools where store_id = $1 and sku = $2', [storeId, sku]);
    return success(undefined);
  }
}

function unreadReasonOf(event: DeliveredEvent): string | null {
  return 'unreadReason' in event ? `at ${event.position}: ${event.unreadReason}` : null;
}

function inventoryOf(event: DeliveredEvent): Logged<InventoryEvent>[] {
  return 'source' in event && event.source === 'inventory' ? [event] : [];
}
