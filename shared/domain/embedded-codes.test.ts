import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertScheme,
  type EmbeddedCodeScheme,
  innerCheckDigit,
  readEmbeddedCode,
  writeEmbeddedCode,
} from './embedded-codes.ts';

const WEIGHT: EmbeddedCodeScheme = { pattern: '21AAAAAVVVVVK', value: 'weight-grams' };
const PRICE: EmbeddedCodeScheme = { pattern: '22AAAACVVVVVK', value: 'price-minor' };
const SHORT: EmbeddedCodeScheme = { pattern: '23AAAAACVVVVK', value: 'price-minor' };
const SCHEMES = [WEIGHT, PRICE, SHORT];

describe('an embedded code', () => {
  it('carries the weight or the price of its article', () => {
    const code = writeEmbeddedCode(WEIGHT, '417', 1_250);
    expect(code).toMatch(/^210041701250\d$/);
    expect(readEmbeddedCode(code, SCHEMES)).toEqual({
      kind: 'read',
      code: { articleDigits: '00417', baseCode: '2100417000001', value: 'weight-grams', amount: 1_250 },
    });
  });

  it('has the inner check digits of GS1’s own examples', () => {
    expect(innerCheckDigit('2875')).toBe('9');
    expect(innerCheckDigit('14685')).toBe('6');
  });

  it('is read back as it was printed, by every layout', () => {
    const printed = fc.record({
      scheme: fc.constantFrom(...SCHEMES),
      article: fc.integer({ min: 0, max: 9_999 }),
      amount: fc.integer({ min: 0, max: 9_999 }),
    });
    fc.assert(
      fc.property(printed, ({ scheme, article, amount }) => {
        const reading = readEmbeddedCode(writeEmbeddedCode(scheme, String(article), amount), SCHEMES);
        expect(reading.kind).toBe('read');
        if (reading.kind !== 'read') return;
        expect(Number(reading.code.articleDigits)).toBe(article);
        expect(reading.code.amount).toBe(amount);
        expect(reading.code.value).toBe(scheme.value);
      }),
    );
  });

  it('is never sold when one digit behind the prefix was misread', () => {
    const wrong = fc.tuple(
      fc.constantFrom(...SCHEMES),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 9_999 }),
    );
    fc.assert(
      fc.property(wrong, ([scheme, at, step, amount]) => {
        const code = writeEmbeddedCode(scheme, '77', amount);
        const other = (Number(code[at]) + step) % 10;
        expect(readEmbeddedCode(code.slice(0, at) + other + code.slice(at + 1), SCHEMES).kind).toBe(
          'misread',
        );
      }),
    );
  });

  it('finds by its inner digit a wrong price whose own check digit fits again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 4 }), (price, place) => {
        const field = String(price).padStart(5, '0');
        for (let step = 1; step <= 9; step += 1) {
          const other = field.slice(0, place) + ((Number(field[place]) + step) % 10) + field.slice(place + 1);
          expect(innerCheckDigit(other)).not.toBe(innerCheckDigit(field));
        }
      }),
    );
  });

  it('is none without a fitting scheme', () => {
    expect(readEmbeddedCode('2000000001005', SCHEMES).kind).toBe('none');
    expect(readEmbeddedCode('7891000100103', SCHEMES).kind).toBe('none');
    expect(readEmbeddedCode('21004', SCHEMES).kind).toBe('none');
  });

  it('is configured only by a layout that can be read', () => {
    for (const scheme of SCHEMES) expect(() => assertScheme(scheme)).not.toThrow();
    for (const pattern of ['21AAAAAVVVVK', '51AAAAAVVVVVK', '21AAAAAAAAAAK', '21AAACVVVVVVK']) {
      expect(() => assertScheme({ pattern, value: 'price-minor' }), pattern).toThrow();
    }
  });
});
