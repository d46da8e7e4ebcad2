import type { TillId } from '@gondola/shared/domain/ids.ts';
import { incoming, onHand, outgoing } from '@gondola/shared/domain/pool.ts';
import type { Draft } from './draft.ts';
import type { HistoryEntry, ReadableOperation } from './model.ts';

type CountBody = Extract<ReadableOperation['body'], { type: 'count' }>;

/**
 * A stocktake is applied as a difference to the book at its cut: the checkpoint the till had read, and the till's own
 * operations before the count, which had happened at the shelf although the log did not have them yet.
 */
export function count(draft: Draft, operation: ReadableOperation, body: CountBody): void {
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
export function flagIfOverlapping(draft: Draft, operation: ReadableOperation, sku: string): void {
  const { lastCount, recountNeeded } = draft.poolState(operation.storeId, sku);
  if (lastCount === null || recountNeeded || operation.origin.kind !== 'till') return;
  if (lastCount.tillId === operation.origin.tillId) return;
  if (!happenedBefore(operation.recordedAt, lastCount.recordedAt)) return;
  draft.add({ type: 'RecountFlagged', ...draft.poolChange(operation.storeId, sku, []) });
}

function happenedBefore(earlier: string | null, later: string | null): boolean {
  return earlier !== null && later !== null && Date.parse(earlier) <= Date.parse(later);
}
