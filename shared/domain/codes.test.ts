import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf, expandUpcE, gtinCheckDigit, isEan8, isMisread, isUpcA } from './codes.ts';
import { isEan13 } from './ean.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''));

describe('check digits', () => {
  it('are those that GS1 publishes', () => {
    expect(gtinCheckDigit('629104150021')).toBe('3');
    expect(isEan8('96385074')).toBe(true);
    expect(isUpcA('036000291452')).toBe(true);
  });

  it('find every single wrong digit, in each length', () => {
    const wrongDigit = fc.tuple(fc.constantFrom(7, 11, 12), fc.nat(), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(wrongDigit, digits(12), ([length, place, step], body) => {
        const code = body.slice(0, length) + gtinCheckDigit(body.slice(0, length));
        const at = place % code.length;
        const other = (Number(code[at]) + step) % 10;
        const wrong = code.slice(0, at) + other + code.slice(at + 1);
        expect(isEan8(code) || isUpcA(code) || isEan13(code)).toBe(true);
        expect(isEan8(wrong) || isUpcA(wrong) || isEan13(wrong)).toBe(false);
      }),
    );
  });
});

describe('a code that was scanned', () => {
  it('is looked for as every number that it may be a print of', () => {
    expect(codesOf('036000291452')).toEqual(['036000291452', '0036000291452']);
    expect(codesOf('0036000291452')).toEqual(['0036000291452', '036000291452']);
    expect(expandUpcE('04252614')).toBe('042100005264');
    expect(codesOf('04252614')).toEqual(['04252614', '042100005264', '0042100005264']);
    expect(codesOf('96385074')).toEqual(['96385074']);
    expect(codesOf('AB-123')).toEqual(['AB-123']);
  });

  it('is misread when it has the shape of a trade number without its check digit', () => {
    expect(isMisread('6291041500214')).toBe(true);
    expect(isMisread('6291041500213')).toBe(false);
    expect(isMisread('04252614')).toBe(false);
    expect(isMisread('1234567')).toBe(false);
    expect(isMisread('AB-12345')).toBe(false);
  });
});
