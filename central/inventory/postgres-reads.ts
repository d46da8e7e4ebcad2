import type { ConflictState, TransferState } from '@gondola/shared/domain/labels.ts';
import type { ConflictRow, PoolRow, TransferRow } from '@gondola/shared/schemas/rows.ts';
import type { Pool } from '../platform/postgres.ts';
import type { StoreAllotment } from './force-allotment.ts';
import { type PoolRecord, toAllotmentRow, toConflictRow, toPoolRow, toTransferRow } from './postgres-rows.ts';

/** Reads for people and programs: plain SQL, no domain. */

/** The pool as it stands, with holds that are over by this clock counted as free already; all zero when nothing ever happened to it. */
export async function findPool(pool: Pool, storeId: string, sku: string): Promise<PoolRow> {
  const { rows } = await pool.query<PoolRecord & { readonly lapsed: number }>(
    `select p.*, (select coalesce(sum(r.quantity), 0)::bigint from reservations r
       where r.store_id = p.store_id and r.sku = p.sku and r.state = 'HELD' and r.allotted_life is null
           and r.expires_at <= clock_timestamp()) as lapsed
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
  readonly state: ConflictState | null;
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

export async function findTransfer(pool: Pool, transferId: string): Promise<TransferRow | null> {
  const { rows } = await pool.query('select * from transfers where transfer_id = $1', [transferId]);
  return rows[0] === undefined ? null : toTransferRow(rows[0]);
}

export interface TransferFilter {
  /** Sent from it or to it. */
  readonly storeId: string | null;
  readonly state: TransferState | null;
  readonly limit: number;
}

/** Newest first. */
export async function listTransfers(pool: Pool, filter: TransferFilter): Promise<readonly TransferRow[]> {
  const { rows } = await pool.query(
    `select * from transfers where ($1::uuid is null or from_store_id = $1 or to_store_id = $1)
       and ($2::text is null or state = $2) order by position desc limit $3`,
    [filter.storeId, filter.state, filter.limit],
  );
  return rows.map(toTransferRow);
}

export interface AllotmentFilter {
  readonly storeId: string | null;
  readonly sku: string | null;
  readonly tillId: string | null;
  readonly limit: number;
}

/** What tills hold or held, the latest moved first. */
export async function listAllotments(
  pool: Pool,
  filter: AllotmentFilter,
): Promise<readonly StoreAllotment[]> {
  const { rows } = await pool.query(
    `select * from allotments where ($1::uuid is null or store_id = $1) and ($2::text is null or sku = $2)
       and ($3::uuid is null or till_id = $3) and granted > 0 order by position desc limit $4`,
    [filter.storeId, filter.sku, filter.tillId, filter.limit],
  );
  return rows.map((row) => ({ storeId: row.store_id, ...toAllotmentRow(row) }));
}

/** What each till of a store holds and has not spent, over all articles. */
export async function holdingsByTill(pool: Pool, storeId: string) {
  const { rows } = await pool.query<{
    till_id: string;
    articles: number;
    units: number;
    units_in_doubt: number;
  }>(
    `select till_id, count(*) filter (where unspent > 0) as articles, coalesce(sum(unspent), 0)::bigint as units,
       coalesce(sum(unspent) filter (where state = 'EXPIRED'), 0)::bigint as units_in_doubt
     from (select till_id, state, granted - consumed - held - surrendered as unspent from allotments
       where store_id = $1 and state in ('ACTIVE', 'CLOSING', 'EXPIRED')) a
     group by till_id`,
    [storeId],
  );
  return new Map(
    rows.map((row) => [
      row.till_id,
      { articles: row.articles, units: row.units, unitsInDoubt: row.units_in_doubt },
    ]),
  );
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
