import { expect, it } from 'vitest';
import type { HistoryEntry } from './answers.ts';
import { explainCount } from './count-explained.ts';

/** Newest first: type and change of what is on hand. */
function historyOf(...entries: readonly (readonly [type: string, onHand: number])[]): HistoryEntry[] {
  return entries.map(([type, onHand], index) => ({
    ...{ position: entries.length - index, at: '2026-03-02T12:00:00.000Z', type, operationId: null },
    ...{ free: 0, held: 0, allotted: 0, inDoubt: 0, deficit: 0, onHand, onHandAfter: 0 },
  }));
}

it('keeps what was paid since the count before apart from what is not explained', () => {
  const history = historyOf(
    ['StockCounted', 5],
    ['ItemsSold', -9],
    ['ReservationCommitted', -2],
    ['ReservationCommitted', -1],
    ['StockCounted', 0],
    ['ReservationCommitted', -7],
  );
  expect(explainCount(history, 6)).toEqual({ difference: 5, committedUnits: 3, explainedUnits: 3 });
  expect(explainCount(history, 2)).toEqual({ difference: 0, committedUnits: 7, explainedUnits: 0 });
});

it('explains no more than was found, and nothing of what is missing', () => {
  expect(explainCount(historyOf(['StockCounted', 1], ['ReservationCommitted', -4]), 2)).toMatchObject({
    explainedUnits: 1,
  });
  expect(explainCount(historyOf(['StockCounted', -2], ['ReservationCommitted', -4]), 2)).toEqual({
    ...{ difference: -2, committedUnits: 4, explainedUnits: 0 },
  });
});

it('says nothing of what is no count', () => {
  expect(explainCount(historyOf(['ItemsSold', -1]), 1)).toBeNull();
  expect(explainCount([], 1)).toBeNull();
});
