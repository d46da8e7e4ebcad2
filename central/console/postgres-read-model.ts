/** The read model in Postgres: each batch is loaded, folded by project.ts and written in one transaction. */
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { type CloudEvent, toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import { applyOnce } from '../events/postgres-inbox.ts';
import type { Pool, Transaction } from '../platform/postgres.ts';
import { poolColumns, type ReservationColumns, reservationColumns, toReservation } from './postgres-rows.ts';
import { type Before, type Projection, project, type StorePool, touchedRows } from './project.ts';

/** The handler of the bus; `onEvents` hears what was new, after its commit, for the live feed. */
export function projectOnce(
  pool: Pool,
  onEvents: (events: readonly CloudEvent[]) => void,
): (events: readonly CloudEvent[]) => Promise<void> {
  return async (events) => {
    let shown: CloudEvent[] = [];
    await applyOnce(pool, events, async (transaction, heard) => {
      const inventory = heard.flatMap((each) => (each.source === 'inventory' ? [each] : []));
      const projection = project(inventory, await load(transaction, inventory));
      await save(transaction, projection);
      shown = inventory.map((each) => toCloudEvent('inventory', each));
      await saveFeed(transaction, inventory, shown, projection);
    });
    if (shown.length > 0) onEvents(shown);
  };
}

async function load(transaction: Transaction, events: readonly Logged<InventoryEvent>[]): Promise<Before> {
  const touched = touchedRows(events);
  const pools = await transaction.query<StorePool>(
    `select ${poolColumns} from pools p join unnest($1::uuid[], $2::text[]) as w (store_id, sku) using (store_id, sku)
      order by store_id, sku for update of p`,
    [touched.pools.map((pool) => pool.storeId), touched.pools.map((pool) => pool.sku)],
  );
  const reservations = await transaction.query<ReservationColumns>(
    `select ${reservationColumns} from reservations where reservation_id = any($1) order by reservation_id for update`,
    [touched.reservationIds],
  );
  return { pools: pools.rows, reservations: reservations.rows.map(toReservation) };
}

async function save(transaction: Transaction, projection: Projection): Promise<void> {
  const { pools, reservations, verdicts } = projection;
  if (pools.length > 0) await savePools(transaction, pools);
  if (reservations.length > 0) await saveReservations(transaction, reservations);
  await saveConflicts(transaction, projection);
  if (verdicts.size === 0) return;
  await transaction.query(
    `insert into verdict_counts as c (verdict, operations)
     select * from unnest($1::text[], $2::bigint[]) as v (verdict, operations) order by verdict
     on conflict (verdict) do update set operations = c.operations + excluded.operations`,
    [[...verdicts.keys()], [...verdicts.values()]],
  );
}

async function savePools(transaction: Transaction, pools: readonly StorePool[]): Promise<void> {
  await transaction.query(
    `insert into pools (store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, position)
     select "storeId", sku, free, held, allotted, "inDoubt", deficit, version, "recountNeeded", position
       from jsonb_to_recordset($1::jsonb) as r ("storeId" uuid, sku text, free bigint, held bigint, allotted bigint, "inDoubt" bigint,
                                                deficit bigint, version bigint, "recountNeeded" boolean, position bigint)
      order by 1, 2
     on conflict (store_id, sku) do update
        set free = excluded.free, held = excluded.held, allotted = excluded.allotted, in_doubt = excluded.in_doubt,
            deficit = excluded.deficit, version = excluded.version, recount_needed = excluded.recount_needed,
            position = excluded.position`,
    [JSON.stringify(pools)],
  );
}

async function saveReservations(transaction: Transaction, rows: readonly ReservationRow[]): Promise<void> {
  await transaction.query(
    `insert into reservations (reservation_id, store_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, position)
     select "reservationId", "storeId", sku, quantity, state, "tillId", "allottedLife", "heldAt", "expiresAt", position
       from jsonb_to_recordset($1::jsonb) as r ("reservationId" uuid, "storeId" uuid, sku text, quantity bigint, state text,
                                                "tillId" uuid, "allottedLife" int, "heldAt" timestamptz, "expiresAt" timestamptz,
                                                position bigint)
      order by 1
     on conflict (reservation_id) do update set state = excluded.state, allotted_life = excluded.allotted_life,
       expires_at = excluded.expires_at, position = excluded.position`,
    [JSON.stringify(rows)],
  );
}

async function saveConflicts(transaction: Transaction, { opened, closed, moved }: Projection): Promise<void> {
  if (opened.length > 0) {
    await transaction.query(
      `insert into conflicts (conflict_id, store_id, till_id, operation_id, kind, operation_type, label, reason, sku, quantity,
                              recorded_at, seen_position, free_at_decision, opened_at, state, position)
       select "conflictId", "storeId", "tillId", "operationId", kind, "operationType", label, reason, sku, quantity,
              "recordedAt", "seenPosition", "freeAtDecision", "openedAt", coalesce(state, 'OPEN'), position
         from jsonb_to_recordset($1::jsonb) as r ("conflictId" uuid, "storeId" uuid, "tillId" uuid, "operationId" text, kind text,
              "operationType" text, label text, reason text, sku text, quantity bigint, "recordedAt" timestamptz,
              "seenPosition" bigint, "freeAtDecision" bigint, "openedAt" timestamptz, state text, position bigint)`,
      [JSON.stringify(opened)],
    );
  }
  if (moved.length > 0) {
    await transaction.query(
      `insert into conflict_moves (conflict_id, position, due_quantity)
       select "conflictId", position, "dueQuantity"
         from jsonb_to_recordset($1::jsonb) as r ("conflictId" uuid, position bigint, "dueQuantity" bigint)
       on conflict do nothing`,
      [JSON.stringify(moved)],
    );
  }
  if (closed.length === 0) return;
  await transaction.query(
    `insert into conflict_closings (conflict_id, closed_at, closed_by, closing_reason, position)
     select "conflictId", "closedAt", "closedBy", "closingReason", position
       from jsonb_to_recordset($1::jsonb) as r ("conflictId" uuid, "closedAt" timestamptz, "closedBy" text,
                                                "closingReason" text, position bigint)
     on conflict do nothing`,
    [JSON.stringify(closed)],
  );
}

async function saveFeed(
  transaction: Transaction,
  events: readonly Logged<InventoryEvent>[],
  shown: readonly CloudEvent[],
  projection: Projection,
): Promise<void> {
  const rows = events.map(({ logId, position, event }, index) => ({
    logId,
    position,
    storeId: event.storeId,
    sku: 'sku' in event ? event.sku : null,
    type: event.type,
    onHandAfter: projection.onHandAfter.get(position) ?? null,
    event: shown[index],
  }));
  await transaction.query(
    `insert into feed (log_id, position, store_id, sku, type, on_hand_after, event)
     select "logId", position, "storeId", sku, type, "onHandAfter", event
       from jsonb_to_recordset($1::jsonb) as r ("logId" uuid, position bigint, "storeId" uuid, sku text, type text,
                                                "onHandAfter" bigint, event jsonb)`,
    [JSON.stringify(rows)],
  );
}
