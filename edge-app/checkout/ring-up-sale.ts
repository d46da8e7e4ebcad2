import type { Discount } from '@gondola/shared/domain/pricing.ts';
import { taxRateOf } from '@gondola/shared/domain/selling-rules.ts';
import type { Tender } from '@gondola/shared/domain/tender.ts';
import type { TillAct } from '@gondola/shared/domain/till-act.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { decideSale, type LineFacts } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';
import { saleBody } from './sale-body.ts';

export interface SaleLine {
  readonly sku: string;
  readonly quantity: number;
  /** The price the customer was shown; the catalogue's when it is left out. */
  readonly unitPriceMinor?: number | undefined;
  /** The hold that the customer collects with this line. */
  readonly reservationId?: string | undefined;
  readonly discount?: Discount | undefined;
  readonly weightGrams?: number | undefined;
  readonly listPriceMinor?: number | undefined;
  readonly priceReason?: string | undefined;
}

export interface SaleRequest {
  readonly basketId: string;
  readonly lines: readonly SaleLine[];
  /** How it is paid; a sale without it is recorded as paid, nobody says how. */
  readonly tenders?: readonly Tender[] | undefined;
  /** What the whole basket is cheaper by. */
  readonly discount?: Discount | undefined;
  /** What else happened at the till since the last sale. */
  readonly acts?: readonly TillAct[] | undefined;
}

/** Whatever a receipt says. Made after the flush, from what was flushed. */
export interface Receipt extends Recorded {
  readonly basketId: string;
  readonly receiptNumber: string;
  readonly totalMinor: number;
  /** null when nobody has said how it was paid. */
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
  const { cashRoundingMinor } = counter.rules;
  const payment = sale.tenders === undefined ? null : { tenders: sale.tenders, cashRoundingMinor };
  const decided = decideSale(lines, payment, sale.discount ?? null);
  if (!decided.ok) return decided;
  const body = saleBody(sale, lines, decided.value);
  const recorded = await record(counter, body);
  if (!recorded.ok) return recorded;
  const receiptNumber = receiptNumberOf(counter.identity.life, recorded.value.sequence);
  return success({
    ...recorded.value,
    basketId: sale.basketId,
    receiptNumber,
    totalMinor: body.totalMinor,
    changeMinor: body.changeMinor ?? null,
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
    discount: line.discount,
    taxBasisPoints: taxRateOf(counter.rules.taxes, products[index]?.department ?? ''),
  }));
}
