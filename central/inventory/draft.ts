import { bucketOfAllotment } from '@gondola/shared/domain/allotment.ts';
import {
  derivedUuid,
  type ReservationId,
  type Sku,
  type StoreId,
  type TillId,
} from '@gondola/shared/domain/ids.ts';
import type { ConflictKind, ConflictState } from '@gondola/shared/domain/labels.ts';
import { incoming, type Movement } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import {
  allotteeOf,
  evolveAllotment,
  evolvePoolState,
  evolveReservation,
  evolveTransfer,
  isPoolEvent,
} from './evolve.ts';
import type {
  Allotment,
  Book,
  Excess,
  HistoryEntry,
  Life,
  Operation,
  PoolState,
  ReadableOperation,
  Reservation,
  Transfer,
} from './model.ts';
import { poolKeyText } from './ports.ts';

export interface ConflictDetail {
  readonly conflictId: string;
  readonly kind: ConflictKind;
  readonly state?: ConflictState;
  readonly reason: string;
  readonly sku: string | null;
  readonly quantity: number;
  readonly freeAtDecision: number | null;
}

/**
 * The events of one decision in the making, over a book that stays as it is: each event added is folded into an overlay,
 * so that the second line of a basket sees what the first one took. Lives and dies inside one call of a pure function.
 */
export class Draft implements Book {
  readonly events: InventoryEvent[] = [];
  readonly #book: Book;
  readonly #operationId: string | null;
  readonly #pools = new Map<string, PoolState>();
  readonly #reservations = new Map<string, Reservation>();
  readonly #allotments = new Map<string, readonly Allotment[]>();
  readonly #transfers = new Map<string, Transfer>();
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

  get operationId(): string | null {
    return this.#operationId;
  }

  poolState(storeId: string, sku: string): PoolState {
    return this.#pools.get(poolKeyText(storeId, sku)) ?? this.#book.poolState(storeId, sku);
  }

  reservation(reservationId: string): Reservation | undefined {
    return this.#reservations.get(reservationId) ?? this.#book.reservation(reservationId);
  }

  allotments(storeId: string, sku: string): readonly Allotment[] {
    return this.#allotments.get(poolKeyText(storeId, sku)) ?? this.#book.allotments(storeId, sku);
  }

  /** What that life holds of the pool. */
  allotment(storeId: string, sku: string, of: Life): Allotment | undefined {
    return this.allotments(storeId, sku).find((one) => one.tillId === of.tillId && one.life === of.life);
  }

  transfer(transferId: string): Transfer | undefined {
    return this.#transfers.get(transferId) ?? this.#book.transfer(transferId);
  }

  isSalvaged(salvaged: { readonly operationId: string; readonly contentHash: string }): boolean {
    return this.#book.isSalvaged(salvaged);
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
      const key = poolKeyText(event.storeId, event.sku);
      this.#pools.set(key, evolvePoolState(this.poolState(event.storeId, event.sku), event));
      const allottee = allotteeOf(event);
      if (allottee !== null) this.#moveAllotment(key, event.storeId, event.sku, allottee, event);
    }
    if ('reservationId' in event && event.reservationId !== null) {
      const next = evolveReservation(this.reservation(event.reservationId), event);
      if (next !== undefined) this.#reservations.set(next.reservationId, next);
    }
    const transfer = evolveTransfer(event);
    if (transfer !== undefined) this.#transfers.set(transfer.transferId, transfer);
  }

  #moveAllotment(key: string, storeId: string, sku: string, of: Life, event: InventoryEvent): void {
    const before = this.allotment(storeId, sku, of);
    const after = evolveAllotment(before, event);
    if (after === undefined) return;
    const others = this.allotments(storeId, sku).filter((one) => one !== before);
    this.#allotments.set(key, [...others, after]);
  }

  /** A hold ends without a sale: its units go back to its allotment, or repay the deficit first and are free again. */
  endHold(type: 'ReservationExpired' | 'ReservationReleased', reservation: Reservation): void {
    const { storeId, sku, quantity, reservationId } = reservation;
    this.add({
      type,
      ...this.poolChange(storeId, sku, this.backFromHold(reservation, quantity)),
      reservationId: reservationId as ReservationId,
      quantity,
      allottee: allotteeOfHold(reservation),
    });
  }

  /** How units of a hold that nobody took are booked: where the hold came from, if that still stands. */
  backFromHold(reservation: Reservation, quantity: number): Movement[] {
    if (quantity === 0) return [];
    const { storeId, sku } = reservation;
    const allottee = allotteeOfHold(reservation);
    const bucket = allottee === null ? null : bucketOf(this.allotment(storeId, sku, allottee));
    if (bucket !== null) return [{ from: 'V', to: bucket, quantity }];
    return incoming(this.poolState(storeId, sku).pool, quantity, 'V');
  }

  /** Units left that the book did not have; the lines of one basket add up per article. */
  addExcess(sku: string, quantity: number, freeBefore: number): void {
    const known = this.#excess.get(sku);
    this.#excess.set(sku, {
      quantity: quantity + (known?.quantity ?? 0),
      freeBefore: known?.freeBefore ?? freeBefore,
    });
  }

  /**
   * One conflict per operation and article whose deficit rose. While tills of the store hold unspent units of the pool
   * it only waits: they are asked back, and repay what was merely sold at another till.
   */
  openDeficits(operation: ReadableOperation): void {
    for (const [sku, { quantity, freeBefore }] of this.#excess) {
      const { pool } = this.poolState(operation.storeId, sku);
      this.openConflict(operation, {
        conflictId: derivedUuid(`conflict/${operation.operationId}/${sku}`),
        kind: 'deficit',
        state: pool.allotted + pool.inDoubt > 0 ? 'PENDING' : 'OPEN',
        reason: DEFICIT_REASONS[operation.body.type] ?? 'left-without-being-in-the-book',
        sku,
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
      state: 'OPEN',
      ...detail,
      sku: detail.sku as Sku | null,
    });
  }
}

/** Where the unspent units of an allotment stand; null when there is none, or it is over. */
export function bucketOf(allotment: Allotment | undefined): 'Q' | 'X' | null {
  return allotment === undefined ? null : bucketOfAllotment(allotment.state);
}

const DEFICIT_REASONS: Readonly<Record<string, string>> = {
  count: 'counted-less-than-promised',
  adjust: 'adjusted-below-promised',
};

/** The life inside whose allotment the hold stands, as events name it. */
export function allotteeOfHold({ tillId, allottedLife }: Reservation): {
  tillId: TillId;
  life: number;
} | null {
  return tillId === null || allottedLife === null ? null : { tillId: tillId as TillId, life: allottedLife };
}
