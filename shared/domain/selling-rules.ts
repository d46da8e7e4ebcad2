import { assert } from '../lib/assert.ts';
import { assertScheme, type EmbeddedCodeScheme } from './embedded-codes.ts';

/** How one chain sells; the same at all its tills. */
export interface SellingRules {
  /** What its scales print; the first that fits counts. */
  readonly embeddedCodes: readonly EmbeddedCodeScheme[];
}

/** For a chain that has said nothing: prefix 21 is a weight, prefix 22 a price. */
export const DEFAULT_SELLING_RULES: SellingRules = {
  embeddedCodes: [
    { pattern: '21AAAAAVVVVVK', value: 'weight-grams' },
    { pattern: '22AAAAAVVVVVK', value: 'price-minor' },
  ],
};

/** Throws for rules that no till could follow. */
export function assertSellingRules({ embeddedCodes }: SellingRules): void {
  for (const scheme of embeddedCodes) assertScheme(scheme);
  const patterns = new Set(embeddedCodes.map(({ pattern }) => pattern));
  assert(patterns.size === embeddedCodes.length, 'each layout of embedded codes stands once');
}
