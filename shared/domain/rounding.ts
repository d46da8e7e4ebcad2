import { assert } from '../lib/assert.ts';

/** Exact arithmetic of money: products of two safe integers pass what a number can hold. */

/** `value × factor / divisor` of non-negative whole numbers, rounded to the nearest whole, halves up. */
export function divideRounded(value: number, factor: number, divisor: number): number {
  assert(value >= 0 && factor >= 0 && divisor > 0, 'money is divided in whole, non-negative parts');
  const twice = 2n * BigInt(value) * BigInt(factor) + BigInt(divisor);
  return Number(twice / (2n * BigInt(divisor)));
}

/**
 * Shares of a whole in the ratio of the weights: they add up to it exactly, none differs from its exact part by one or
 * more, and what is over goes to those that lost most by cutting, the first among equals.
 */
export function shareOut(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  if (sum === 0n) {
    assert(whole === 0, 'nothing can be shared out among no weights');
    return weights.map(() => 0);
  }
  const parts = weights.map((weight, index) => {
    const product = BigInt(whole) * BigInt(weight);
    return { index, share: Number(product / sum), lost: product % sum };
  });
  let over = whole - parts.reduce((total, { share }) => total + share, 0);
  const shares = parts.map(({ share }) => share);
  for (const { index } of [...parts].sort(
    (a, b) => Number(b.lost - a.lost > 0n) - Number(a.lost - b.lost > 0n),
  )) {
    if (over === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    over -= 1;
  }
  return shares;
}
