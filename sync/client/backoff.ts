import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from '@gondola/shared/lib/limits.ts';

/**
 * Delay before the next try, with full jitter: uniform in (0, min(max, first × 2^(failures − 1))].
 * Source: Brooker, "Exponential Backoff And Jitter" (AWS, 2015); full jitter spreads a reconnecting chain best.
 *
 * @param failures failures in a row, from 1
 * @param random uniform in [0, 1)
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(1, Math.ceil(ceiling * random));
}
