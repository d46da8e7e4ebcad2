import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeCardNumber, problemOfTender, roundCash, settleTenders, type Tender } from './tender.ts';

const cash = (amountMinor: number): Tender => ({ kind: 'cash', amountMinor });
const card = (amountMinor: number, reference = '123456', lastFour = '4242'): Tender => ({
  ...{ kind: 'card', amountMinor, reference, lastFour },
});
const pix = (amountMinor: number): Tender => ({
  kind: 'pix',
  amountMinor,
  reference: 'E00416968202611241230abcdEFGH123',
});

describe('tenders', () => {
  it('cover a total together, and only cash has change', () => {
    expect(settleTenders(1_000, [card(400), pix(300), cash(500)], null)).toEqual({
      roundingMinor: 0,
      missingMinor: 0,
      changeMinor: 200,
      overMinor: 0,
    });
    expect(settleTenders(1_000, [card(400)], null)).toMatchObject({ missingMinor: 600, changeMinor: 0 });
    expect(settleTenders(1_000, [card(1_200)], null)).toMatchObject({ overMinor: 200, missingMinor: 0 });
    expect(settleTenders(0, [], null)).toMatchObject({ missingMinor: 0, overMinor: 0 });
  });

  it('round only what cash pays', () => {
    expect(settleTenders(1_003, [cash(1_005)], 5)).toMatchObject({
      roundingMinor: 2,
      missingMinor: 0,
      changeMinor: 0,
    });
    expect(settleTenders(1_002, [cash(1_000)], 5)).toMatchObject({ roundingMinor: -2, missingMinor: 0 });
    expect(settleTenders(1_003, [card(1_003)], 5)).toMatchObject({ roundingMinor: 0, missingMinor: 0 });
    expect(settleTenders(1_003, [card(503), cash(500)], 5)).toMatchObject({
      roundingMinor: 0,
      changeMinor: 0,
    });
    expect(settleTenders(1_003, [card(1_000)], 5)).toMatchObject({ missingMinor: 3 });
  });

  it('add up: what was given is the total, its rounding and the change, once nothing is missing', () => {
    const some = fc.record({
      total: fc.integer({ min: 0, max: 100_000 }),
      byCard: fc.integer({ min: 0, max: 100_000 }),
      inCash: fc.integer({ min: 0, max: 200_000 }),
      step: fc.constantFrom(null, 5, 10, 100),
    });
    fc.assert(
      fc.property(some, ({ total, byCard, inCash, step }) => {
        const settled = settleTenders(total, [card(byCard), cash(inCash)], step);
        if (settled.missingMinor > 0 || settled.overMinor > 0) return;
        expect(byCard + inCash).toBe(total + settled.roundingMinor + settled.changeMinor);
        expect(Math.abs(settled.roundingMinor) * 2).toBeLessThanOrEqual(step ?? 0);
      }),
    );
  });

  it('in cash come to whole coins', () => {
    expect([1, 2, 3, 7, 8].map((amount) => roundCash(amount, 5))).toEqual([0, 0, 5, 5, 10]);
    expect(roundCash(5, 10)).toBe(10);
    expect(roundCash(7, null)).toBe(7);
  });
});

/** A row of digits with the check digit of ISO/IEC 7812 behind it, computed here by its definition. */
function withLuhn(body: string): string {
  const doubled = [...body].reverse().map((digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return Math.floor(weighted / 10) + (weighted % 10);
  });
  return body + ((10 - (doubled.reduce((sum, value) => sum + value, 0) % 10)) % 10);
}

describe('a card’s number', () => {
  it('is recognised however it is grouped', () => {
    const body = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 })
      .map((digits) => digits.join(''));
    const gap = fc.constantFrom('', ' ', '-', '.', '  ', '\u00a0');
    fc.assert(
      fc.property(body, gap, (digits, separator) => {
        const number = withLuhn(digits).replace(/(.{4})(?=.)/g, `$1${separator}`);
        expect(looksLikeCardNumber(number)).toBe(true);
        expect(looksLikeCardNumber(`card ${number}, thanks`)).toBe(true);
        expect(problemOfTender(card(100, number), 128)).toBe('tender-card-number');
      }),
    );
    expect(looksLikeCardNumber('4242 4242 4242 4242')).toBe(true);
    expect(looksLikeCardNumber('４２４２４２４２４２４２４２４２')).toBe(true);
  });

  it('is not seen in a terminal’s or a Pix reference', () => {
    for (const text of ['123456', '000123456789', 'NSU 004512', 'E00416968202611241230abcdEFGH123']) {
      expect(looksLikeCardNumber(text), text).toBe(false);
    }
  });
});

it('a tender is whole before it counts', () => {
  expect(problemOfTender(card(100), 128)).toBeNull();
  expect(problemOfTender(pix(100), 128)).toBeNull();
  expect(problemOfTender(cash(0), 128)).toBeNull();
  expect(problemOfTender(card(100, ' '), 128)).toBe('tender-incomplete');
  expect(problemOfTender(card(100, '1', '42424242'), 128)).toBe('tender-incomplete');
  expect(problemOfTender(card(100, 'x'.repeat(129)), 128)).toBe('tender-incomplete');
  expect(problemOfTender(card(0), 128)).toBe('tender-amount');
  expect(problemOfTender(cash(-1), 128)).toBe('tender-amount');
  expect(problemOfTender(cash(0.5), 128)).toBe('tender-amount');
});
