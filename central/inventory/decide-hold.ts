import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import type { ReservationId, TillId } from '@gondola/shared/domain/ids.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import { accept, reject } from './conclude.ts';
import { allotteeOfHold, bucketOf, type Draft } from './draft.ts';
import { isOverdue } from './evolve.ts';
import type { Decision, DecisionContext, ReadableOperation, Reservation } from './model.ts';

type BodyOf<Type> = Extract<ReadableOperation['body'], { type: Type }>;

/**
 * Units are kept. Those that the till has charged to its own allotment are its to keep, whatever the time; all others
 * must be free and nothing owed.
 */
export function decideReserve(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'reserve'>,
  context: DecisionContext,
): Decision {
  const { storeId, origin } = operation;
  const refuse = (reason: RefusalReason) => reject(draft, operation, reason, body.sku, body.quantity);
  if (draft.reservation(body.reservationId) !== undefined) return refuse('reservation-id-taken');
  const till = origin.kind === 'till' ? { tillId: origin.tillId as TillId, life: origin.life } : null;
  const bucket = body.allotted === true ? bucketOfUnspent(draft, operation, body.sku, body.quantity) : null;
  const { pool } = draft.poolState(storeId, body.sku);
  if (bucket === null && pool.deficit > 0) return refuse('pool-in-deficit');
  if (bucket === null && pool.free < body.quantity) return refuse('insufficient-free');
  const expiresAt = new Date(Date.parse(context.now) + context.reservationTimeoutMs).toISOString();
  draft.add({
    type: 'ReservationHeld',
    ...draft.poolChange(storeId, body.sku, [{ from: bucket ?? 'F', to: 'V', quantity: body.quantity }]),
    reservationId: body.reservationId,
    quantity: body.quantity,
    allottee: bucket === null ? null : till,
    tillId: till?.tillId ?? null,
    heldAt: context.now,
    expiresAt,
  });
  return accept(draft, operation, { reservationId: body.reservationId, expiresAt });
}

/** The bucket of the till's own allotment, if it has that many unspent units. */
function bucketOfUnspent(
  draft: Draft,
  { storeId, origin }: ReadableOperation,
  sku: string,
  quantity: number,
): 'Q' | 'X' | null {
  const allotment = origin.kind === 'till' ? draft.allotment(storeId, sku, origin) : undefined;
  return allotment !== undefined && unspentOf(allotment) >= quantity ? bucketOf(allotment) : null;
}

/** Held units leave the book, whole or in part; the rest goes back to where it came from. */
export function decideCommit(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'commit'>,
  context: DecisionContext,
): Decision {
  const reservation = draft.reservation(body.reservationId);
  const refusal = refusalOfCommit(reservation, operation, body, context);
  if (refusal !== null || reservation === undefined) {
    return reject(draft, operation, refusal ?? 'reservation-unknown', ...unitsOf(reservation, operation));
  }
  commitUnits(draft, reservation, body.quantity ?? reservation.quantity, body.transactionId ?? null);
  return accept(draft, operation, { reservationId: body.reservationId });
}

/** `taken` units of the hold leave the store; the others go back to where the hold came from. */
export function commitUnits(
  draft: Draft,
  reservation: Reservation,
  taken: number,
  transactionId: string | null,
): void {
  draft.add({
    type: 'ReservationCommitted',
    ...draft.poolChange(reservation.storeId, reservation.sku, [
      { from: 'V', to: 'W', quantity: taken },
      ...draft.backFromHold(reservation, reservation.quantity - taken),
    ]),
    reservationId: reservation.reservationId as ReservationId,
    quantity: reservation.quantity,
    allottee: allotteeOfHold(reservation),
    transactionId,
    takenQuantity: taken,
  });
}

function refusalOfCommit(
  reservation: Reservation | undefined,
  operation: ReadableOperation,
  body: BodyOf<'commit'>,
  context: DecisionContext,
): RefusalReason | null {
  if (reservation === undefined) return 'reservation-unknown';
  if (reservation.storeId !== operation.storeId) return 'reservation-of-another-store';
  if (!mayEnd(reservation, operation)) return 'reservation-of-another-till';
  if (reservation.state === 'COMMITTED') return 'reservation-already-committed';
  if (reservation.state === 'RELEASED') return 'reservation-already-released';
  if (reservation.state === 'EXPIRED' || isOverdue(reservation, context.now)) return 'reservation-expired';
  return (body.quantity ?? 0) > reservation.quantity ? 'commit-exceeds-reservation' : null;
}

/**
 * A hold inside an allotment is ended by its own till alone: that till may have promised its units offline as final, and
 * whoever else ended it would break that promise.
 */
export function mayEnd(
  { tillId, allottedLife }: Reservation,
  { origin }: Pick<ReadableOperation, 'origin'>,
): boolean {
  if (allottedLife === null) return true;
  return origin.kind === 'till' && origin.tillId === tillId && origin.life === allottedLife;
}

/** A hold is given back. */
export function decideRelease(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'release'>,
  context: DecisionContext,
): Decision {
  const reservation = draft.reservation(body.reservationId);
  if (reservation === undefined) return reject(draft, operation, 'reservation-unknown');
  const [sku, quantity] = unitsOf(reservation, operation);
  if (reservation.storeId !== operation.storeId) {
    return reject(draft, operation, 'reservation-of-another-store', sku, quantity);
  }
  if (!mayEnd(reservation, operation)) {
    return reject(draft, operation, 'reservation-of-another-till', sku, quantity);
  }
  if (reservation.state === 'COMMITTED') {
    return reject(draft, operation, 'reservation-already-committed', sku, quantity);
  }
  // A hold that is over already is what the caller wants: refusing would open a conflict about nothing.
  if (reservation.state === 'HELD') {
    draft.endHold(
      isOverdue(reservation, context.now) ? 'ReservationExpired' : 'ReservationReleased',
      reservation,
    );
  }
  return accept(draft, operation, { reservationId: body.reservationId });
}

/** The till's own clock ended a hold inside its allotment. Of any other hold it says nothing that counts. */
export function expireHold(draft: Draft, operation: ReadableOperation, body: BodyOf<'expire'>): void {
  const reservation = draft.reservation(body.reservationId);
  if (reservation === undefined || reservation.state !== 'HELD' || reservation.allottedLife === null) return;
  if (reservation.storeId !== operation.storeId || !mayEnd(reservation, operation)) return;
  draft.endHold('ReservationExpired', reservation);
}

/** A till may not learn of another store's units, so a foreign hold names none. */
function unitsOf(
  reservation: Reservation | undefined,
  operation: ReadableOperation,
): [string | null, number] {
  if (reservation === undefined || reservation.storeId !== operation.storeId) return [null, 0];
  return [reservation.sku, reservation.quantity];
}
