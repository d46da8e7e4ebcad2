import type { ReservationId, TillId } from '@gondola/shared/domain/ids.ts';
import { incoming, type Movement, onHand, outgoing } from '@gondola/shared/domain/pool.ts';
import { assertNever } from '@gondola/shared/lib/assert.ts';
import type { Draft } from './draft.ts';
import { isOverdue } from './evolve.ts';
import type { DecisionContext, HistoryEntry, ReadableOperation, Reservation } from './model.ts';

type FactBody = Extract<ReadableOperation['body'], { type: 'sell' | 'return' | 'receive' | 'count' }>;
type SoldLine = Extract<FactBody, { type: 'sell' }>['lines'][number];
type CountBody = Extract<FactBody, { type: 'count' }>;

/** Facts: what happened is booked, whatever the book said before. Never refuses. */
export function decideFact(
  draft: Draft,
  operation: ReadableOperation,
  body: FactBody,
  context: DecisionContext,
): void {
  const { storeId } = operation;
  switch (body.type) {
    case 'sell':
      for (const line of body.lines) sellLine(draft, operation, body.basketId, line, context);
      return;
    case 'return':
      for (const line of body.lines) {
        draft.add({
          type: 'ItemsReturned',
          ...draft.poolChange(storeId, line.sku, arriving(draft, storeId, line.sku, line.quantity)),
          basketId: body.basketId,
          quantity: line.quantity,
          unitPriceMinor: line.unitPriceMinor,
        });
        flagIfOverlapping(draft, operation, line.sku);
      }
      return;
    case 'receive':
      for (const line of body.lines) {
        draft.add({
          type: 'GoodsReceived',
          ...draft.poolChange(storeId, line.sku, arriving(draft, storeId, line.sku, line.quantity)),
          quantity: line.quantity,
        });
        flagIfOverlapping(draft, operation, line.sku);
      }
      return;
    case 'count':
      count(draft, operation, body);
      return;
    default:
      assertNever(body, 'fact');
  }
}

function arriving(draft: Draft, storeId: string, sku: string, quantity: number): Movement[] {
  return incoming(draft.poolState(storeId, sku).pool, quantity, 'W');
}

function sellLine(
  draft: Draft,
  operation: ReadableOperation,
  basketId: string,
  line: SoldLine,
  context: DecisionContext,
): void {
  const { storeId } = operation;
  const taken = takeFromHold(draft, operation, line, context);
  const { pool } = draft.poolState(storeId, line.sku);
  const { movements, excess } = outgoing(pool, line.quantity - taken);
  draft.add({
    type: 'ItemsSold',
    ...draft.poolChange(storeId, line.sku, movements),
    basketId,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    excess,
  });
  if (excess > 0) draft.addExcess(line.sku, excess, pool.free);
  flagIfOverlapping(draft, operation, line.sku);
}

/** The customer collects what was held: those units come out of the hold. Returns how many. */
function takeFromHold(
  draft: Draft,
  operation: ReadableOperation,
  line: SoldLine,
  context: DecisionContext,
): number {
  const reservation = line.reservationId === undefined ? undefined : draft.reservation(line.reservationId);
  if (reservation === undefined || !isUsable(reservation, operation.storeId, line.sku, context)) return 0;
  const taken = Math.min(line.quantity, reservation.quantity);
  const { pool } = draft.poolState(reservation.storeId, reservation.sku);
  const rest = reservation.quantity - taken;
  draft.add({
    type: 'ReservationCommitted',
    ...draft.poolChange(reservation.storeId, reservation.sku, [
      { from: 'V', to: 'W', quantity: taken },
      ...(rest > 0 ? incoming(pool, rest, 'V') : []),
    ]),
    reservationId: reservation.reservationId as ReservationId,
    quantity: reservation.quantity,
    transactionId: null,
    takenQuantity: taken,
  });
  return taken;
}

function isUsable(reservation: Reservation, storeId: string, sku: string, context: DecisionContext): boolean {
  return (
    reservation.storeId === storeId &&
    reservation.sku === sku &&
    reservation.state === 'HELD' &&
    !isOverdue(reservation, context.now)
  );
}

/**
 * A stocktake is applied as a difference to the book at its cut: the checkpoint the till had read, and the till's own
 * operations before the count, which had happened at the shelf although the log did not have them yet.
 */
function count(draft: Draft, operation: ReadableOperation, body: CountBody): void {
  const { storeId } = operation;
  const { pool } = draft.poolState(storeId, body.sku);
  // A checkpoint of another log says nothing about this one: the book as it is now is the best cut there is.
  const later =
    body.checkpoint.logId === draft.logId
      ? draft.historySince(storeId, body.sku, body.checkpoint.position)
      : [];
  const afterCut = later.filter((entry) => !isOwnAndEarlier(entry, operation));
  const bookAtCut = onHand(pool) - afterCut.reduce((sum, entry) => sum + entry.bookDelta, 0);
  const difference = body.quantity - bookAtCut;
  const { movements, excess } = difference < 0 ? outgoing(pool, -difference) : { movements: [], excess: 0 };
  draft.add({
    type: 'StockCounted',
    ...draft.poolChange(storeId, body.sku, difference > 0 ? incoming(pool, difference, 'W') : movements),
    counted: body.quantity,
    bookAtCut,
    difference,
    tillId: (operation.origin.kind === 'till' ? operation.origin.tillId : null) as TillId | null,
    recordedAt: operation.recordedAt,
  });
  if (excess > 0) draft.addExcess(body.sku, excess, pool.free);
  if (afterCut.some((entry) => happenedBefore(entry.recordedAt, operation.recordedAt))) {
    draft.add({ type: 'RecountFlagged', ...draft.poolChange(storeId, body.sku, []) });
  }
}

function isOwnAndEarlier(entry: HistoryEntry, operation: ReadableOperation): boolean {
  const { origin } = operation;
  return (
    origin.kind === 'till' &&
    entry.tillId === origin.tillId &&
    entry.life === origin.life &&
    entry.sequence !== null &&
    entry.sequence < origin.sequence
  );
}

/** A fact of another till from before the last count may be in that count already: somebody should count again. */
function flagIfOverlapping(draft: Draft, operation: ReadableOperation, sku: string): void {
  const { lastCount, recountNeeded } = draft.poolState(operation.storeId, sku);
  if (lastCount === null || recountNeeded || operation.origin.kind !== 'till') return;
  if (lastCount.tillId === operation.origin.tillId) return;
  if (!happenedBefore(operation.recordedAt, lastCount.recordedAt)) return;
  draft.add({ type: 'RecountFlagged', ...draft.poolChange(operation.storeId, sku, []) });
}

function happenedBefore(earlier: string | null, later: string | null): boolean {
  return earlier !== null && later !== null && Date.parse(earlier) <= Date.parse(later);
}
