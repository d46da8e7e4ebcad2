import { evolvePool, type Movement } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { PoolState, Reservation } from './model.ts';

/** An event that changes a pool. */
export type PoolEvent = Extract<InventoryEvent, { movements: unknown }>;

export function isPoolEvent(event: InventoryEvent): event is PoolEvent {
  return 'movements' in event;
}

/** The pool after one of its events. Pure; throws when the event breaks a rule of the buckets. */
export function evolvePoolState(state: PoolState, event: PoolEvent): PoolState {
  return {
    pool: evolvePool(state.pool, event.movements),
    version: event.poolVersion,
    recountNeeded:
      event.type === 'RecountFlagged' ? true : event.type === 'StockCounted' ? false : state.recountNeeded,
    lastCount:
      event.type === 'StockCounted'
        ? { recordedAt: event.recordedAt, tillId: event.tillId }
        : state.lastCount,
  };
}

/** The reservation after an event, or undefined if the event concerns none. */
export function evolveReservation(
  reservation: Reservation | undefined,
  event: InventoryEvent,
): Reservation | undefined {
  switch (event.type) {
    case 'ReservationHeld':
      return {
        reservationId: event.reservationId,
        storeId: event.storeId,
        sku: event.sku,
        quantity: event.quantity,
        state: 'HELD',
        tillId: event.tillId,
        heldAt: event.heldAt,
        expiresAt: event.expiresAt,
      };
    case 'ReservationCommitted':
      return reservation === undefined ? undefined : { ...reservation, state: 'COMMITTED' };
    case 'ReservationReleased':
      return reservation === undefined ? undefined : { ...reservation, state: 'RELEASED' };
    case 'ReservationExpired':
      return reservation === undefined ? undefined : { ...reservation, state: 'EXPIRED' };
    default:
      return undefined;
  }
}

/** What the movements do to the book quantity. */
export function bookDeltaOf(movements: readonly Movement[]): number {
  return movements.reduce(
    (delta, { from, to, quantity }) => delta + (from === 'W' ? quantity : 0) - (to === 'W' ? quantity : 0),
    0,
  );
}

/** Whether the authority's clock says that the hold is over. The interval began when the authority granted it. */
export function isOverdue(reservation: Reservation, now: string): boolean {
  return reservation.state === 'HELD' && Date.parse(reservation.expiresAt) <= Date.parse(now);
}
