import type { ConflictRow, PoolRow } from '@gondola/shared/schemas/rows.ts';
import type { Pool } from '../platform/postgres.ts';
import { type PoolRecord, toConflictRow, toPoolRow } from './postgres-rows.ts';

/** Reads for people and programs: plain SQL, no domain. */

/** The pool as it stands, with holds that are over counted as free already; all zero when nothing ever happened to it. */
export async function findPool(pool: Pool, storeId: string, sku: string): Promise<PoolRow> {
  const { rows } = await pool.query<PoolRecord & { readonly lapsed: number }>(
    `select p.*, (select coalesce(sum(r.quantity), 0)::bigint from reservations r
       where r.store_id = p.store_id and r.sku = p.sku and r.state = 'HELD' and r.expires_at <= clock_timestamp()) as lapsed
     from pools p where p.store_id = $1 and p.sku = $2`,
    [storeId, sku],
  );
  const [row] = rows;
  if (row === undefined) return emptyPoolRow(sku);
  const known = toPoolRow(row);
  const repaid = Math.min(known.deficit, row.lapsed);
  return {
    ...known,
    held: known.held - row.lapsed,
    deficit: known.deficit - repaid,
    free: known.free + row.lapsed - repaid,
  };
}

export interface ConflictFilter {
  readonly storeId: string | null;
  readonly state: 'OPEN' | 'CLOSED' | null;
  readonly limit: number;
}

/** Newest first. */
export async function listConflicts(pool: Pool, filter: ConflictFilter): Promise<readonly ConflictRow[]> {
  const { rows } = await pool.query(
    `select * from conflicts where ($1::uuid is null or store_id = $1) and ($2::text is null or state = $2)
     order by position desc limit $3`,
    [filter.storeId, filter.state, filter.limit],
  );
  return rows.map(toConflictRow);
}

function emptyPoolRow(sku: string): PoolRow {
  return {
    sku: sku as PoolRow['sku'],
    free: 0,
    held: 0,
    allotted: 0,
    inDoubt: 0,
    deficit: 0,
    version: 0,
    recountNeeded: false,
    position: 0,
  };
}

/** The store with the most articles on its shelves: where a newcomer's first till finds something to sell. */
export async function bestStockedStore(pool: Pool): Promise<string | null> {
  const { rows } = await pool.query<{ store_id: string }>(
    'select store_id from pools where free > 0 group by store_id order by count(*) desc, store_id limit 1',
  );
  return rows[0]?.store_id ?? null;
}
