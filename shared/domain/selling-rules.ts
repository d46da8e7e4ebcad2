import { assert } from '../lib/assert.ts';
import { assertScheme, type EmbeddedCodeScheme } from './embedded-codes.ts';

/** How one chain sells; the same at all its tills. */
export interface SellingRules {
  /** What its scales print; the first that fits counts. */
  readonly embeddedCodes: readonly EmbeddedCodeScheme[];
  readonly taxes: TaxRates;
  /** The smallest coin that cash is rounded to; null where every minor unit is paid. */
  readonly cashRoundingMinor: number | null;
}

/** Rates in prices that include tax. null: nobody has named a rate, and a receipt says nothing of tax. */
export interface TaxRates {
  readonly byDepartment: Readonly<Record<string, number>>;
  readonly otherBasisPoints: number | null;
}

/** For a chain that has said nothing: prefix 21 is a weight, prefix 22 a price; no tax is shown and no cash rounded. */
export const DEFAULT_SELLING_RULES: SellingRules = {
  embeddedCodes: [
    { pattern: '21AAAAAVVVVVK', value: 'weight-grams' },
    { pattern: '22AAAAAVVVVVK', value: 'price-minor' },
  ],
  taxes: { byDepartment: {}, otherBasisPoints: null },
  cashRoundingMinor: null,
};

/** Throws for rules that no till could follow. */
export function assertSellingRules({ embeddedCodes, taxes, cashRoundingMinor }: SellingRules): void {
  for (const scheme of embeddedCodes) assertScheme(scheme);
  const patterns = new Set(embeddedCodes.map(({ pattern }) => pattern));
  assert(patterns.size === embeddedCodes.length, 'each layout of embedded codes stands once');
  const rates = [...Object.values(taxes.byDepartment), taxes.otherBasisPoints ?? 0];
  assert(
    rates.every((rate) => Number.isSafeInteger(rate) && rate >= 0),
    'tax rates are whole basis points',
  );
  assert(
    cashRoundingMinor === null || (Number.isSafeInteger(cashRoundingMinor) && cashRoundingMinor > 0),
    'cash is rounded to a coin, or not at all',
  );
}

/** The rate of an article of that department. */
export function taxRateOf({ byDepartment, otherBasisPoints }: TaxRates, department: string): number | null {
  return Object.hasOwn(byDepartment, department) ? (byDepartment[department] ?? null) : otherBasisPoints;
}
