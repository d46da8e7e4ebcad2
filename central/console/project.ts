/** The inventory's events → the console's rows. A pure fold: the same events give the same rows. */
import { EMPTY_POOL, evolvePool, onHand } from '@gondola/shared/domain/pool.ts';
import { assert } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import type { PoolRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';

export type StorePool = PoolRow & { readonly storeId: string };
type Opened = Extract<InventoryEvent, { readonly type: 'ConflictOpened' }>;
type Closed = Extract<InventoryEvent, { readonly type: 'ConflictClosed' }>;
/** A conflict that moved without being closed. */
export interface ConflictMove {
  readonly conflictId: string;
  readonly position: number;
  readonly dueQuantity: number | null;
}
type PoolEvent = Extract<InventoryEvent, { readonly movements: unknown }>;
type ReservationEvent = Extract<
  InventoryEvent,
  { readonly reservationId: string; readonly movements: unknown }
>;

/** The rows a batch touches, as they stand before it. */
export interface Before {
  readonly pools: readonly StorePool[];
  readonly reservations: readonly ReservationRow[];
}

/** Everything a batch changes. */
export interface Projection {
  readonly pools: readonly StorePool[];
  readonly reservations: readonly ReservationRow[];
  readonly opened: readonly (Opened & { readonly openedAt: string; readonly position: number })[];
  readonly closed: readonly (Closed & { readonly closedAt: string; readonly position: number })[];
  readonly moved: readonly ConflictMove[];
  /** Operations decided, by verdict. */
  readonly verdicts: ReadonlyMap<string, number>;
  /** What each pool event left on hand, by position. */
  readonly onHandAfter: ReadonlyMap<number, number>;
}

/** The key of a pool in maps. */
export function poolKey(storeId: string, sku: string): string {
  return `${storeId}/${sku}`;
}

/** Which rows must be loaded to fold these events. */
export function touchedRows(events: readonly Logged<InventoryEvent>[]): {
  readonly pools: readonly { readonly storeId: string; readonly sku: string }[];
  readonly reservationIds: readonly string[];
} {
  const pools = new Map<string, { storeId: string; sku: string }>();
  const reservationIds = new Set<string>();
  for (const { event } of events) {
    if (!('movements' in event)) continue;
    pools.set(poolKey(event.storeId, event.sku), { storeId: event.storeId, sku: event.sku });
    if ('reservationId' in event) reservationIds.add(event.reservationId);
  }
  return { pools: [...pools.values()], reservationIds: [...reservationIds] };
}

/** Folds the batch, in order, over the rows before it. */
export function project(events: readonly Logged<InventoryEvent>[], before: Before): Projection {
  const pools = new Map(before.pools.map((pool) => [poolKey(pool.storeId, pool.sku), pool]));
  const reservations = new Map(
    before.reservations.map((reservation) => [reservation.reservationId as string, reservation]),
  );
  const opened: Projection['opened'][number][] = [];
  const closed: Projection['closed'][number][] = [];
  const moved: ConflictMove[] = [];
  const verdicts = new Map<string, number>();
  const onHandAfter = new Map<number, number>();
  for (const { event, position, occurredAt } of events) {
    if ('movements' in event) {
      const key = poolKey(event.storeId, event.sku);
      const pool = projectPool(pools.get(key), event, position);
      pools.set(key, pool);
      onHandAfter.set(position, onHand(pool));
    }
    if ('movements' in event && 'reservationId' in event) {
      const row = projectReservation(reservations.get(event.reservationId), event, position);
      if (row !== undefined) reservations.set(event.reservationId, row);
    }
    if (event.type === 'OperationDecided')
      verdicts.set(event.verdict, (verdicts.get(event.verdict) ?? 0) + 1);
    if (event.type === 'ConflictOpened') opened.push({ ...event, openedAt: occurredAt, position });
    if (event.type === 'ConflictDue' || event.type === 'ConflictCompensated')
      moved.push(moveOf(event, position));
    if (event.type === 'ConflictClosed') closed.push({ ...event, closedAt: occurredAt, position });
  }
  return {
    pools: [...pools.values()],
    reservations: [...reservations.values()],
    opened,
    closed,
    moved,
    verdicts,
    onHandAfter,
  };
}

function moveOf(
  event: Extract<InventoryEvent, { readonly type: 'ConflictDue' | 'ConflictCompensated' }>,
  position: number,
): ConflictMove {
  const dueQuantity = event.type === 'ConflictDue' ? event.quantity : null;
  return { conflictId: event.conflictId, position, dueQuantity };
}

function projectPool(pool: StorePool | undefined, event: PoolEvent, position: number): StorePool {
  const version = pool?.version ?? 0;
  assert(
    event.poolVersion === version + 1,
    `the events of a pool come without a gap (${event.storeId}/${event.sku} at ${position})`,
  );
  const recountNeeded =
    event.type === 'RecountFlagged' || (event.type !== 'StockCounted' && (pool?.recountNeeded ?? false));
  return {
    storeId: event.storeId,
    sku: event.sku,
    ...evolvePool(pool ?? EMPTY_POOL, event.movements),
    version: event.poolVersion,
    recountNeeded,
    position,
  };
}

const endStates = {
  ReservationCommitted: 'COMMITTED',
  ReservationReleased: 'RELEASED',
  ReservationExpired: 'EXPIRED',
} as const;

function projectReservation(
  row: ReservationRow | undefined,
  event: ReservationEvent,
  position: number,
): ReservationRow | undefined {
  if (event.type === 'ReservationTakenOver')
    return row === undefined
      ? undefined
      : { ...row, allottedLife: null, expiresAt: event.expiresAt, position };
  if (event.type !== 'ReservationHeld')
    return row === undefined ? undefined : { ...row, state: endStates[event.type], position };
  const { reservationId, storeId, sku, quantity, tillId, heldAt, expiresAt } = event;
  const allottedLife = event.allottee?.life ?? null;
  return {
    ...{ reservationId, storeId, sku, quantity, tillId, allottedLife, heldAt, expiresAt, position },
    state: 'HELD',
  };
}
