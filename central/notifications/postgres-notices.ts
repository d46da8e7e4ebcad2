/** Notices in Postgres, each event heard once. */
import type { SubscribeOptions } from '../events/ports.ts';
import type { Effect } from '../events/postgres-effects.ts';
import { applyOnce, type Consumer } from '../events/postgres-inbox.ts';
import type { Pool, Queryable } from '../platform/postgres.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { consumeBatch, type PoolLevel, type TouchedPool, touchedPools } from './consume.ts';
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

const telling: Consumer = {
  fold: async (db, events) => {
    const inventory = events.flatMap((each) => (each.source === 'inventory' ? [each] : []));
    const { notices, levels } = consumeBatch(inventory, await loadLevels(db, touchedPools(inventory)));
    return [
      ...(levels.length > 0 ? [savingLevels(levels)] : []),
      ...(notices.length > 0 ? [savingNotices(notices)] : []),
    ];
  },
  clear: async (transaction) => {
    await transaction.query('truncate levels, notices');
  },
};

/** The handler of the bus. */
export function noticeOnce(pool: Pool): SubscribeOptions['handle'] {
  return async (events, delivery) => {
    await applyOnce(pool, telling, events, delivery);
  };
}

const wantedColumns: readonly Column<TouchedPool>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
];

async function loadLevels(db: Queryable, pools: readonly TouchedPool[]): Promise<PoolLevel[]> {
  if (pools.length === 0) return [];
  const { rows } = await db.query<PoolLevel>({
    name: 'load levels',
    // A limit keeps each look-up by itself: a join was planned as a scan of all levels.
    text: `select l.* from ${columnsFrom(wantedColumns, 1)} w cross join lateral (
        select store_id as "storeId", sku, free, filled_to as "filledTo", told_low as "toldLow"
          from levels where store_id = w.store_id and sku = w.sku limit 1) l`,
    values: columnsOf(wantedColumns, pools),
  });
  return rows;
}

const levelColumns: readonly Column<PoolLevel>[] = [
  ...wantedColumns,
  ['free', 'bigint', ({ free }) => free],
  ['filled_to', 'bigint', ({ filledTo }) => filledTo],
  ['told_low', 'boolean', ({ toldLow }) => toldLow],
];

function savingLevels(levels: readonly PoolLevel[]): Effect {
  return {
    name: 'l',
    text: (first, guard) => `insert into levels (store_id, sku, free, filled_to, told_low)
      select store_id, sku, free, filled_to, told_low from ${columnsFrom(levelColumns, first)} l where ${guard}
      on conflict (store_id, sku) do update
        set free = excluded.free, filled_to = excluded.filled_to, told_low = excluded.told_low`,
    values: columnsOf(levelColumns, levels),
  };
}

const noticeColumns: readonly Column<Notice>[] = [
  ['notice_id', 'text', ({ noticeId }) => noticeId],
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['kind', 'text', ({ kind }) => kind],
  ['sku', 'text', ({ sku }) => sku],
  ['quantity', 'bigint', ({ quantity }) => quantity],
  ['at', 'timestamptz', ({ at }) => at],
  ['log_id', 'uuid', ({ logId }) => logId],
  ['position', 'bigint', ({ position }) => position],
];

function savingNotices(notices: readonly Notice[]): Effect {
  return {
    name: 'n',
    text: (
      first,
      guard,
    ) => `insert into notices (notice_id, store_id, kind, sku, quantity, at, log_id, position)
      select notice_id, store_id, kind, sku, quantity, at, log_id, position
        from ${columnsFrom(noticeColumns, first)} n where ${guard}`,
    values: columnsOf(noticeColumns, notices),
  };
}
