/** What a projection changes, as effects on the read model's tables. */
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { Effect } from '../events/postgres-effects.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import type { ConflictMove, ParkedPool, Projection, StorePool } from './project.ts';

/** Everything of a projection but its feed. */
export function effectsOf(projection: Projection, partition: number | null): Effect[] {
  const { pools, reservations, parked, opened, moved, closed, verdicts } = projection;
  return [
    ...(pools.length > 0 ? [savingPools(pools)] : []),
    ...(reservations.length > 0 ? [savingReservations(reservations)] : []),
    ...(parked.length > 0 ? [parkingPools(parked, partition)] : []),
    ...(opened.length > 0 ? [openingConflicts(opened)] : []),
    ...(moved.length > 0 ? [movingConflicts(moved)] : []),
    ...(closed.length > 0 ? [closingConflicts(closed)] : []),
    ...(verdicts.size > 0 ? [countingVerdicts(verdicts)] : []),
  ];
}

const poolRowColumns: readonly Column<StorePool>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['free', 'bigint', ({ free }) => free],
  ['held', 'bigint', ({ held }) => held],
  ['allotted', 'bigint', ({ allotted }) => allotted],
  ['in_doubt', 'bigint', ({ inDoubt }) => inDoubt],
  ['deficit', 'bigint', ({ deficit }) => deficit],
  ['version', 'bigint', ({ version }) => version],
  ['recount_needed', 'boolean', ({ recountNeeded }) => recountNeeded],
  ['position', 'bigint', ({ position }) => position],
];

/** Pools as they are now. */
export function savingPools(pools: readonly StorePool[]): Effect {
  return {
    name: 'p',
    text: (first, guard) => `insert into pools
        (store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, position)
      select store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, position
        from ${columnsFrom(poolRowColumns, first)} p where ${guard}
      on conflict (store_id, sku) do update
        set free = excluded.free, held = excluded.held, allotted = excluded.allotted, in_doubt = excluded.in_doubt,
            deficit = excluded.deficit, version = excluded.version, recount_needed = excluded.recount_needed,
            position = excluded.position`,
    values: columnsOf(poolRowColumns, pools),
  };
}

const reservationRowColumns: readonly Column<ReservationRow>[] = [
  ['reservation_id', 'uuid', ({ reservationId }) => reservationId],
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['quantity', 'bigint', ({ quantity }) => quantity],
  ['state', 'text', ({ state }) => state],
  ['till_id', 'uuid', ({ tillId }) => tillId],
  ['allotted_life', 'bigint', ({ allottedLife }) => allottedLife],
  ['held_at', 'timestamptz', ({ heldAt }) => heldAt],
  ['expires_at', 'timestamptz', ({ expiresAt }) => expiresAt],
  ['position', 'bigint', ({ position }) => position],
];

/** Reservations as they are now. */
export function savingReservations(rows: readonly ReservationRow[]): Effect {
  return {
    name: 'r',
    text: (first, guard) => `insert into reservations
        (reservation_id, store_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, position)
      select reservation_id, store_id, sku, quantity, state, till_id, allotted_life::int, held_at, expires_at, position
        from ${columnsFrom(reservationRowColumns, first)} r where ${guard}
      on conflict (reservation_id) do update set state = excluded.state, allotted_life = excluded.allotted_life,
        expires_at = excluded.expires_at, position = excluded.position`,
    values: columnsOf(reservationRowColumns, rows),
  };
}

const parkedColumns: readonly Column<ParkedPool>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['log_id', 'uuid', ({ logId }) => logId],
  ['position', 'bigint', ({ position }) => position],
  ['reason', 'text', ({ reason }) => reason],
];

function parkingPools(parked: readonly ParkedPool[], partition: number | null): Effect {
  return {
    name: 'k',
    text: (first, guard) => `insert into parked_pools (partition, store_id, sku, log_id, position, reason)
      select $${first}::int, store_id, sku, log_id, position, reason
        from ${columnsFrom(parkedColumns, first + 1)} k where ${guard}`,
    values: [partition ?? -1, ...columnsOf(parkedColumns, parked)],
  };
}

type Opened = Projection['opened'][number];
const openedColumns: readonly Column<Opened>[] = [
  ['conflict_id', 'uuid', ({ conflictId }) => conflictId],
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['till_id', 'uuid', ({ tillId }) => tillId],
  ['operation_id', 'text', ({ operationId }) => operationId],
  ['kind', 'text', ({ kind }) => kind],
  ['operation_type', 'text', ({ operationType }) => operationType],
  ['label', 'text', ({ label }) => label],
  ['reason', 'text', ({ reason }) => reason],
  ['sku', 'text', ({ sku }) => sku],
  ['quantity', 'bigint', ({ quantity }) => quantity],
  ['recorded_at', 'timestamptz', ({ recordedAt }) => recordedAt],
  ['seen_position', 'bigint', ({ seenPosition }) => seenPosition],
  ['free_at_decision', 'bigint', ({ freeAtDecision }) => freeAtDecision],
  ['opened_at', 'timestamptz', ({ openedAt }) => openedAt],
  ['state', 'text', ({ state }) => state],
  ['position', 'bigint', ({ position }) => position],
];

const closedColumns: readonly Column<Projection['closed'][number]>[] = [
  ['conflict_id', 'uuid', ({ conflictId }) => conflictId],
  ['closed_at', 'timestamptz', ({ closedAt }) => closedAt],
  ['closed_by', 'text', ({ closedBy }) => closedBy],
  ['closing_reason', 'text', ({ closingReason }) => closingReason],
  ['position', 'bigint', ({ position }) => position],
];

const movedColumns: readonly Column<ConflictMove>[] = [
  ['conflict_id', 'uuid', ({ conflictId }) => conflictId],
  ['position', 'bigint', ({ position }) => position],
  ['due_quantity', 'bigint', ({ dueQuantity }) => dueQuantity],
];

function openingConflicts(opened: Projection['opened']): Effect {
  return adding('o', 'conflicts', openedColumns, opened);
}

function movingConflicts(moved: Projection['moved']): Effect {
  return adding('m', 'conflict_moves', movedColumns, moved);
}

function closingConflicts(closed: Projection['closed']): Effect {
  return adding('c', 'conflict_closings', closedColumns, closed);
}

function adding<Row>(
  name: string,
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Effect {
  const names = columns.map(([column]) => column).join(', ');
  return {
    name,
    text: (first, guard) => `insert into ${table} (${names})
      select ${names} from ${columnsFrom(columns, first)} a where ${guard} on conflict do nothing`,
    values: columnsOf(columns, rows),
  };
}

const verdictColumns: readonly Column<readonly [verdict: string, operations: number]>[] = [
  ['verdict', 'text', ([verdict]) => verdict],
  ['operations', 'bigint', ([, operations]) => operations],
];

function countingVerdicts(verdicts: ReadonlyMap<string, number>): Effect {
  return {
    name: 'v',
    text: (first, guard) => `insert into verdict_counts as c (verdict, operations)
      select verdict, operations from ${columnsFrom(verdictColumns, first)} v where ${guard}
      on conflict (verdict) do update set operations = c.operations + excluded.operations`,
    values: columnsOf(verdictColumns, [...verdicts]),
  };
}
