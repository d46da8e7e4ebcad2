/** The opening stock of the sample chain, derived from its sales. Pure. */
import { LINE_QUANTITY_MAX_UNITS, OPERATION_LINES_MAX } from '@gondola/shared/lib/limits.ts';
import type { SaleFileRow } from './import-rows.ts';

export interface OpeningRule {
  /** Stock as a part of what the file sells: 1.0 is enough for all of it. */
  readonly ratio: number;
  /** Units on top; `auto` is `autoTills` times the pool's largest single line. */
  readonly slack: number | 'auto';
}

/** Tills of a store that may each hold one line of the same article at a moment. */
const autoTills = 2;

export interface OpeningLine {
  readonly sku: string;
  readonly quantity: number;
}

/** `ceil(ratio × units sold) + slack` for each store and article, by store number; nothing for zero. */
export function openingStock(sales: Iterable<SaleFileRow>, rule: OpeningRule): Map<string, OpeningLine[]> {
  const pools = new Map<string, Map<string, { units: number; largest: number }>>();
  for (const { storeNumber, sku, quantity } of sales) {
    const store = pools.get(storeNumber) ?? new Map();
    pools.set(storeNumber, store);
    const pool = store.get(sku) ?? { units: 0, largest: 0 };
    store.set(sku, { units: pool.units + quantity, largest: Math.max(pool.largest, quantity) });
  }
  const lines = new Map<string, OpeningLine[]>();
  for (const [storeNumber, store] of pools) {
    const stocked: OpeningLine[] = [];
    for (const [sku, { units, largest }] of store) {
      const slack = rule.slack === 'auto' ? autoTills * largest : rule.slack;
      const quantity = Math.ceil(rule.ratio * units) + slack;
      if (quantity > 0) stocked.push({ sku, quantity });
    }
    lines.set(storeNumber, stocked);
  }
  return lines;
}

/** Lines as one operation may carry them: no line above the largest quantity, no list above the most lines. */
export function receiptLines(lines: readonly OpeningLine[]): OpeningLine[][] {
  const bounded = lines.flatMap(({ sku, quantity }) => {
    const parts: OpeningLine[] = [];
    for (let left = quantity; left > 0; left -= LINE_QUANTITY_MAX_UNITS) {
      parts.push({ sku, quantity: Math.min(left, LINE_QUANTITY_MAX_UNITS) });
    }
    return parts;
  });
  const receipts: OpeningLine[][] = [];
  for (let start = 0; start < bounded.length; start += OPERATION_LINES_MAX) {
    receipts.push(bounded.slice(start, start + OPERATION_LINES_MAX));
  }
  return receipts;
}
