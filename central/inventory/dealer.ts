import type { Clock } from '@gondola/shared/lib/effects.ts';
import { BATCH_POOLS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Authority } from './authority.ts';
import type { Ledger } from './ports.ts';

/** Tills of a store start within moments of each other: dealing waits until they are all here, and deals once. */
const QUIET_MS = 1_000;

/**
 * Deals out a whole store when its tills come (back): the first allotments of the day, and what was returned or ordered
 * while nobody of the store could be heard. All other dealing happens inside the batches that touch a pool.
 */
export class Dealer {
  readonly #ledger: Ledger;
  readonly #authority: Authority;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #since = new Map<string, number>();

  constructor(ledger: Ledger, authority: Authority, clock: Pick<Clock, 'monotonicMs'>) {
    this.#ledger = ledger;
    this.#authority = authority;
    this.#clock = clock;
  }

  /** A till of the store was heard after a silence. */
  cameBack(storeId: string): void {
    this.#since.set(storeId, this.#clock.monotonicMs());
  }

  /** Deals every store that has been quiet long enough; resolves when they are done. Returns how many. */
  async dealWaiting(): Promise<number> {
    const now = this.#clock.monotonicMs();
    const due = [...this.#since].filter(([, sinceMs]) => now - sinceMs >= QUIET_MS);
    for (const [storeId] of due) {
      this.#since.delete(storeId);
      await this.#dealStore(storeId);
    }
    return due.length;
  }

  async #dealStore(storeId: string): Promise<void> {
    for (let afterSku = ''; ; ) {
      const pools = await this.#ledger.findStorePools(storeId, afterSku, BATCH_POOLS_MAX);
      const last = pools.at(-1);
      if (last === undefined) return;
      await this.#authority.submit({ kind: 'deal', pools });
      afterSku = last.sku;
    }
  }
}
