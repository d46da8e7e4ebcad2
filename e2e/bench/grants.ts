/** Gets the tills of the run their allotments, by the authority's own policy and over its own roads. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCentre } from './centre.ts';
import type { Load } from './load.ts';
import type { Look } from './postgres-look.ts';
import { reserve } from './public-api.ts';
import type { HotPool } from './workloads.ts';

/**
 * A pool is split by what its claimants took lately, each counted as if it had taken two of the largest lines seen. With a
 * line far above what a till of the run sells, the split stays even, so that a run neither empties what is free nor makes
 * central deal anew all the time, which no chain whose article sells for months would see either.
 */
const WEB_ORDER_UNITS = 10_000;
const LOOK_MS = 250;
/** Central deals a store in a second or two: when nothing came for so long, nothing more will come. */
const STALL_MS = 20_000;

/** The web's order in each hot pool. */
export async function orderForWeb(centre: BenchCentre, pools: readonly HotPool[]): Promise<void> {
  for (const { storeNumber, item } of pools)
    await reserve(centre, `bench-order-${storeNumber}`, storeNumber, item, WEB_ORDER_UNITS);
}

/**
 * Every till is heard, every pool of its store is dealt out to it, and it has learned what it got. Returns how many
 * allotments central has dealt: on a machine that halts between the pulls of one store, who comes late finds less.
 */
export async function learnGrants(
  load: Load,
  look: Look,
  allotments: number,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  await load.pull();
  let dealt = 0;
  for (let dealtMs = performance.now(); dealt < allotments && performance.now() - dealtMs < STALL_MS; ) {
    await sleep(LOOK_MS);
    const now = await look.activeAllotments();
    if (now > dealt) dealtMs = performance.now();
    dealt = now;
    onProgress(dealt, allotments);
  }
  if ((await load.pull()) === 0) throw new Error('no till has learned of a grant');
  return dealt;
}
