import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLOCK_RATE_ERROR_MAX, elapsedMs, spendMsOf, wasSetBack } from './elapsed.ts';

const reading = (monotonicMs: number, wallMs: number, witnessMs: number | null = null) => ({
  monotonicMs,
  wallMs,
  witnessMs,
});

it('takes the longest claim: a clock that stands still or was set back shortens nothing', () => {
  const start = reading(100, 1_000, 5_000);
  expect(elapsedMs(start, reading(100, 61_000, 5_000))).toBe(60_000);
  expect(elapsedMs(start, reading(400, -99_000, 5_000))).toBe(300);
  expect(elapsedMs(start, reading(100, 1_000, 65_000))).toBe(60_000);
  expect(elapsedMs(start, reading(100, 1_000, null))).toBe(0);
  expect(elapsedMs(start, reading(0, 0, 0))).toBe(0);
});

it('notices a wall clock that was set back, and forgives a correction', () => {
  expect(wasSetBack(10_000, reading(0, 9_000))).toBe(false);
  expect(wasSetBack(10_000, reading(0, 7_999))).toBe(true);
});

it('lets the holder stop before the giver’s term ends, whatever the rates of both clocks', () => {
  const rate = fc.double({ min: -CLOCK_RATE_ERROR_MAX, max: CLOCK_RATE_ERROR_MAX, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 10 }), rate, rate, (termMs, holder, giver) => {
      const trueSpendMs = spendMsOf(termMs) / (1 + holder);
      const trueTermMs = termMs / (1 + giver);
      return trueSpendMs <= trueTermMs;
    }),
  );
});
