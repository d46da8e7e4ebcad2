import type { Label, ReservationState } from '@gondola/shared/domain/labels.ts';
import {
  type BasketAmounts,
  type Discount,
  isDiscount,
  priceBasket,
} from '@gondola/shared/domain/pricing.ts';
import { basketTotalMinor } from '@gondola/shared/domain/sale.ts';
import {
  problemOfTender,
  type Settlement,
  settleTenders,
  type Tender,
} from '@gondola/shared/domain/tender.ts';
import {
  IDENTIFIER_MAX_CHARACTERS,
  LINE_QUANTITY_MAX_UNITS,
  OPERATION_LINES_MAX,
  TENDERS_MAX,
} from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { OperationType } from '@gondola/shared/schemas/operations.ts';
import type { CheckoutRefusal } from './refusal.ts';

/**
 * What the till tells the cashier of an operation outside its allotments: facts are RECORDED whatever the centre thinks,
 * requests are PROVISIONAL.
 */
export function labelOf(type: OperationType): Label {
  switch (type) {
    case 'reserve':
    case 'commit':
    case 'release':
    case 'transfer-request':
    case 'transfer-cancel':
      return 'PROVISIONAL';
    default:
      return 'RECORDED';
  }
}

/** What a line wants to move, and what the catalogue says of its article. */
export interface LineFacts {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number | null;
  readonly product: { readonly name: string; readonly priceMinor: number | null } | null;
  readonly reservationId?: string | undefined;
  readonly discount?: Discount | undefined;
  readonly taxBasisPoints?: number | null | undefined;
}

export interface PricedSale {
  readonly amounts: BasketAmounts;
  /** null when nobody has said how it is paid. */
  readonly settlement: Settlement | null;
}

export interface Payment {
  readonly tenders: readonly Tender[];
  readonly cashRoundingMinor: number | null;
}

/** Whether the basket can be sold: priced articles, sane quantities, and tenders that cover the total. */
export function decideSale(
  lines: readonly LineFacts[],
  payment: Payment | null,
  discount: Discount | null = null,
): Result<PricedSale, CheckoutRefusal> {
  const refusal = refuseLines(lines) ?? refuseUnpriced(lines) ?? refuseRepeatedHold(lines);
  if (refusal !== null) return failure(refusal);
  const priced = lines.map((line) => ({ ...line, unitPriceMinor: priceOf(line) ?? 0 }));
  if (!Number.isSafeInteger(basketTotalMinor(priced))) return failure({ kind: 'total-too-large' });
  if (
    [discount, ...lines.map((line) => line.discount ?? null)].some((one) => one !== null && !isDiscount(one))
  ) {
    return failure({ kind: 'discount-impossible' });
  }
  const amounts = priceBasket(priced, discount);
  if (payment === null) return success({ amounts, settlement: null });
  const settled = settle(amounts.totalMinor, payment);
  return settled.ok ? success({ amounts, settlement: settled.value }) : settled;
}

function settle(
  totalMinor: number,
  { tenders, cashRoundingMinor }: Payment,
): Result<Settlement, CheckoutRefusal> {
  if (tenders.length > TENDERS_MAX) return failure({ kind: 'too-many-tenders', max: TENDERS_MAX });
  for (const tender of tenders) {
    const problem = problemOfTender(tender, IDENTIFIER_MAX_CHARACTERS);
    if (problem !== null) return failure({ kind: problem });
  }
  const settlement = settleTenders(totalMinor, tenders, cashRoundingMinor);
  const { missingMinor, overMinor } = settlement;
  if (missingMinor > 0) return failure({ kind: 'cash-short', missingMinor });
  return overMinor > 0 ? failure({ kind: 'tender-too-large', overMinor }) : success(settlement);
}

/** The price fixed when the line was scanned, else the catalogue's. An empty price is not a price; 0 is one. */
export function priceOf(line: LineFacts): number | null {
  return line.unitPriceMinor ?? line.product?.priceMinor ?? null;
}

/** What any list of lines must satisfy, priced or not; null when it does. */
export function refuseLines(lines: readonly LineFacts[]): CheckoutRefusal | null {
  if (lines.length === 0) return { kind: 'basket-empty' };
  if (lines.length > OPERATION_LINES_MAX) return { kind: 'too-many-lines', max: OPERATION_LINES_MAX };
  for (const line of lines) {
    if (line.product === null) return { kind: 'product-unknown', code: line.sku };
    const refusal = refuseQuantity(line.sku, line.quantity, 1, LINE_QUANTITY_MAX_UNITS);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** A quantity outside its bounds, or not whole. */
export function refuseQuantity(
  sku: string,
  quantity: number,
  min: number,
  max: number,
): CheckoutRefusal | null {
  if (Number.isSafeInteger(quantity) && quantity >= min && quantity <= max) return null;
  return { kind: 'quantity-out-of-range', sku, quantity, max };
}

function refuseUnpriced(lines: readonly LineFacts[]): CheckoutRefusal | null {
  for (const line of lines) {
    if (priceOf(line) === null) {
      return { kind: 'product-unpriced', sku: line.sku, name: line.product?.name ?? line.sku };
    }
  }
  return null;
}

function refuseRepeatedHold(lines: readonly LineFacts[]): CheckoutRefusal | null {
  const seen = new Set<string>();
  for (const { reservationId } of lines) {
    if (reservationId === undefined) continue;
    if (seen.has(reservationId)) return { kind: 'hold-in-basket', reservationId };
    seen.add(reservationId);
  }
  return null;
}

/** What this till knows of a hold: the centre's row and its own records that wait for a verdict. */
export interface HoldFacts {
  readonly rowState: ReservationState | null;
  readonly pendingReserve: boolean;
  readonly pendingEnd: ReservationState | null;
}

/**
 * Whether a commit or release makes sense. A hold that the centre has ended, or that this till has asked to end, is
 * refused here; one that may have expired meanwhile is not: only the centre's clock decides that.
 */
export function refuseEndOfHold(reservationId: string, hold: HoldFacts): CheckoutRefusal | null {
  if (hold.pendingEnd !== null) return { kind: 'hold-over', reservationId, state: hold.pendingEnd };
  if (hold.rowState !== null && hold.rowState !== 'HELD') {
    return { kind: 'hold-over', reservationId, state: hold.rowState };
  }
  return hold.rowState === null && !hold.pendingReserve ? { kind: 'hold-unknown', reservationId } : null;
}
