import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import type { TillId } from '@gondola/shared/domain/ids.ts';
import { incoming, type Movement, outgoing } from '@gondola/shared/domain/pool.ts';
import { assertNever } from '@gondola/shared/lib/assert.ts';
import { reject } from './conclude.ts';
import { count, flagIfOverlapping } from './decide-count.ts';
import { commitUnits, mayEnd } from './decide-hold.ts';
import { bucketOf, type Draft } from './draft.ts';
import { isOverdue } from './evolve.ts';
import type { Decision, DecisionContext, ReadableOperation, Reservation } from './model.ts';

type FactBody = Extract<ReadableOperation['body'], { type: 'sell' | 'return' | 'receive' | 'count' }>;
type SoldLine = Extract<FactBody, { type: 'sell' }>['lines'][number];
type AdjustBody = Extract<ReadableOperation['body'], { type: 'adjust' }>;

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

/** Units leave in this order: the named hold, what the till charged to its own allotment, what is free, the deficit. */
function sellLine(
  draft: Draft,
  operation: ReadableOperation,
  basketId: string,
  line: SoldLine,
  context: DecisionContext,
): void {
  const { storeId, origin } = operation;
  const rest = line.quantity - takeFromHold(draft, operation, line, context);
  const own = ownUnits(draft, operation, line, rest);
  const { pool } = draft.poolState(storeId, line.sku);
  const { movements, excess } = outgoing(pool, rest - own.quantity);
  draft.add({
    type: 'ItemsSold',
    ...draft.poolChange(storeId, line.sku, [...own.movements, ...movements]),
    basketId,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    excess,
    allottedQuantity: own.quantity,
    seller: origin.kind === 'till' ? { tillId: origin.tillId as TillId, life: origin.life } : null,
  });
  if (excess > 0) draft.addExcess(line.sku, excess, pool.free);
  flagIfOverlapping(draft, operation, line.sku);
}

/** What the till says it took of its own allotment, as far as the allotment has it. */
function ownUnits(
  draft: Draft,
  { storeId, origin }: ReadableOperation,
  line: SoldLine,
  rest: number,
): { readonly quantity: number; readonly movements: Movement[] } {
  const allotment = origin.kind === 'till' ? draft.allotment(storeId, line.sku, origin) : undefined;
  const bucket = bucketOf(allotment);
  if (allotment === undefined || bucket === null) return { quantity: 0, movements: [] };
  const quantity = Math.min(line.allottedQuantity ?? 0, rest, unspentOf(allotment));
  return { quantity, movements: quantity > 0 ? [{ from: bucket, to: 'W', quantity }] : [] };
}

/** The customer collects what was held: those units come out of the hold. Returns how many. */
function takeFromHold(
  draft: Draft,
  operation: ReadableOperation,
  line: SoldLine,
  context: DecisionContext,
): number {
  const reservation = line.reservationId === undefined ? undefined : draft.reservation(line.reservationId);
  if (reservation === undefined || !isUsable(reservation, operation, line.sku, context)) return 0;
  const taken = Math.min(line.quantity, reservation.quantity);
  commitUnits(draft, reservation, taken, null);
  return taken;
}

function isUsable(
  reservation: Reservation,
  operation: ReadableOperation,
  sku: string,
  context: DecisionContext,
): boolean {
  return (
    reservation.storeId === operation.storeId &&
    reservation.sku === sku &&
    reservation.state === 'HELD' &&
    mayEnd(reservation, operation) &&
    !isOverdue(reservation, context.now)
  );
}

/**
 * A correction by hand is booked like any fact. Only one that a person made from what a screen showed (it names the
 * version) is refused when the pool has moved on since; null when it is booked.
 */
export function decideAdjust(draft: Draft, operation: ReadableOperation, body: AdjustBody): Decision | null {
  const { storeId } = operation;
  const { pool, version } = draft.poolState(storeId, body.sku);
  const { expectedVersion } = body;
  // A till's adjustment has happened at the shelf: no version can undo that.
  if (operation.label === null && expectedVersion !== undefined && expectedVersion !== version) {
    return reject(draft, operation, 'stale-version', body.sku, Math.abs(body.difference));
  }
  const { movements, excess } =
    body.difference > 0
      ? { movements: incoming(pool, body.difference, 'W'), excess: 0 }
      : outgoing(pool, -body.difference);
  draft.add({
    type: 'StockAdjusted',
    ...draft.poolChange(storeId, body.sku, movements),
    difference: body.difference,
    reason: body.reason,
    note: body.note ?? null,
    excess,
  });
  if (excess > 0) draft.addExcess(body.sku, excess, pool.free);
  flagIfOverlapping(draft, operation, body.sku);
  return null;
}
