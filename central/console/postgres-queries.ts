/** Reads of the read model: plain SQL, no domain. Every list has a bound. */
import { must } from '@gondola/shared/lib/assert.ts';
import { toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { Pool } from '../platform/postgres.ts';
import type { Counts, ReadModel, StoreCounts, StorePoolRow } from './ports.ts';
import { readFeed } from './postgres-feed.ts';
import { listParked } from './postgres-refold.ts';
import {
  type ConflictColumns,
  conflictColumns,
  conflictMoves,
  conflictState,
  poolColumns,
  type ReservationColumns,
  reservationColumns,
  toConflict,
  toReservation,
} from './postgres-rows.ts';

/** The read model over the runtime role's pool. */
export function createReadModel(pool: Pool): ReadModel {
  return {
    counts: () => counts(pool),
    countsByStore: () => countsByStore(pool),
    ...poolReads(pool),
    listReservations: async ({ storeId, sku, state, rowsMax }) => {
      const { rows } = await pool.query<ReservationColumns>(
        `select ${reservationColumns} from reservations
          where ($1::uuid is null or store_id = $1) and ($2::text is null or sku = $2) and ($3::text is null or state = $3)
          order by position desc limit $4`,
        [storeId, sku, state, rowsMax],
      );
      return rows.map(toReservation);
    },
    listConflicts: async ({ storeId, state, rowsMax }) => {
      const { rows } = await pool.query<ConflictColumns>(
        `select ${conflictColumns} from conflicts c left join conflict_closings k using (conflict_id) ${conflictMoves}
          where ($1::uuid is null or c.store_id = $1) and ($2::text is null or $2 = ${conflictState})
          order by c.position desc limit $3`,
        [storeId, state, rowsMax],
      );
      return rows.map(toConflict);
    },
    events: async (filter) => {
      const entries = await readFeed(pool, { ...filter, ofPools: false });
      return entries.map((entry) => toCloudEvent('inventory', entry));
    },
    listParked: (rowsMax) => listParked(pool, rowsMax),
  };
}

function poolReads(pool: Pool): Pick<ReadModel, 'listPools' | 'findPool' | 'history'> {
  return {
    listPools: async ({ storeId, skus, rowsMax }) => {
      // The least sure first: in deficit, then with the least free.
      const { rows } = await pool.query<StorePoolRow>(
        `select ${poolColumns} from pools
          where ($1::uuid is null or store_id = $1) and ($2::text[] is null or sku = any($2))
          order by deficit desc, free, store_id, sku limit $3`,
        [storeId, skus, rowsMax],
      );
      return rows;
    },
    findPool: async (storeId, sku) => {
      const { rows } = await pool.query<StorePoolRow>(
        `select ${poolColumns} from pools where store_id = $1 and sku = $2`,
        [storeId, sku],
      );
      return rows[0] ?? null;
    },
    history: async (storeId, sku, rowsMax) => {
      const wish = { storeId, sku, type: null, before: null, ofPools: true, rowsMax };
      return (await readFeed(pool, wish)).map((entry) => ({
        event: toCloudEvent('inventory', entry),
        onHandAfter: must(entry.onHandAfter, 'only events of pools were asked for'),
      }));
    },
  };
}

async function counts(pool: Pool): Promise<Counts> {
  const { rows } = await pool.query<Omit<Counts, 'verdicts'> & { verdicts: Record<string, number> | null }>(
    `select coalesce((select max(position) from bus_cursors where consumer = 'console' and source = 'inventory'), 0) as position,
            (select count(*) from conflicts c left join conflict_closings k using (conflict_id) ${conflictMoves}
              where ${conflictState} = 'OPEN')
              as "conflictsOpen",
            (select count(*) from reservations where state = 'HELD') as "reservationsHeld",
            (select count(*) from pools where deficit > 0) as "poolsInDeficit",
            (select jsonb_object_agg(verdict, operations) from verdict_counts) as verdicts`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a select without from answers one row');
  return { ...row, verdicts: row.verdicts ?? {} };
}

async function countsByStore(pool: Pool): Promise<ReadonlyMap<string, StoreCounts>> {
  const { rows } = await pool.query<StoreCounts & { storeId: string }>(
    `select coalesce(o.store_id, d.store_id) as "storeId", coalesce(o.n, 0) as "conflictsOpen", coalesce(d.n, 0) as "poolsInDeficit"
       from (select c.store_id, count(*) as n from conflicts c left join conflict_closings k using (conflict_id) ${conflictMoves}
              where ${conflictState} = 'OPEN' group by c.store_id) o
       full join (select store_id, count(*) as n from pools where deficit > 0 group by store_id) d on d.store_id = o.store_id`,
  );
  return new Map(rows.map(({ storeId, ...store }) => [storeId, store]));
}
