/** Units sold in Postgres, counted once per event through the inbox. */
import type { SubscribeOptions } from '../events/ports.ts';
import { applyOnce, type Consumer } from '../events/postgres-inbox.ts';
import type { Pool } from '../platform/postgres.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { countSold, type SoldUnits } from './consume.ts';
import type { SoldStore } from './ports.ts';

/** Reads of the counts. */
export function createSoldStore(pool: Pool): SoldStore {
  return {
    bestSellers: async (storeId, rowsMax) => {
      const { rows } = await pool.query<{ sku: string; units: number }>(
        'select sku, units from sold where store_id = $1 and units > 0 order by units desc, sku limit $2',
        [storeId, rowsMax],
      );
      return rows;
    },
  };
}

const soldColumns: readonly Column<SoldUnits>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['units', 'bigint', ({ units }) => units],
];

const counting: Consumer = {
  fold: async (_db, events) => {
    const changes = countSold(events.flatMap((each) => (each.source === 'inventory' ? [each.event] : [])));
    if (changes.length === 0) return [];
    return [
      {
        name: 's',
        text: (first, guard) => `insert into sold as s (store_id, sku, units)
          select store_id, sku, units from ${columnsFrom(soldColumns, first)} c where ${guard}
          on conflict (store_id, sku) do update set units = s.units + excluded.units`,
        values: columnsOf(soldColumns, changes),
      },
    ];
  },
  clear: async (transaction) => {
    await transaction.query('truncate sold');
  },
};

/** The handler of the bus: each event counts once, whatever is delivered how often. */
export function countSoldOnce(pool: Pool): SubscribeOptions['handle'] {
  return async (events, delivery) => {
    await applyOnce(pool, counting, events, delivery);
  };
}
