import { assert } from '../lib/assert.ts';
import { gtinCheckDigit } from './codes.ts';

/**
 * EAN-13 codes that a scale prints: beside the article they carry what was weighed, or what it costs. GS1 leaves prefix 2
 * to each chain, so the layout is configuration.
 */
export interface EmbeddedCodeScheme {
  /**
   * Thirteen characters: digits that must stand there, then `A` for the article, `V` for the value, `C` for the inner
   * check digit of the value (four or five digits of it) and `K` for the code's own check digit. Example: `21AAAAAVVVVVK`.
   */
  readonly pattern: string;
  readonly value: 'weight-grams' | 'price-minor';
}

/** What a scale's code says. */
export interface EmbeddedCode {
  /** As it stands in the code, leading zeros included. */
  readonly articleDigits: string;
  /** The code with value and inner check digit at zero: how many catalogues write the article. */
  readonly baseCode: string;
  readonly value: EmbeddedCodeScheme['value'];
  readonly amount: number;
}

export type EmbeddedReading =
  | { readonly kind: 'none' }
  /** The layout fits, but a check digit does not. */
  | { readonly kind: 'misread' }
  | { readonly kind: 'read'; readonly code: EmbeddedCode };

const PATTERN = /^2\d*A+(?:C?V+|V+C?)K$/;

/** Throws when the pattern is none: a wrong layout would sell wrong prices. */
export function assertScheme({ pattern }: EmbeddedCodeScheme): void {
  assert(pattern.length === 13 && PATTERN.test(pattern), `${pattern} is no layout of an embedded code`);
  const digits = [...pattern].filter((sign) => sign === 'V').length;
  assert(
    !pattern.includes('C') || digits === 4 || digits === 5,
    `${pattern}: an inner check digit guards four or five digits`,
  );
}

/** Reads a code by the first scheme whose fixed digits fit. */
export function readEmbeddedCode(code: string, schemes: readonly EmbeddedCodeScheme[]): EmbeddedReading {
  if (!/^2\d{12}$/.test(code)) return { kind: 'none' };
  const scheme = schemes.find(({ pattern }) => fits(code, pattern));
  if (scheme === undefined) return { kind: 'none' };
  const valueDigits = part(code, scheme.pattern, 'V');
  const inner = part(code, scheme.pattern, 'C');
  const isWhole = gtinCheckDigit(code.slice(0, 12)) === code[12];
  if (!isWhole || (inner !== '' && inner !== innerCheckDigit(valueDigits))) return { kind: 'misread' };
  const zeroed = [...code.slice(0, 12)]
    .map((digit, index) => ('VC'.includes(scheme.pattern[index] ?? '') ? '0' : digit))
    .join('');
  return {
    kind: 'read',
    code: {
      articleDigits: part(code, scheme.pattern, 'A'),
      baseCode: zeroed + gtinCheckDigit(zeroed),
      value: scheme.value,
      amount: Number(valueDigits),
    },
  };
}

/** The code that a scale prints; article and amount must fit their places. */
export function writeEmbeddedCode(scheme: EmbeddedCodeScheme, article: string, amount: number): string {
  const { pattern } = scheme;
  const places = { A: article, V: String(amount) };
  const fill = (sign: 'A' | 'V'): string => {
    const { length } = part(pattern, pattern, sign);
    assert(/^\d+$/.test(places[sign]) && places[sign].length <= length, `${places[sign]} has no room`);
    return places[sign].padStart(length, '0');
  };
  const digits = { A: [...fill('A')], V: [...fill('V')], C: [''] };
  if (pattern.includes('C')) digits.C = [innerCheckDigit(digits.V.join(''))];
  const twelve = [...pattern.slice(0, 12)]
    .map((sign) => (sign === 'A' || sign === 'V' || sign === 'C' ? digits[sign].shift() : sign))
    .join('');
  return twelve + gtinCheckDigit(twelve);
}

function fits(code: string, pattern: string): boolean {
  return [...pattern].every((sign, index) => !/\d/.test(sign) || sign === code[index]);
}

function part(code: string, pattern: string, sign: string): string {
  return [...code].filter((_, index) => pattern[index] === sign).join('');
}

// GS1 General Specifications, section 7.9.2: what each weight makes of a digit.
const TWO_MINUS = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7] as const;
const THREE = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7] as const;
const FIVE_PLUS = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9] as const;
const FIVE_MINUS = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1] as const;

/** The check digit of a four- or five-digit value field (GS1 General Specifications, sections 7.9.3 and 7.9.4). */
export function innerCheckDigit(valueDigits: string): string {
  assert(/^\d{4,5}$/.test(valueDigits), 'an inner check digit is computed from four or five digits');
  const weights =
    valueDigits.length === 4
      ? [TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS]
      : [FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS];
  const sum = weights.reduce((total, weight, index) => total + (weight[Number(valueDigits[index])] ?? 0), 0);
  if (valueDigits.length === 4) return String((sum * 3) % 10);
  const rest = (10 - (sum % 10)) % 10;
  return String((FIVE_MINUS as readonly number[]).indexOf(rest));
}
