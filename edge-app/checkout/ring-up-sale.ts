import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { type OperationBody, sellSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { decideSale, type LineFacts, priceOf } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';

export interface SaleLine {
  readonly sku: string;
  readonly quantity: number;
  /** The price the customer was shown; the catalogue's when it is left out. */
  readonly unitPriceMinor?: number | undefined;
  /** The hold that the customer collects with this line. */
  readonly reservationId?: string | undefined;
}

export interface SaleRequest {
  readonly basketId: string;
  readonly lines: readonly SaleLine[];
  readonly cashGivenMinor?: number | undefined;
}

/** Whatever a receipt says. Made after the flush, from what was flushed. */
export interface Receipt extends Recorded {
  readonly basketId: string;
  readonly receiptNumber: string;
  readonly totalMinor: number;
  readonly cashGivenMinor: number | null;
  readonly changeMinor: number | null;
}

/**
 * Sells a basket: the goods leave with the customer, so this is a fact. It is refused only for what the cashier can
 * mend at once (a missing price, too little cash), never for what a replica says about stock.
 */
export async function ringUpSale(
  counter: Counter,
  sale: SaleRequest,
): Promise<Result<Receipt, CheckoutRefusal>> {
  const { basketId } = sale;
  if (counter.recordedBaskets.has(basketId)) return failure({ kind: 'basket-already-recorded', basketId });
  // Taken before the first wait, so that a double tap cannot pass here twice.
  counter.recordedBaskets.add(basketId);
  const outcome = await sell(counter, sale);
  if (!outcome.ok && outcome.error.kind !== 'journal-failed') counter.recordedBaskets.delete(basketId);
  return outcome;
}

async function sell(counter: Counter, sale: SaleRequest): Promise<Result<Receipt, CheckoutRefusal>> {
  const lines = await lineFacts(counter, sale.lines);
  const cashGivenMinor = sale.cashGivenMinor ?? null;
  const decided = decideSale(lines, cashGivenMinor);
  if (!decided.ok) return decided;
  const { totalMinor, changeMinor } = decided.value;
  const body: OperationBody = sellSchema.parse({
    type: 'sell',
    basketId: sale.basketId,
    lines: lines.map((line) => ({
      sku: line.sku,
      quantity: line.quantity,
      unitPriceMinor: priceOf(line),
      ...(line.reservationId === undefined ? {} : { reservationId: line.reservationId }),
    })),
    totalMinor,
    ...(cashGivenMinor === null ? {} : { cashGivenMinor }),
  });
  const recorded = await record(counter, body);
  if (!recorded.ok) return recorded;
  const receiptNumber = receiptNumberOf(counter.identity.life, recorded.value.sequence);
  return success({
    ...recorded.value,
    basketId: sale.basketId,
    receiptNumber,
    totalMinor,
    cashGivenMinor,
    changeMinor,
  });
}

/** Life and sequence of the record: unique at the till, and enough to find the record at the centre. */
export function receiptNumberOf(life: number, sequence: number): string {
  return `${life}-${String(sequence).padStart(6, '0')}`;
}

/** The lines with what the catalogue says of their articles. */
export async function lineFacts(counter: Counter, lines: readonly SaleLine[]): Promise<LineFacts[]> {
  const products = await Promise.all(lines.map((line) => counter.replica.product(line.sku)));
  return lines.map((line, index) => ({
    sku: line.sku,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor ?? null,
    product: products[index] ?? null,
    reservationId: line.reservationId,
  }));
}
