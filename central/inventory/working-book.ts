import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import {
  allotteeOf,
  bookDeltaOf,
  evolveAllotment,
  evolvePoolState,
  evolveReservation,
  evolveTransfer,
  isPoolEvent,
  type PoolEvent,
} from './evolve.ts';
import { NO_DEMAND, remember } from './grant-policy.ts';
import type {
  Allotment,
  Book,
  HistoryEntry,
  Life,
  Operation,
  PendingConflict,
  PoolState,
  Reservation,
  Transfer,
} from './model.ts';
import { type BatchWrite, lifeKeyText, type PoolKey, poolKeyText } from './ports.ts';

export interface LoadedBook {
  readonly logId: string;
  readonly pools: ReadonlyMap<string, PoolState>;
  readonly reservations: readonly Reservation[];
  readonly histories: ReadonlyMap<string, readonly HistoryEntry[]>;
  readonly allotments: readonly Allotment[];
  readonly transfers: readonly Transfer[];
  readonly pending: readonly PendingConflict[];
  /** Ids and hashes, as {@link salvageText} writes them, of records of ended lives that were decided before. */
  readonly salvaged: readonly string[];
}

/** The name of a record of an ended life: two forks have the same id and other hashes. */
export function salvageText(salvaged: {
  readonly operationId: string;
  readonly contentHash: string;
}): string {
  return `${salvaged.operationId}#${salvaged.contentHash}`;
}

/** When something was taken, on the authority's clock, and how fast such memories fade. */
export interface DemandClock {
  readonly now: string;
  readonly halfLifeMs: number;
}

interface ChangedAllotment {
  readonly allotment: Allotment;
  readonly lastEventIndex: number;
}

/** The book of one batch: what was loaded and locked, moved forward by each event, and what it changed. */
export class WorkingBook implements Book {
  readonly logId: string;
  readonly events: InventoryEvent[] = [];
  readonly #pools: Map<string, PoolState>;
  readonly #reservations = new Map<string, Reservation>();
  readonly #histories: Map<string, HistoryEntry[]>;
  readonly #allotments = new Map<string, Allotment[]>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #pending: PendingConflict[];
  readonly #salvaged: Set<string>;
  readonly #givenBack = new Set<string>();
  readonly #changedPools = new Map<string, PoolKey & { lastEventIndex: number }>();
  readonly #changedReservations = new Map<string, number>();
  readonly #changedAllotments = new Map<string, ChangedAllotment>();
  readonly #changedTransfers = new Map<string, number>();

  constructor(loaded: LoadedBook) {
    this.logId = loaded.logId;
    this.#pools = new Map(loaded.pools);
    for (const reservation of loaded.reservations)
      this.#reservations.set(reservation.reservationId, reservation);
    this.#histories = new Map([...loaded.histories].map(([key, entries]) => [key, [...entries]]));
    for (const allotment of loaded.allotments) {
      const key = poolKeyText(allotment.storeId, allotment.sku);
      this.#allotments.set(key, [...(this.#allotments.get(key) ?? []), allotment]);
    }
    for (const transfer of loaded.transfers) this.#transfers.set(transfer.transferId, transfer);
    this.#pending = [...loaded.pending];
    this.#salvaged = new Set(loaded.salvaged);
  }

  poolState(storeId: string, sku: string): PoolState {
    return must(this.#pools.get(poolKeyText(storeId, sku)), 'a pool is locked before it is decided over');
  }

  reservation(reservationId: string): Reservation | undefined {
    return this.#reservations.get(reservationId);
  }

  reservations(): readonly Reservation[] {
    return [...this.#reservations.values()];
  }

  allotments(storeId: string, sku: string): readonly Allotment[] {
    return this.#allotments.get(poolKeyText(storeId, sku)) ?? [];
  }

  transfer(transferId: string): Transfer | undefined {
    return this.#transfers.get(transferId);
  }

  transfers(): readonly Transfer[] {
    return [...this.#transfers.values()];
  }

  isSalvaged(salvaged: { readonly operationId: string; readonly contentHash: string }): boolean {
    return this.#salvaged.has(salvageText(salvaged));
  }

  /** Deficits of the pool that sibling tills may still repay, oldest first. */
  pendingOf(storeId: string, sku: string): readonly PendingConflict[] {
    return this.#pending.filter((one) => one.storeId === storeId && one.sku === sku);
  }

  historySince(storeId: string, sku: string, position: number): readonly HistoryEntry[] {
    const history = must(
      this.#histories.get(poolKeyText(storeId, sku)),
      'a counted pool has its history loaded',
    );
    return history.filter((entry) => entry.position > position);
  }

  /** Folds the events in; `operation` is who caused them, for the history of pools that are counted and for demand. */
  apply(events: readonly InventoryEvent[], operation: Operation | null, clock: DemandClock): void {
    if (operation?.readable === true && operation.salvaged !== undefined)
      this.#salvaged.add(salvageText(operation.salvaged));
    for (const event of events) {
      const index = this.events.push(event) - 1;
      if (isPoolEvent(event)) this.#applyToPool(event, index, operation, clock);
      if ('reservationId' in event && event.reservationId !== null) {
        const next = evolveReservation(this.#reservations.get(event.reservationId), event);
        if (next !== undefined) {
          this.#reservations.set(next.reservationId, next);
          this.#changedReservations.set(next.reservationId, index);
        }
      }
      const transfer = evolveTransfer(event);
      if (transfer !== undefined) {
        this.#transfers.set(transfer.transferId, transfer);
        this.#changedTransfers.set(transfer.transferId, index);
      }
      this.#followPending(event);
    }
  }

  #applyToPool(event: PoolEvent, index: number, operation: Operation | null, clock: DemandClock): void {
    const { storeId, sku } = event;
    const key = poolKeyText(storeId, sku);
    this.#pools.set(key, evolvePoolState(this.poolState(storeId, sku), event));
    this.#changedPools.set(key, { storeId, sku, lastEventIndex: index });
    this.#histories.get(key)?.push(historyEntryOf(bookDeltaOf(event.movements), operation));
    const allottee = allotteeOf(event);
    if (event.type === 'AllotmentSettled' && !event.movements.some(({ from }) => from === 'X'))
      this.#givenBack.add(`${key}/${lifeKeyText(event)}`);
    if (allottee !== null) {
      const next = evolveAllotment(this.#allotmentOf(key, allottee), event);
      if (next !== undefined) this.#putAllotment(key, next, index);
    }
    // What leaves now, or is held: units collected from a hold were remembered when they were held.
    const taken = event.type === 'ReservationHeld' ? event.quantity : unitsSold(event);
    if (taken > 0) this.#remember({ storeId, sku, quantity: taken }, operation, index, clock);
  }

  /** Who took units of the pool, inside an allotment or not: what the grant policy sees of the past. */
  #remember(
    { storeId, sku, quantity }: { storeId: string; sku: string; quantity: number },
    operation: Operation | null,
    index: number,
    { now, halfLifeMs }: DemandClock,
  ): void {
    const key = poolKeyText(storeId, sku);
    if (operation?.origin.kind === 'till') {
      const { tillId, life } = operation.origin;
      const allotment =
        this.#allotmentOf(key, operation.origin) ?? neverGranted({ storeId, sku }, { tillId, life });
      this.#putAllotment(
        key,
        { ...allotment, demand: remember(allotment.demand, quantity, now, halfLifeMs) },
        index,
      );
    } else {
      const state = must(this.#pools.get(key), 'its event has just been folded');
      this.#pools.set(key, { ...state, webDemand: remember(state.webDemand, quantity, now, halfLifeMs) });
    }
  }

  #allotmentOf(key: string, { tillId, life }: Life): Allotment | undefined {
    return this.#allotments.get(key)?.find((one) => one.tillId === tillId && one.life === life);
  }

  #putAllotment(key: string, next: Allotment, index: number): void {
    const { tillId, life } = next;
    const others = (this.#allotments.get(key) ?? []).filter(
      (one) => one.tillId !== tillId || one.life !== life,
    );
    this.#allotments.set(key, [...others, next]);
    this.#changedAllotments.set(`${key}/${tillId}/${life}`, { allotment: next, lastEventIndex: index });
  }

  #followPending(event: InventoryEvent): void {
    if (event.type === 'ConflictOpened' && event.state === 'PENDING' && event.sku !== null) {
      const { conflictId, storeId, sku, quantity } = event;
      this.#pending.push({ conflictId, storeId, sku, quantity });
    }
    if (event.type !== 'ConflictDue' && event.type !== 'ConflictClosed') return;
    const index = this.#pending.findIndex(({ conflictId }) => conflictId === event.conflictId);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  /**
   * Whether the life has settled its allotment of the pool in this batch because it was asked to close: it is not leased the
   * same units again at once. One whose units were in doubt came back after its term, and begins anew.
   */
  hasGivenBack({ storeId, sku }: PoolKey, life: Life): boolean {
    return this.#givenBack.has(`${poolKeyText(storeId, sku)}/${lifeKeyText(life)}`);
  }

  /** Whether each of these pools has new events. */
  hasChanged(keys: readonly PoolKey[]): boolean {
    return keys.every(({ storeId, sku }) => this.#changedPools.has(poolKeyText(storeId, sku)));
  }

  /** What changed, in key order so that writers of different nodes meet rows in the same order. */
  changes(): Pick<BatchWrite, 'events' | 'pools' | 'reservations' | 'allotments' | 'transfers'> {
    const pools = [...this.#changedPools]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, change]) => ({ ...change, state: must(this.#pools.get(key), 'a changed pool is known') }));
    const reservations = [...this.#changedReservations].map(([id, lastEventIndex]) => ({
      reservation: must(this.#reservations.get(id), 'a changed reservation is known'),
      lastEventIndex,
    }));
    const allotments = [...this.#changedAllotments]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, change]) => change);
    const transfers = [...this.#changedTransfers].map(([id, lastEventIndex]) => ({
      transfer: must(this.#transfers.get(id), 'a changed transfer is known'),
      lastEventIndex,
    }));
    return { events: this.events, pools, reservations, allotments, transfers };
  }
}

function unitsSold(event: PoolEvent): number {
  return event.type === 'ItemsSold' ? event.movements.reduce((sum, { quantity }) => sum + quantity, 0) : 0;
}

/** What a till sold of a pool it was never leased anything of: the policy must hear of it all the same. */
function neverGranted(pool: PoolKey, of: Life): Allotment {
  return {
    ...{ storeId: pool.storeId, sku: pool.sku, tillId: of.tillId, life: of.life },
    ...{ number: 0, state: 'SETTLED', mode: 'settlement-only' },
    ...{ granted: 0, consumed: 0, held: 0, surrendered: 0, recalled: 0 },
    demand: NO_DEMAND,
  };
}

function historyEntryOf(bookDelta: number, operation: Operation | null): HistoryEntry {
  const origin = operation?.origin.kind === 'till' ? operation.origin : null;
  return {
    position: Number.POSITIVE_INFINITY,
    bookDelta,
    tillId: origin?.tillId ?? null,
    life: origin?.life ?? null,
    sequence: origin?.sequence ?? null,
    recordedAt: operation?.readable === true ? operation.recordedAt : null,
  };
}
