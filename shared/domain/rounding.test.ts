import fc from 'fast-check';
import { expect, it } from 'vitest';
import { divideRounded, shareOut } from './rounding.ts';
import { weighedPriceMinor } from './weighed-price.ts';

const weight = fc.integer({ min: 0, max: 1_000_000_000 });

it('rounds to the nearest whole, halves up, also beyond what a number holds', () => {
  expect(divideRounded(1, 1, 2)).toBe(1);
  expect(divideRounded(1, 1, 3)).toBe(0);
  expect(divideRounded(2, 1, 3)).toBe(1);
  expect(divideRounded(9_007_199_254_740_991, 10_000, 10_000)).toBe(9_007_199_254_740_991);
  expect(weighedPriceMinor(3_990, 1_250)).toBe(4_988);
});

it('shares out exactly, each within one of its exact part', () => {
  const some = fc.array(weight, { minLength: 1, maxLength: 60 }).filter((all) => all.some((one) => one > 0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), some, (whole, weights) => {
      const shares = shareOut(whole, weights);
      const sum = weights.reduce((total, one) => total + one, 0);
      expect(shares.reduce((total, share) => total + share, 0)).toBe(whole);
      for (const [index, share] of shares.entries()) {
        const exact = BigInt(whole) * BigInt(weights[index] ?? 0);
        const times = BigInt(share) * BigInt(sum);
        expect(times > exact - BigInt(sum) && times < exact + BigInt(sum)).toBe(true);
      }
    }),
  );
});

it('gives nobody more than the own weight of a smaller whole', () => {
  const weights = fc.array(weight, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      const sum = all.reduce((total, one) => total + one, 0);
      const shares = shareOut(Math.floor(sum * part), all);
      for (const [index, share] of shares.entries()) expect(share).toBeLessThanOrEqual(all[index] ?? 0);
    }),
  );
});
