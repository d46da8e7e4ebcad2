import { expect, test } from 'vitest';
import { openingStock, receiptLines } from './import-opening.ts';

const sale = (storeNumber: string, sku: string, quantity: number) => ({ storeNumber, sku, quantity });
const sales = [sale('1', 'a', 2), sale('1', 'a', 3), sale('1', 'b', 1), sale('2', 'a', 7)];

test.each([
  [{ ratio: 1, slack: 0 }, [5, 1, 7]],
  [{ ratio: 0.5, slack: 0 }, [3, 1, 4]],
  [{ ratio: 1, slack: 10 }, [15, 11, 17]],
  [{ ratio: 1, slack: 'auto' }, [11, 3, 21]],
] as const)('%o books ceil(ratio × units) + slack', (rule, expected) => {
  const opening = openingStock(sales, rule);
  expect([...opening.keys()]).toEqual(['1', '2']);
  expect([...opening.values()].flat().map((line) => line.quantity)).toEqual(expected);
});

test('a ratio of nothing books nothing, and the store stays', () => {
  expect([...openingStock(sales, { ratio: 0, slack: 0 })]).toEqual([
    ['1', []],
    ['2', []],
  ]);
});

test('no line is above the largest quantity and no receipt above the most lines; nothing is lost', () => {
  const lines = Array.from({ length: 1_200 }, (_, index) => ({
    sku: `s${index}`,
    quantity: index === 0 ? 2_500_000 : 1,
  }));
  const receipts = receiptLines(lines);
  expect(receipts.map((receipt) => receipt.length)).toEqual([500, 500, 202]);
  expect(
    receipts
      .flat()
      .slice(0, 3)
      .map((line) => line.quantity),
  ).toEqual([1_000_000, 1_000_000, 500_000]);
  expect(receipts.flat().reduce((sum, line) => sum + line.quantity, 0)).toBe(2_500_000 + 1_199);
});
