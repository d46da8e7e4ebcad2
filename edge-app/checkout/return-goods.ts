import { type Discount, refundMinor } from '@gondola/shared/domain/pricing.ts';
import { roundCash, type TenderKind } from '@gondola/shared/domain/tender.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { returnSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { decideSale, priceOf } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';
import { lineFacts, receiptNumberOf, type SaleLine } from './ring-up-sale.ts';

export interface ReturnRequest {
  readonly basketId: string;
  readonly lines: readonly SaleLine[];
  readonly discount?: Discount | undefined;
  readonly reason?: string | undefined;
}

/** What was recorded, and what the customer gets back. */
export interface Returned extends Recorded {
  readonly totalMinor: number;
  readonly receiptNumber: string;
  readonly changeMinor: null;
}

/** Goods that came back from a customer stand on the shelf again: a fact. */
export async function returnGoods(
  counter: Counter,
  request: ReturnRequest,
): Promise<Result<Returned, CheckoutRefusal>> {
  const lines = await lineFacts(counter, request.lines);
  const decided = decideSale(lines, null, request.discount ?? null);
  if (!decided.ok) return decided;
  const { amounts } = decided.value;
  const { totalMinor } = amounts;
  const { basketId, reason } = request;
  return recordReturn(counter, {
    basketId,
    lines: lines.map((line, index) => {
      const { discountMinor = 0, netMinor } = amounts.lines[index] ?? {};
      const { sku, quantity } = line;
      const refund = discountMinor === 0 ? {} : { refundMinor: netMinor };
      return { sku, quantity, unitPriceMinor: priceOf(line), ...refund };
    }),
    totalMinor,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** A line of a sale, and how much of it came back before. */
export interface ReturnableLine {
  /** Where it stands in the sale, from 0. */
  readonly soldLine: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** What was paid for the whole line, after all discounts. */
  readonly paidMinor: number;
  /** Units that came back before, as far as this till knows. */
  readonly returned: number;
}

export interface SoldReturnRequest {
  readonly basketId: string;
  readonly receiptNumber: string;
  readonly lines: readonly { readonly soldLine: number; readonly quantity: number }[];
  readonly refundBy: TenderKind;
  readonly reason?: string | undefined;
}

/** Takes back units of a receipt for what was paid for them, and never more than were sold. */
export async function returnSold(
  counter: Counter,
  sold: readonly ReturnableLine[],
  request: SoldReturnRequest,
): Promise<Result<Returned, CheckoutRefusal>> {
  const { basketId, receiptNumber, refundBy, reason } = request;
  const lines = refunds(sold, request);
  if (!lines.ok) return lines;
  const totalMinor = lines.value.reduce((total, line) => total + line.refundMinor, 0);
  const { cashRoundingMinor } = counter.rules;
  const amountMinor = refundBy === 'cash' ? roundCash(totalMinor, cashRoundingMinor) : totalMinor;
  return recordReturn(counter, {
    ...{ basketId, receiptNumber, lines: lines.value, totalMinor },
    tenders: [{ kind: refundBy, amountMinor }],
    ...(reason === undefined || reason.trim() === '' ? {} : { reason: reason.trim() }),
  });
}

interface RefundLine extends Pick<ReturnableLine, 'soldLine' | 'sku' | 'quantity' | 'unitPriceMinor'> {
  readonly refundMinor: number;
}

function refunds(
  sold: readonly ReturnableLine[],
  { receiptNumber, lines }: SoldReturnRequest,
): Result<RefundLine[], CheckoutRefusal> {
  const found: RefundLine[] = [];
  for (const { soldLine, quantity } of lines) {
    const line = sold.find((one) => one.soldLine === soldLine);
    if (line === undefined) return failure({ kind: 'receipt-unknown', receiptNumber });
    const { sku, unitPriceMinor, paidMinor, returned } = line;
    const left = line.quantity - returned;
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > left) {
      return failure({ kind: 'returned-already', sku, left: Math.max(0, left) });
    }
    const refund = refundMinor(paidMinor, line.quantity, returned, quantity);
    found.push({ soldLine, sku, quantity, unitPriceMinor, refundMinor: refund });
  }
  const named = new Set(found.map(({ soldLine }) => soldLine));
  return found.length > 0 && named.size === found.length ? success(found) : failure({ kind: 'basket-empty' });
}

async function recordReturn(counter: Counter, body: object): Promise<Result<Returned, CheckoutRefusal>> {
  const parsed = returnSchema.parse({ type: 'return', ...body });
  const { basketId, totalMinor } = parsed;
  if (counter.recordedBaskets.has(basketId)) return failure({ kind: 'basket-already-recorded', basketId });
  // Taken before the first wait: a double tap must not pay back twice.
  counter.recordedBaskets.add(basketId);
  const recorded = await record(counter, parsed);
  if (!recorded.ok) return recorded;
  const receiptNumber = receiptNumberOf(counter.identity.life, recorded.value.sequence);
  return success({ ...recorded.value, totalMinor, receiptNumber, changeMinor: null });
}
