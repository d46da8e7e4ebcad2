import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import { GATHER_LOOK_INTERVAL_MS, GATHER_LOOKS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Authority } from './authority.ts';
import type { Ledger, PoolKey } from './ports.ts';

/**
 * Asks units back from tills that are online before a request from outside is decided, and waits a moment for them: so a
 * web order is not refused while a till around the corner holds what it wants. Tills that are cut off answer nothing, and
 * the request is decided without them.
 *
 * Over half a year of real sales with stores offline half of the time it halved such refusals
 * (`shared/docs/decisions/0013-gather-before-refusing.md`).
 */
export class Gatherer {
  readonly #ledger: Ledger;
  readonly #authority: Authority;
  readonly #scheduler: Scheduler;

  constructor(ledger: Ledger, authority: Authority, scheduler: Scheduler) {
    this.#ledger = ledger;
    this.#authority = authority;
    this.#scheduler = scheduler;
  }

  /** Resolves when that many units are free, when they cannot be had, or when it has waited long enough. */
  async gather(pool: PoolKey, quantity: number): Promise<void> {
    if (!(await this.#isWorthIt(pool, quantity))) return;
    await this.#authority.submit({ kind: 'gather', pool, quantity });
    for (let looks = 0; looks < GATHER_LOOKS_MAX; looks += 1) {
      await new Promise<void>((resolve) => this.#scheduler.after(GATHER_LOOK_INTERVAL_MS, resolve));
      if (!(await this.#isWorthIt(pool, quantity))) return;
    }
  }

  /** Too few are free, and tills hold enough. */
  async #isWorthIt(pool: PoolKey, quantity: number): Promise<boolean> {
    const { free, deficit, allotted } = await this.#ledger.peek(pool);
    return deficit === 0 && free < quantity && free + allotted >= quantity;
  }
}
