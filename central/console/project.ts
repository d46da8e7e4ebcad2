/** The inventory's events → the console's rows. A pure fold: the same events give the same rows. */
import { EMPTY_POOL, evolvePool, onHand } from '@gondola/shared/domain/pool.ts';
import { assert, BrokenRule } from '@gondola/shared/lib/assert.ts';
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

export interface PoolKey {
  readonly storeId: string;
  readonly sku: string;
}

/** A pool with an event that cannot be folded: it and its reservations stay as they were before that event. */
export interface ParkedPool extends PoolKey {
  readonly logId: string;
  readonly position: number;
  readonly reason: string;
}

/** The rows a batch touches, as they stand before it. */
export interface Before {
  readonly pools: readonly StorePool[];
  readonly reservations: readonly ReservationRow[];
  /** Pools that were parked before: their events change nothing. */
  readonly parked: readonly PoolKey[];
}

/** Everything a batch changes. */
export interface Projection {
  readonly pools: readonly StorePool[];
  readonly reservations: readonly ReservationRow[];
  /** Pools that this batch parks. */
  readonly parked: readonly ParkedPool[];
  readonly opened: readonly (Opened & { readonly openedAt: string; readonly position: number })[];
  readonly closed: readonly (Closed & { readonly closedAt: string; readonly position: number })[];
  readonly moved: readonly ConflictMove[];
  /** Operations decided, by verdict. */
  readonly verdicts: ReadonlyMap<string, number>;
  /** What each pool event left on hand, by position. */
  readonly onHandAfter: ReadonlyMap<number, number>;
}

/** The key of a pool in maps. */
export function poolKey({ storeId, sku }: PoolKey): string {
  return `${storeId}/${sku}`;
}

/** Which rows must be loaded to fold these events. */
export function touchedRows(events: readonly Logged<InventoryEvent>[]): {
  readonly pools: readonly PoolKey[];
  readonly reservationIds: readonly string[];
} {
  const pools = new Map<string, PoolKey>();
  const reservationIds = new Set<string>();
  for (const { event } of events) {
    if (!('movements' in event)) continue;
    pools.set(poolKey(event), { storeId: event.storeId, sku: event.sku });
    if ('reservationId' in event && event.type !== 'ReservationHeld') reservationIds.add(event.reservationId);
  }
  return { pools: [...pools.values()], reservationIds: [...reservationIds] };
}

/** Folds the batch, in order, over the rows before it. */
export function project(events: readonly Logged<InventoryEvent>[], before: Before): Projection {
  const stock = new StockFold(before);
  const opened: Projection['opened'][number][] = [];
  const closed: Projection['closed'][number][] = [];
  const moved: ConflictMove[] = [];
  const verdicts = new Map<string, number>();
  for (const logged of events) {
    const { event, position, occurredAt } = logged;
    if ('movements' in event) stock.add({ ...logged, event });
    else if (event.type === 'OperationDecided')
      verdicts.set(event.verdict, (verdicts.get(event.verdict) ?? 0) + 1);
    else if (event.type === 'ConflictOpened') opened.push({ ...event, openedAt: occurredAt, position });
    else if (event.type === 'ConflictDue' || event.type === 'ConflictCompensated')
      moved.push(moveOf(event, position));
    else if (event.type === 'ConflictClosed') closed.push({ ...event, closedAt: occurredAt, position });
  }
  return {
    pools: [...stock.pools.values()],
    reservations: [...stock.reservations.values()],
    parked: [...stock.parked.values()],
    onHandAfter: stock.onHandAfter,
    ...{ opened, closed, moved, verdicts },
  };
}

/** Pools and reservations; the maps hold what has changed. */
class StockFold {
  readonly pools = new Map<string, StorePool>();
  readonly reservations = new Map<string, ReservationRow>();
  readonly parked = new Map<string, ParkedPool>();
  readonly onHandAfter = new Map<number, number>();
  readonly #poolsBefore: ReadonlyMap<string, StorePool>;
  readonly #reservationsBefore: ReadonlyMap<string, ReservationRow>;
  readonly #parkedBefore: ReadonlySet<string>;

  constructor({ pools, reservations, parked }: Before) {
    this.#poolsBefore = new Map(pools.map((pool) => [poolKey(pool), pool]));
    this.#reservationsBefore = new Map(reservations.map((row) => [row.reservationId, row]));
    this.#parkedBefore = new Set(parked.map(poolKey));
  }

  add({ logId, position, event }: Logged<PoolEvent>): void {
    const key = poolKey(event);
    if (this.#parkedBefore.has(key) || this.parked.has(key)) return;
    const pool = tryProjectPool(this.pools.get(key) ?? this.#poolsBefore.get(key), event, position);
    if (typeof pool === 'string') {
      const { storeId, sku } = event;
      this.parked.set(key, { storeId, sku, logId, position, reason: pool });
      return;
    }
    this.pools.set(key, pool);
    this.onHandAfter.set(position, onHand(pool));
    if (!('reservationId' in event)) return;
    const { reservationId } = event;
    const before = this.reservations.get(reservationId) ?? this.#reservationsBefore.get(reservationId);
    const row = projectReservation(before, event, position);
    if (row !== undefined) this.reservations.set(reservationId, row);
  }
}

function moveOf(
  event: Extract<InventoryEvent, { readonly type: 'ConflictDue' | 'ConflictCompensated' }>,
  position: number,
): ConflictMove {
  const dueQuantity = event.type === 'ConflictDue' ? event.quantity : null;
  return { conflictId: event.conflictId, position, dueQuantity };
}

/** Answers why not, when a rule of pools forbids it: one such event must not stop all others. */
function tryProjectPool(pool: StorePool | undefined, event: PoolEvent, position: number): StorePool | string {
  try {
    return projectPool(pool, event, position);
  } catch (error) {
    if (error instanceof BrokenRule) return error.message;
    throw error;
  }
}

function projectPool(pool: StorePool | undefined, event: PoolEvent, position: number): StorePool {
  const version = pool?.version ?? 0;
  assert(
    event.poolVersion === version + 1,
    `the events of a pool come without a gap: version ${event.poolVersion} came after version ${version}`,
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
