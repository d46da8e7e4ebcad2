import { type Result, success } from '@gondola/shared/lib/result.ts';
import { returnSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { decideSale, priceOf } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';
import { lineFacts, type SaleLine } from './ring-up-sale.ts';

export interface ReturnRequest {
  readonly basketId: string;
  readonly lines: readonly SaleLine[];
}

/** Goods that came back from a customer stand on the shelf again: a fact. */
export async function returnGoods(
  counter: Counter,
  request: ReturnRequest,
): Promise<Result<Recorded & { readonly totalMinor: number }, CheckoutRefusal>> {
  const lines = await lineFacts(counter, request.lines);
  const decided = decideSale(lines, null);
  if (!decided.ok) return decided;
  const { totalMinor } = decided.value;
  const body = returnSchema.parse({
    type: 'return',
    basketId: request.basketId,
    lines: lines.map((line) => ({ sku: line.sku, quantity: line.quantity, unitPriceMinor: priceOf(line) })),
    totalMinor,
  });
  const recorded = await record(counter, body);
  return recorded.ok ? success({ ...recorded.value, totalMinor }) : recorded;
}
