/** Units sold in Postgres, counted once per event through the inbox. */
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import { applyOnce } from '../events/postgres-inbox.ts';
import type { Pool } from '../platform/postgres.ts';
import { countSold } from './consume.ts';
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

/** The handler of the bus: each event counts once, whatever is delivered how often. */
export function countSoldOnce(pool: Pool): (events: readonly CloudEvent[]) => Promise<void> {
  return async (events) => {
    await applyOnce(pool, events, async (transaction, heard) => {
      const changes = countSold(heard.flatMap((each) => (each.source === 'inventory' ? [each.event] : [])));
      if (changes.length === 0) return;
      await transaction.query(
        `insert into sold as s (store_id, sku, units)
         select "storeId", sku, units from jsonb_to_recordset($1::jsonb) as r ("storeId" uuid, sku text, units bigint)
          order by "storeId", sku
         on conflict (store_id, sku) do update set units = s.units + excluded.units`,
        [JSON.stringify(changes)],
      );
    });
  };
}
