import type { HistoryEntry } from './answers.ts';

/** What is known of a count's difference beside the book. */
export interface CountExplained {
  /** Units found beyond the book (above zero) or missing (below). */
  readonly difference: number;
  /**
   * Units that were paid by a commit since the count before and that nobody has said were collected: they left the book, and
   * may have stood on the shelf and been counted all the same.
   */
  readonly committedUnits: number;
  /** Of the units found beyond the book, those that these may be. */
  readonly explainedUnits: number;
}

/**
 * The difference of the count at that position, from the pool's history, newest first. A commit is paid now and collected or
 * shipped afterwards, which is no event of its own; goods that are handed over at once are a sale. Pure.
 */
export function explainCount(history: readonly HistoryEntry[], position: number): CountExplained | null {
  const at = history.findIndex((entry) => entry.position === position && entry.type === COUNTED);
  const count = history[at];
  if (count === undefined) return null;
  const older = history.slice(at + 1);
  const before = older.findIndex(({ type }) => type === COUNTED);
  const committedUnits = (before < 0 ? older : older.slice(0, before))
    .filter(({ type }) => type === 'ReservationCommitted')
    .reduce((sum, { onHand }) => sum - onHand, 0);
  const explainedUnits = Math.max(0, Math.min(count.onHand, committedUnits));
  return { difference: count.onHand, committedUnits, explainedUnits };
}

const COUNTED = 'StockCounted';
