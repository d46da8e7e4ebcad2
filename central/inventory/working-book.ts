import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { bookDeltaOf, evolvePoolState, evolveReservation, isPoolEvent } from './evolve.ts';
import type { Book, HistoryEntry, Operation, PoolState, Reservation } from './model.ts';
import { type BatchWrite, poolKeyText } from './ports.ts';

export interface LoadedBook {
  readonly logId: string;
  readonly pools: ReadonlyMap<string, PoolState>;
  readonly reservations: readonly Reservation[];
  readonly histories: ReadonlyMap<string, readonly HistoryEntry[]>;
}

/** The book of one batch: what was loaded and locked, moved forward by each event, and what it changed. */
export class WorkingBook implements Book {
  readonly logId: string;
  readonly events: InventoryEvent[] = [];
  readonly #pools: Map<string, PoolState>;
  readonly #reservations = new Map<string, Reservation>();
  readonly #histories: Map<string, HistoryEntry[]>;
  readonly #changedPools = new Map<string, { storeId: string; sku: string; lastEventIndex: number }>();
  readonly #changedReservations = new Map<string, number>();

  constructor(loaded: LoadedBook) {
    this.logId = loaded.logId;
    this.#pools = new Map(loaded.pools);
    for (const reservation of loaded.reservations)
      this.#reservations.set(reservation.reservationId, reservation);
    this.#histories = new Map([...loaded.histories].map(([key, entries]) => [key, [...entries]]));
  }

  poolState(storeId: string, sku: string): PoolState {
    return must(this.#pools.get(poolKeyText(storeId, sku)), 'a pool is locked before it is decided over');
  }

  reservation(reservationId: string): Reservation | undefined {
    return this.#reservations.get(reservationId);
  }

  reservationsOf(storeId: string, sku: string): readonly Reservation[] {
    return [...this.#reservations.values()].filter((one) => one.storeId === storeId && one.sku === sku);
  }

  historySince(storeId: string, sku: string, position: number): readonly HistoryEntry[] {
    const history = must(
      this.#histories.get(poolKeyText(storeId, sku)),
      'a counted pool has its history loaded',
    );
    return history.filter((entry) => entry.position > position);
  }

  /** Folds the events in; `operation` is who caused them, for the history of pools that are counted. */
  apply(events: readonly InventoryEvent[], operation: Operation | null): void {
    for (const event of events) {
      const index = this.events.push(event) - 1;
      if (isPoolEvent(event)) {
        const key = poolKeyText(event.storeId, event.sku);
        this.#pools.set(key, evolvePoolState(this.poolState(event.storeId, event.sku), event));
        this.#changedPools.set(key, { storeId: event.storeId, sku: event.sku, lastEventIndex: index });
        this.#histories.get(key)?.push(historyEntryOf(bookDeltaOf(event.movements), operation));
      }
      if ('reservationId' in event && event.reservationId !== null) {
        const next = evolveReservation(this.#reservations.get(event.reservationId), event);
        if (next === undefined) continue;
        this.#reservations.set(next.reservationId, next);
        this.#changedReservations.set(next.reservationId, index);
      }
    }
  }

  /** What changed, in key order so that writers of different nodes meet rows in the same order. */
  changes(): Pick<BatchWrite, 'events' | 'pools' | 'reservations'> {
    const pools = [...this.#changedPools]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, change]) => ({ ...change, state: must(this.#pools.get(key), 'a changed pool is known') }));
    const reservations = [...this.#changedReservations].map(([id, lastEventIndex]) => ({
      reservation: must(this.#reservations.get(id), 'a changed reservation is known'),
      lastEventIndex,
    }));
    return { events: this.events, pools, reservations };
  }
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
