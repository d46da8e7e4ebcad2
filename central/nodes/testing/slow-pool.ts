/** A pool whose transactions dawdle at random before and after their statements, so that they end in another order than they began. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../../platform/postgres.ts';
import type { Random } from './seeded.ts';
import { watchPool } from './watched-pool.ts';

export interface Dawdling {
  /** How many of the points before and after statements are delayed, 0 to 1. */
  readonly share: number;
  readonly delayMsMax: number;
}

/** Slows every connection that the pool opens from now on. */
export function slowDown(pool: Pool, random: Random, { share, delayMsMax }: Dawdling): void {
  watchPool(pool, async () => {
    if (random.next() < share) await sleep(random.next() * delayMsMax);
  });
}
