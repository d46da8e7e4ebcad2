import { ALIVE_TILLS_MAX_AGE_MS } from '@gondola/shared/lib/limits.ts';
import type { LifeKey } from './ports.ts';

interface Listed {
  readonly lives: readonly LifeKey[];
  readonly readAtMs: number;
}

/** Which tills of a store were heard of lately, for a moment: the list only guides the grant policy. */
export class AliveTills {
  readonly #byStore = new Map<string, Listed>();

  /** The stores' lists; null for those that must be read again. Both clocks are the authority's. */
  find(storeId: string, nowMs: number): readonly LifeKey[] | null {
    const listed = this.#byStore.get(storeId);
    return listed === undefined || nowMs - listed.readAtMs > ALIVE_TILLS_MAX_AGE_MS ? null : listed.lives;
  }

  keep(storeId: string, lives: readonly LifeKey[], readAtMs: number): void {
    this.#byStore.set(storeId, { lives, readAtMs });
  }

  /** One of its tills came, or is over. */
  forget(storeId: string): void {
    this.#byStore.delete(storeId);
  }
}
