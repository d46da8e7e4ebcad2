import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Discount, isDiscount, priceBasket, refundMinor, taxIncludedMinor } from './pricing.ts';

const discount: fc.Arbitrary<Discount> = fc.oneof(
  fc.record({ kind: fc.constant('percent' as const), basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ kind: fc.constant('amount' as const), amountMinor: fc.integer({ min: 1, max: 1_000_000 }) }),
);
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 1_000 }),
  unitPriceMinor: fc.integer({ min: 0, max: 1_000_000 }),
  discount: fc.option(discount, { nil: undefined }),
  taxBasisPoints: fc.constantFrom(null, 0, 500, 700, 1_800, 2_500),
});
const basket = fc.tuple(fc.array(line, { maxLength: 40 }), fc.option(discount, { nil: null }));
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

describe('a basket', () => {
  it('costs the sum of its lines’ shares, to the last minor unit', () => {
    fc.assert(
      fc.property(basket, ([lines, whole]) => {
        const amounts = priceBasket(lines, whole);
        expect(sum(amounts.lines.map(({ netMinor }) => netMinor))).toBe(amounts.totalMinor);
        expect(sum(amounts.lines.map(({ discountMinor }) => discountMinor))).toBe(amounts.discountMinor);
        expect(amounts.grossMinor - amounts.discountMinor).toBe(amounts.totalMinor);
        for (const { grossMinor, netMinor } of amounts.lines) {
          expect(netMinor).toBeGreaterThanOrEqual(0);
          expect(netMinor).toBeLessThanOrEqual(grossMinor);
        }
      }),
    );
  });

  it('holds its taxes in its total', () => {
    fc.assert(
      fc.property(basket, ([lines, whole]) => {
        const { taxes, ...amounts } = priceBasket(lines, whole);
        const rated = amounts.lines.filter((_, index) => lines[index]?.taxBasisPoints !== null);
        expect(sum(taxes.map(({ netMinor, taxMinor }) => netMinor + taxMinor))).toBe(
          sum(rated.map(({ netMinor }) => netMinor)),
        );
        for (const { taxMinor, netMinor } of taxes)
          expect(Math.min(taxMinor, netMinor)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('takes the basket’s discount from what the lines’ own have left', () => {
    const amounts = priceBasket(
      [
        { quantity: 2, unitPriceMinor: 1_000, discount: { kind: 'percent', basisPoints: 5_000 } },
        { quantity: 1, unitPriceMinor: 1_000 },
        { quantity: 1, unitPriceMinor: 1_000 },
      ],
      { kind: 'amount', amountMinor: 100 },
    );
    expect(amounts.totalMinor).toBe(2_900);
    expect(amounts.lines.map(({ netMinor }) => netMinor)).toEqual([966, 967, 967]);
  });

  it('cannot cost less than nothing', () => {
    const amounts = priceBasket([{ quantity: 1, unitPriceMinor: 500 }], { kind: 'amount', amountMinor: 900 });
    expect(amounts).toMatchObject({ totalMinor: 0, discountMinor: 500 });
    expect(priceBasket([], { kind: 'amount', amountMinor: 900 })).toMatchObject({ totalMinor: 0, taxes: [] });
  });
});

it('a price of 118 holds 18 of a tax of 18 %', () => {
  expect(taxIncludedMinor(11_800, 1_800)).toBe(1_800);
  expect(taxIncludedMinor(100, 0)).toBe(0);
});

it('a discount is more than nothing and at most everything', () => {
  expect(isDiscount({ kind: 'percent', basisPoints: 10_000 })).toBe(true);
  for (const basisPoints of [0, -1, 10_001, 0.5])
    expect(isDiscount({ kind: 'percent', basisPoints })).toBe(false);
  expect(isDiscount({ kind: 'amount', amountMinor: 0 })).toBe(false);
});

it('what is paid back for a line in parts adds up to what was paid for it', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), parts, (paid, units) => {
      const quantity = sum(units);
      let before = 0;
      let refunded = 0;
      for (const returning of units) {
        const part = refundMinor(paid, quantity, before, returning);
        expect(part).toBeGreaterThanOrEqual(0);
        refunded += part;
        before += returning;
      }
      expect(refunded).toBe(paid);
    }),
  );
});
