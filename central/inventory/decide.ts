import {
  derivedUuid,
  type ReservationId,
  type Sku,
  type StoreId,
  type TillId,
} from '@gondola/shared/domain/ids.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import { assertNever } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { decideFact } from './decide-fact.ts';
import { Draft } from './draft.ts';
import { isOverdue } from './evolve.ts';
import type { Book, Decision, DecisionContext, Operation, ReadableOperation, Reservation } from './model.ts';

/**
 * The authority's decision on one operation: pure and total over every (book, operation) pair.
 *
 * Requests (reserve, commit, release) are ACCEPTED or REJECTED; facts (sell, return, receive, count) are always RECORDED,
 * and what the book lacked becomes a deficit with a conflict; what cannot be read is QUARANTINED.
 */
export function decide(operation: Operation, book: Book, context: DecisionContext): Decision {
  const draft = new Draft(book, operation);
  if (!operation.readable)
    return conclude(draft, operation, { verdict: 'QUARANTINED', reason: operation.reason });
  const { body } = operation;
  switch (body.type) {
    case 'reserve':
      return decideReserve(draft, operation, body, context);
    case 'commit':
      return decideCommit(draft, operation, body, context);
    case 'release':
      return decideRelease(draft, operation, body, context);
    case 'sell':
    case 'return':
    case 'receive':
    case 'count':
      decideFact(draft, operation, body, context);
      draft.openDeficits(operation);
      return conclude(draft, operation, { verdict: 'RECORDED', reason: null });
    default:
      return assertNever(body, 'operation body');
  }
}

/** The units of an overdue hold return to free. Only a hold that is HELD may be given. */
export function decideExpiry(reservation: Reservation, book: Book): readonly InventoryEvent[] {
  const draft = new Draft(book, null);
  draft.endHold('ReservationExpired', reservation);
  return draft.events;
}

type BodyOf<Type> = Extract<ReadableOperation['body'], { type: Type }>;

function decideReserve(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'reserve'>,
  context: DecisionContext,
): Decision {
  const { storeId } = operation;
  const refuse = (reason: RefusalReason) => reject(draft, operation, reason, body.sku, body.quantity);
  if (draft.reservation(body.reservationId) !== undefined) return refuse('reservation-id-taken');
  const { pool } = draft.poolState(storeId, body.sku);
  if (pool.deficit > 0) return refuse('pool-in-deficit');
  if (pool.free < body.quantity) return refuse('insufficient-free');
  const expiresAt = new Date(Date.parse(context.now) + context.reservationTimeoutMs).toISOString();
  draft.add({
    type: 'ReservationHeld',
    ...draft.poolChange(storeId, body.sku, [{ from: 'F', to: 'V', quantity: body.quantity }]),
    reservationId: body.reservationId,
    quantity: body.quantity,
    tillId: (operation.origin.kind === 'till' ? operation.origin.tillId : null) as TillId | null,
    heldAt: context.now,
    expiresAt,
  });
  return conclude(draft, operation, {
    verdict: 'ACCEPTED',
    reason: null,
    reservationId: body.reservationId,
    expiresAt,
  });
}

function decideCommit(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'commit'>,
  context: DecisionContext,
): Decision {
  const reservation = draft.reservation(body.reservationId);
  const refusal = refusalOfCommit(reservation, operation, context);
  if (refusal !== null || reservation === undefined) {
    return reject(draft, operation, refusal ?? 'reservation-unknown', ...unitsOf(reservation, operation));
  }
  draft.add({
    type: 'ReservationCommitted',
    ...draft.poolChange(reservation.storeId, reservation.sku, [
      { from: 'V', to: 'W', quantity: reservation.quantity },
    ]),
    reservationId: reservation.reservationId as ReservationId,
    quantity: reservation.quantity,
    transactionId: body.transactionId ?? null,
    takenQuantity: reservation.quantity,
  });
  return conclude(draft, operation, { verdict: 'ACCEPTED', reason: null, reservationId: body.reservationId });
}

function refusalOfCommit(
  reservation: Reservation | undefined,
  operation: ReadableOperation,
  context: DecisionContext,
): RefusalReason | null {
  if (reservation === undefined) return 'reservation-unknown';
  if (reservation.storeId !== operation.storeId) return 'reservation-of-another-store';
  if (reservation.state === 'COMMITTED') return 'reservation-already-committed';
  if (reservation.state === 'RELEASED') return 'reservation-already-released';
  if (reservation.state === 'EXPIRED' || isOverdue(reservation, context.now)) return 'reservation-expired';
  return null;
}

function decideRelease(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'release'>,
  context: DecisionContext,
): Decision {
  const reservation = draft.reservation(body.reservationId);
  if (reservation === undefined) return reject(draft, operation, 'reservation-unknown', null, 0);
  const [sku, quantity] = unitsOf(reservation, operation);
  if (reservation.storeId !== operation.storeId) {
    return reject(draft, operation, 'reservation-of-another-store', sku, quantity);
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
  return conclude(draft, operation, { verdict: 'ACCEPTED', reason: null, reservationId: body.reservationId });
}

/** A till may not learn of another store's units, so a foreign hold names none. */
function unitsOf(
  reservation: Reservation | undefined,
  operation: ReadableOperation,
): [string | null, number] {
  if (reservation === undefined || reservation.storeId !== operation.storeId) return [null, 0];
  return [reservation.sku, reservation.quantity];
}

function reject(
  draft: Draft,
  operation: ReadableOperation,
  reason: RefusalReason,
  sku: string | null,
  quantity: number,
): Decision {
  // Only a till has told somebody something: the API's caller hears the refusal at once.
  if (operation.label !== null) {
    draft.openConflict(operation, {
      conflictId: derivedUuid(`conflict/${operation.operationId}`),
      kind: 'provisional-refused',
      reason,
      sku: sku as Sku | null,
      quantity,
      freeAtDecision: sku === null ? null : draft.poolState(operation.storeId, sku).pool.free,
    });
  }
  return conclude(draft, operation, { verdict: 'REJECTED', reason });
}

interface Conclusion {
  readonly verdict: Decision['verdict'];
  readonly reason: Decision['reason'];
  readonly reservationId?: string;
  readonly expiresAt?: string;
}

function conclude(draft: Draft, operation: Operation, conclusion: Conclusion): Decision {
  const { verdict, reason, reservationId = null, expiresAt = null } = conclusion;
  const origin = operation.origin.kind === 'till' ? operation.origin : null;
  // Last, so that whoever sees the verdict has seen its effects: their positions are lower.
  draft.add({
    type: 'OperationDecided',
    storeId: operation.storeId as StoreId,
    operationId: operation.operationId,
    operationType: operation.readable ? operation.body.type : 'unreadable',
    tillId: (origin?.tillId ?? null) as TillId | null,
    life: origin?.life ?? null,
    sequence: origin?.sequence ?? null,
    label: operation.readable ? operation.label : null,
    verdict,
    reason,
    reservationId: reservationId as ReservationId | null,
    expiresAt,
    excess: draft.excess.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })),
  });
  return { verdict, reason, reservationId, expiresAt, excess: draft.excess, events: draft.events };
}
