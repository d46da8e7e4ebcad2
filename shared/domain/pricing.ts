import { divideRounded, shareOut } from './rounding.ts';
import { lineTotalMinor } from './sale.ts';

/** Parts of ten thousand: 1,250 are 12.5 %. */
export const BASIS_POINTS_WHOLE = 10_000;

export type Discount =
  | { readonly kind: 'percent'; readonly basisPoints: number }
  | { readonly kind: 'amount'; readonly amountMinor: number };

/** A line as far as its money goes. Prices include tax; a rate of null says that nobody has named one. */
export interface LineToPrice {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly discount?: Discount | undefined;
  readonly taxBasisPoints?: number | null | undefined;
}

export interface LineAmounts {
  readonly grossMinor: number;
  /** The line's own discount and its share of the basket's. */
  readonly discountMinor: number;
  readonly netMinor: number;
}

/** What is in the total of one rate: `netMinor` is without the tax, and both together are what the customer pays. */
export interface TaxAmounts {
  readonly basisPoints: number;
  readonly netMinor: number;
  readonly taxMinor: number;
}

export interface BasketAmounts {
  readonly lines: readonly LineAmounts[];
  readonly grossMinor: number;
  readonly discountMinor: number;
  readonly totalMinor: number;
  /** By rising rate; lines without a rate are in none of them. */
  readonly taxes: readonly TaxAmounts[];
}

/**
 * The money of a basket, exact in minor units: the basket's discount is shared out over its lines in the ratio of what
 * they cost after their own, so that each line can be returned alone, and their sum is the total.
 */
export function priceBasket(lines: readonly LineToPrice[], discount: Discount | null = null): BasketAmounts {
  const gross = lines.map(lineTotalMinor);
  const own = lines.map((line, index) => discountOf(line.discount ?? null, gross[index] ?? 0));
  const after = gross.map((amount, index) => amount - (own[index] ?? 0));
  const shares = shareOut(discountOf(discount, sumOf(after)), after);
  const amounts = gross.map((grossMinor, index): LineAmounts => {
    const discountMinor = (own[index] ?? 0) + (shares[index] ?? 0);
    return { grossMinor, discountMinor, netMinor: grossMinor - discountMinor };
  });
  return {
    lines: amounts,
    grossMinor: sumOf(gross),
    discountMinor: sumOf(own) + sumOf(shares),
    totalMinor: sumOf(amounts.map(({ netMinor }) => netMinor)),
    taxes: taxesOf(lines, amounts),
  };
}

/** What a discount takes off an amount; never more than all of it. */
export function discountOf(discount: Discount | null, amountMinor: number): number {
  if (discount === null) return 0;
  if (discount.kind === 'amount') return Math.min(discount.amountMinor, amountMinor);
  return divideRounded(amountMinor, discount.basisPoints, BASIS_POINTS_WHOLE);
}

/** Whether it can be given at all: more than nothing, at most everything. */
export function isDiscount(discount: Discount): boolean {
  return discount.kind === 'percent'
    ? isWholeBetween(discount.basisPoints, 1, BASIS_POINTS_WHOLE)
    : isWholeBetween(discount.amountMinor, 1, Number.MAX_SAFE_INTEGER);
}

/** The tax in a price that includes it. Rounded once per rate, as the law of most countries wants, and not per line. */
export function taxIncludedMinor(amountMinor: number, basisPoints: number): number {
  return divideRounded(amountMinor, basisPoints, BASIS_POINTS_WHOLE + basisPoints);
}

/**
 * What is paid back for some of a line's units: parts of a line that come back one after another add up to what was
 * paid for it.
 */
export function refundMinor(
  paidMinor: number,
  quantity: number,
  returnedBefore: number,
  returning: number,
): number {
  const upTo = (units: number): number => divideRounded(paidMinor, units, quantity);
  return upTo(returnedBefore + returning) - upTo(returnedBefore);
}

function taxesOf(lines: readonly LineToPrice[], amounts: readonly LineAmounts[]): TaxAmounts[] {
  const byRate = new Map<number, number>();
  for (const [index, { taxBasisPoints }] of lines.entries()) {
    if (taxBasisPoints === undefined || taxBasisPoints === null) continue;
    byRate.set(taxBasisPoints, (byRate.get(taxBasisPoints) ?? 0) + (amounts[index]?.netMinor ?? 0));
  }
  return [...byRate]
    .sort(([a], [b]) => a - b)
    .map(([basisPoints, amount]) => {
      const taxMinor = taxIncludedMinor(amount, basisPoints);
      return { basisPoints, netMinor: amount - taxMinor, taxMinor };
    });
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function isWholeBetween(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
