import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { evolvePool, type Movement } from '@gondola/shared/domain/pool.ts';
import { assert } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { NO_DEMAND } from './grant-policy.ts';
import type { Allotment, Life, PoolState, Reservation, Transfer } from './model.ts';

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
    webDemand: state.webDemand,
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
        allottedLife: event.allottee?.life ?? null,
        heldAt: event.heldAt,
        expiresAt: event.expiresAt,
      };
    case 'ReservationCommitted':
      return reservation === undefined ? undefined : { ...reservation, state: 'COMMITTED' };
    case 'ReservationReleased':
      return reservation === undefined ? undefined : { ...reservation, state: 'RELEASED' };
    case 'ReservationExpired':
      return reservation === undefined ? undefined : { ...reservation, state: 'EXPIRED' };
    case 'ReservationTakenOver':
      return reservation === undefined
        ? undefined
        : { ...reservation, allottedLife: null, expiresAt: event.expiresAt };
    default:
      return undefined;
  }
}

/** The life whose allotment of the event's pool the event changes; null if it changes none. */
export function allotteeOf(event: InventoryEvent): Life | null {
  switch (event.type) {
    case 'ItemsSold':
      return event.allottedQuantity > 0 ? event.seller : null;
    case 'ReservationHeld':
    case 'ReservationCommitted':
    case 'ReservationReleased':
    case 'ReservationExpired':
    case 'ReservationTakenOver':
      return event.allottee;
    case 'AllotmentGranted':
    case 'AllotmentRecalled':
    case 'AllotmentSurrendered':
    case 'AllotmentClosing':
    case 'AllotmentExpired':
    case 'AllotmentForced':
    case 'AllotmentSettled':
      return { tillId: event.tillId, life: event.life };
    default:
      return null;
  }
}

/** The allotment after an event that concerns it (see {@link allotteeOf}). Pure; throws when more is taken than was granted. */
export function evolveAllotment(
  allotment: Allotment | undefined,
  event: InventoryEvent,
): Allotment | undefined {
  const next = afterEvent(allotment, event);
  if (next === undefined) return undefined;
  const unspent = unspentOf(next);
  assert(unspent >= 0 && next.held >= 0, 'an allotment gives no more than it was granted');
  // What is not there any more cannot be asked back.
  return next.recalled > unspent ? { ...next, recalled: unspent } : next;
}

function afterEvent(allotment: Allotment | undefined, event: InventoryEvent): Allotment | undefined {
  if (event.type === 'AllotmentGranted') return granted(allotment, event);
  if (allotment === undefined) return undefined;
  switch (event.type) {
    case 'ItemsSold':
      return { ...allotment, consumed: allotment.consumed + event.allottedQuantity };
    case 'ReservationHeld':
      return { ...allotment, held: allotment.held + event.quantity };
    case 'ReservationCommitted':
      return {
        ...allotment,
        held: allotment.held - event.quantity,
        consumed: allotment.consumed + event.takenQuantity,
        surrendered: allotment.surrendered + restThatLeft(event, event.quantity - event.takenQuantity),
      };
    case 'ReservationReleased':
    case 'ReservationExpired':
      return {
        ...allotment,
        held: allotment.held - event.quantity,
        surrendered: allotment.surrendered + restThatLeft(event, event.quantity),
      };
    case 'ReservationTakenOver':
      return {
        ...allotment,
        held: allotment.held - event.quantity,
        surrendered: allotment.surrendered + event.quantity,
      };
    case 'AllotmentRecalled':
      return { ...allotment, recalled: event.quantity };
    case 'AllotmentSurrendered':
      return { ...allotment, surrendered: allotment.surrendered + event.quantity, recalled: 0 };
    case 'AllotmentClosing':
      return { ...allotment, state: 'CLOSING' };
    case 'AllotmentExpired':
      return { ...allotment, state: 'EXPIRED' };
    case 'AllotmentForced':
      return { ...allotment, state: 'FORCED', surrendered: allotment.surrendered + event.quantity };
    case 'AllotmentSettled':
      return { ...allotment, state: 'SETTLED', surrendered: allotment.surrendered + event.quantity };
    default:
      return allotment;
  }
}

/** Units of an ended hold that did not go back to the allotment, because it was over: the movements say where they went. */
function restThatLeft(event: PoolEvent, rest: number): number {
  const back = event.movements.reduce(
    (sum, { to, quantity }) => sum + (to === 'Q' || to === 'X' ? quantity : 0),
    0,
  );
  return rest - back;
}

function granted(
  allotment: Allotment | undefined,
  event: Extract<InventoryEvent, { type: 'AllotmentGranted' }>,
): Allotment {
  if (allotment !== undefined && allotment.number === event.number) {
    return { ...allotment, granted: allotment.granted + event.quantity, recalled: 0 };
  }
  const { storeId, sku, tillId, life, number, mode, quantity } = event;
  return {
    ...{ storeId, sku, tillId, life, number, mode },
    state: 'ACTIVE',
    granted: quantity,
    consumed: 0,
    held: 0,
    surrendered: 0,
    recalled: 0,
    demand: allotment?.demand ?? NO_DEMAND,
  };
}

/** The transfer after an event, or undefined if the event concerns none. */
export function evolveTransfer(event: InventoryEvent): Transfer | undefined {
  if (event.type !== 'TransferChanged') return undefined;
  const { transferId, fromStoreId, toStoreId, state, lines, requestedAt, expiresAt, reason } = event;
  return { transferId, fromStoreId, toStoreId, state, lines, requestedAt, expiresAt, reason };
}

/** What the movements do to the book quantity. */
export function bookDeltaOf(movements: readonly Movement[]): number {
  return movements.reduce(
    (delta, { from, to, quantity }) => delta + (from === 'W' ? quantity : 0) - (to === 'W' ? quantity : 0),
    0,
  );
}

/**
 * Whether the authority's clock says that the hold is over. The interval began when the authority granted it. A hold
 * inside an allotment is never over by this clock: its till may have sold it and not said so yet.
 */
export function isOverdue(reservation: Reservation, now: string): boolean {
  return (
    reservation.state === 'HELD' &&
    reservation.allottedLife === null &&
    Date.parse(reservation.expiresAt) <= Date.parse(now)
  );
}
