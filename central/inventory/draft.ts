import {
  derivedUuid,
  type ReservationId,
  type Sku,
  type StoreId,
  type TillId,
} from '@gondola/shared/domain/ids.ts';
import { incoming, type Movement } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { evolvePoolState, evolveReservation, isPoolEvent } from './evolve.ts';
import type {
  Book,
  Excess,
  HistoryEntry,
  Operation,
  PoolState,
  ReadableOperation,
  Reservation,
} from './model.ts';

interface ConflictDetail {
  readonly conflictId: string;
  readonly kind: 'provisional-refused' | 'deficit';
  readonly reason: string;
  readonly sku: Sku | null;
  readonly quantity: number;
  readonly freeAtDecision: number | null;
}

/**
 * The events of one decision in the making, over a book that stays as it is: each event added is folded into an overlay,
 * so that the second line of a basket sees what the first one took. Lives and dies inside one call of a pure function.
 */
export class Draft {
  readonly events: InventoryEvent[] = [];
  readonly #book: Book;
  readonly #operationId: string | null;
  readonly #pools = new Map<string, PoolState>();
  readonly #reservations = new Map<string, Reservation>();
  readonly #excess = new Map<string, { readonly quantity: number; readonly freeBefore: number }>();

  constructor(book: Book, operation: Operation | null) {
    this.#book = book;
    this.#operationId = operation?.operationId ?? null;
  }

  get excess(): readonly Excess[] {
    return [...this.#excess].map(([sku, { quantity }]) => ({ sku, quantity }));
  }

  get logId(): string {
    return this.#book.logId;
  }

  poolState(storeId: string, sku: string): PoolState {
    return this.#pools.get(`${storeId}/${sku}`) ?? this.#book.poolState(storeId, sku);
  }

  reservation(reservationId: string): Reservation | undefined {
    return this.#reservations.get(reservationId) ?? this.#book.reservation(reservationId);
  }

  historySince(storeId: string, sku: string, position: number): readonly HistoryEntry[] {
    return this.#book.historySince(storeId, sku, position);
  }

  /** The members that every event of a pool carries, with the pool's next version. */
  poolChange(storeId: string, sku: string, movements: readonly Movement[]) {
    return {
      storeId: storeId as StoreId,
      sku: sku as Sku,
      operationId: this.#operationId,
      movements: [...movements],
      poolVersion: this.poolState(storeId, sku).version + 1,
    };
  }

  add(event: InventoryEvent): void {
    this.events.push(event);
    if (isPoolEvent(event)) {
      this.#pools.set(
        `${event.storeId}/${event.sku}`,
        evolvePoolState(this.poolState(event.storeId, event.sku), event),
      );
    }
    if ('reservationId' in event && event.reservationId !== null) {
      const next = evolveReservation(this.reservation(event.reservationId), event);
      if (next !== undefined) this.#reservations.set(next.reservationId, next);
    }
  }

  /** A hold ends without a sale: its units repay the deficit first, the rest is free again. */
  endHold(type: 'ReservationExpired' | 'ReservationReleased', reservation: Reservation): void {
    const { pool } = this.poolState(reservation.storeId, reservation.sku);
    this.add({
      type,
      ...this.poolChange(reservation.storeId, reservation.sku, incoming(pool, reservation.quantity, 'V')),
      reservationId: reservation.reservationId as ReservationId,
      quantity: reservation.quantity,
    });
  }

  /** Units left that the book did not have; the lines of one basket add up per article. */
  addExcess(sku: string, quantity: number, freeBefore: number): void {
    const known = this.#excess.get(sku);
    this.#excess.set(sku, {
      quantity: quantity + (known?.quantity ?? 0),
      freeBefore: known?.freeBefore ?? freeBefore,
    });
  }

  /** One conflict per operation and article whose deficit rose. */
  openDeficits(operation: ReadableOperation): void {
    for (const [sku, { quantity, freeBefore }] of this.#excess) {
      this.openConflict(operation, {
        conflictId: derivedUuid(`conflict/${operation.operationId}/${sku}`),
        kind: 'deficit',
        reason:
          operation.body.type === 'count' ? 'counted-less-than-promised' : 'left-without-being-in-the-book',
        sku: sku as Sku,
        quantity,
        freeAtDecision: freeBefore,
      });
    }
  }

  openConflict(operation: ReadableOperation, detail: ConflictDetail): void {
    this.add({
      type: 'ConflictOpened',
      storeId: operation.storeId as StoreId,
      operationId: operation.operationId,
      operationType: operation.body.type,
      tillId: (operation.origin.kind === 'till' ? operation.origin.tillId : null) as TillId | null,
      label: operation.label,
      recordedAt: operation.recordedAt,
      seenPosition: operation.seen?.position ?? null,
      ...detail,
    });
  }
}
