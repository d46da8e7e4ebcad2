/** Loads the rows that a batch touches, as they stand before it. */
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { Queryable } from '../platform/postgres.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { poolFigures, type ReservationColumns, reservationColumns, toReservation } from './postgres-rows.ts';
import type { Before, PoolKey, StorePool } from './project.ts';

const keyColumns: readonly Column<PoolKey>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
];

/** Rows that do not exist yet are missing. */
export async function loadRows(
  db: Queryable,
  touched: { readonly pools: readonly PoolKey[]; readonly reservationIds: readonly string[] },
): Promise<Before> {
  if (touched.pools.length === 0) return { pools: [], reservations: [], parked: [] };
  const { rows } = await db.query<
    StorePool & { readonly version: number | null; readonly isParked: boolean }
  >({
    name: 'load pools',
    // A limit keeps each look-up by itself: a join may be planned as a scan of all pools.
    text: `select w.store_id as "storeId", w.sku, p.*, exists (
        select from parked_pools k where k.store_id = w.store_id and k.sku = w.sku) as "isParked"
      from ${columnsFrom(keyColumns, 1)} w left join lateral (
        select ${poolFigures} from pools where store_id = w.store_id and sku = w.sku limit 1) p on true`,
    values: columnsOf(keyColumns, touched.pools),
  });
  return {
    pools: rows.flatMap(({ isParked: _isParked, ...pool }) => (pool.version === null ? [] : [pool])),
    parked: rows.filter(({ isParked }) => isParked),
    reservations: await loadReservations(db, touched.reservationIds),
  };
}

async function loadReservations(db: Queryable, ids: readonly string[]): Promise<ReservationRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<ReservationColumns>({
    name: 'load reservations',
    text: `select ${reservationColumns} from reservations where reservation_id = any($1::uuid[])`,
    values: [ids],
  });
  return rows.map(toReservation);
}
