import type { Journal } from '../checkout/ports.ts';
import { toUndecided } from './follow-verdicts.ts';

const TAIL_RECORDS = 500;

/** Counts what was sold at this till: the tiles a cashier most likely wants. */
export interface SoldCounts {
  add(skus: readonly string[]): void;
  top(max: number): string[];
}

/** Counts the last records of the journal, and what is added later. */
export async function countSold(journal: Journal): Promise<SoldCounts> {
  const counts = new Map<string, number>();
  const add = (skus: readonly string[]): void => {
    for (const sku of skus) counts.set(sku, (counts.get(sku) ?? 0) + 1);
  };
  const first = Math.max(1, journal.head().sequence - TAIL_RECORDS + 1);
  for (const sealed of await journal.read(first, TAIL_RECORDS)) {
    const body = toUndecided(sealed)?.body;
    if (body?.type === 'sell') add(body.lines.map((line) => line.sku));
  }
  return {
    add,
    top: (max) =>
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, max)
        .map(([sku]) => sku),
  };
}
