/** Notices in Postgres, each event heard once. */
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import { applyOnce } from '../events/postgres-inbox.ts';
import type { Pool, Transaction } from '../platform/postgres.ts';
import { consumeBatch, type PoolLevel, touchedPools } from './consume.ts';
import type { Notice, NoticeKind } from './decide.ts';

/** A notice as it is shown. */
export interface ShownNotice {
  readonly noticeId: string;
  readonly storeId: string;
  readonly kind: NoticeKind;
  readonly sku: string | null;
  readonly quantity: number | null;
  readonly at: string;
}

/** The newest notices of the whole chain. */
export async function latestNotices(pool: Pool, rowsMax: number): Promise<readonly ShownNotice[]> {
  const { rows } = await pool.query<Omit<ShownNotice, 'at'> & { at: Date }>(
    `select notice_id as "noticeId", store_id as "storeId", kind, sku, quantity, at
       from notices order by at desc, notice_id limit $1`,
    [rowsMax],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** The handler of the bus. */
export function noticeOnce(pool: Pool): (events: readonly CloudEvent[]) => Promise<void> {
  return async (events) => {
    await applyOnce(pool, events, async (transaction, heard) => {
      const inventory = heard.flatMap((each) => (each.source === 'inventory' ? [each] : []));
      const { notices, levels } = consumeBatch(
        inventory,
        await loadLevels(transaction, touchedPools(inventory)),
      );
      if (levels.length > 0) await saveLevels(transaction, levels);
      if (notices.length > 0) await saveNotices(transaction, notices);
    });
  };
}

async function loadLevels(
  transaction: Transaction,
  pools: readonly { storeId: string; sku: string }[],
): Promise<PoolLevel[]> {
  const { rows } = await transaction.query<PoolLevel>(
    `select l.store_id as "storeId", l.sku, l.free, l.filled_to as "filledTo", l.told_low as "toldLow"
       from levels l join unnest($1::uuid[], $2::text[]) as w (store_id, sku) using (store_id, sku)
      order by l.store_id, l.sku for update of l`,
    [pools.map((pool) => pool.storeId), pools.map((pool) => pool.sku)],
  );
  return rows;
}

async function saveLevels(transaction: Transaction, levels: readonly PoolLevel[]): Promise<void> {
  await transaction.query(
    `insert into levels (store_id, sku, free, filled_to, told_low)
     select "storeId", sku, free, "filledTo", "toldLow"
       from jsonb_to_recordset($1::jsonb) as r ("storeId" uuid, sku text, free bigint, "filledTo" bigint, "toldLow" boolean)
      order by 1, 2
     on conflict (store_id, sku) do update
        set free = excluded.free, filled_to = excluded.filled_to, told_low = excluded.told_low`,
    [JSON.stringify(levels)],
  );
}

async function saveNotices(transaction: Transaction, notices: readonly Notice[]): Promise<void> {
  await transaction.query(
    `insert into notices (notice_id, store_id, kind, sku, quantity, at, log_id, position)
     select "noticeId", "storeId", kind, sku, quantity, at, "logId", position
       from jsonb_to_recordset($1::jsonb) as r ("noticeId" text, "storeId" uuid, kind text, sku text, quantity bigint,
                                                at timestamptz, "logId" uuid, position bigint)`,
    [JSON.stringify(notices)],
  );
}
