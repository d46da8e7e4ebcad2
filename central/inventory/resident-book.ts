import { RESIDENT_HEADS_MAX, RESIDENT_HOLDS_MAX, RESIDENT_POOLS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Allotment, PoolState, Reservation } from './model.ts';
import { type BatchWrite, type DecidedHead, lifeKeyText, poolKeyText } from './ports.ts';

/** A pool as it stood at its version, with all that moves only together with it. */
export interface ResidentPool {
  readonly state: PoolState;
  readonly allotments: readonly Allotment[];
  /** No hold of the pool is over before: a lower bound, in milliseconds since the epoch. */
  readonly nothingOverBeforeMs: number;
  /** Holds that stand, as far as they were met since the pool was read. */
  readonly holds: Map<string, Reservation> | null;
}

/**
 * What the last batches left, so that the next need not read it again. Nothing here is trusted: a batch that was decided over
 * it is written only where every pool still has the version and every life the head that it was decided over.
 */
export class ResidentBook {
  readonly #pools = new Map<string, ResidentPool>();
  readonly #heads = new Map<string, DecidedHead>();
  readonly #poolOfHold = new Map<string, string>();

  pool(key: string): ResidentPool | undefined {
    const found = this.#pools.get(key);
    if (found === undefined) return undefined;
    // Last used, last to go.
    this.#pools.delete(key);
    this.#pools.set(key, found);
    return found;
  }

  head(key: string): DecidedHead | undefined {
    return this.#heads.get(key);
  }

  hold(reservationId: string): Reservation | undefined {
    const key = this.#poolOfHold.get(reservationId);
    return key === undefined ? undefined : this.#pools.get(key)?.holds?.get(reservationId);
  }

  /** Nothing of these is known any more: a batch that touched them was not written. */
  forget(pools: Iterable<string>, heads: Iterable<string>): void {
    for (const key of pools) this.#dropPool(key);
    for (const key of heads) this.#heads.delete(key);
  }

  /** Keeps what a written batch read and left. `read`: the pools as it had found them; `missing`: as they were not there. */
  keep(
    write: BatchWrite,
    read: ReadonlyMap<string, ResidentPool>,
    missing: ReadonlyMap<string, ResidentPool>,
  ): void {
    const waiting = poolsWithPending(write);
    for (const [key, pool] of read) if (this.#pools.get(key) !== pool) this.#putPool(key, pool);
    const allotments = Map.groupBy(write.allotments, ({ allotment }) =>
      poolKeyText(allotment.storeId, allotment.sku),
    );
    const reservations = Map.groupBy(write.reservations, ({ reservation }) =>
      poolKeyText(reservation.storeId, reservation.sku),
    );
    for (const { storeId, sku, state } of write.pools) {
      const key = poolKeyText(storeId, sku);
      const before = read.get(key) ?? missing.get(key);
      // Not to be kept: what is remembered of it may be older than what the batch was decided over.
      if (before === undefined) {
        this.#dropPool(key);
        continue;
      }
      const changed = (allotments.get(key) ?? []).map(({ allotment }) => allotment);
      const holds = (reservations.get(key) ?? []).map(({ reservation }) => reservation);
      this.#putPool(key, moved(before, state, changed, holds));
      for (const hold of holds) this.#noteHold(key, hold);
    }
    for (const key of waiting) this.#dropPool(key);
    for (const head of write.heads) this.#putHead(head);
  }

  keepHeads(heads: readonly DecidedHead[]): void {
    for (const head of heads) this.#putHead(head);
  }

  #putHead(head: DecidedHead): void {
    if (this.#heads.size >= RESIDENT_HEADS_MAX) this.#heads.clear();
    this.#heads.set(lifeKeyText(head), head);
  }

  #putPool(key: string, pool: ResidentPool): void {
    if (this.#pools.get(key)?.holds === pool.holds) this.#pools.delete(key);
    else this.#dropPool(key);
    this.#pools.set(key, pool);
    if (this.#pools.size <= RESIDENT_POOLS_MAX) return;
    const [oldest] = this.#pools.keys();
    if (oldest !== undefined) this.#dropPool(oldest);
  }

  #dropPool(key: string): void {
    for (const reservationId of this.#pools.get(key)?.holds?.keys() ?? [])
      this.#poolOfHold.delete(reservationId);
    this.#pools.delete(key);
  }

  #noteHold(key: string, hold: Reservation): void {
    const { reservationId, state } = hold;
    const pool = this.#pools.get(key);
    if (state !== 'HELD') {
      pool?.holds?.delete(reservationId);
      this.#poolOfHold.delete(reservationId);
    } else if (pool !== undefined && this.#poolOfHold.size < RESIDENT_HOLDS_MAX) {
      // One map in a hundred pools: most have no hold.
      if (pool.holds === null) this.#pools.set(key, { ...pool, holds: new Map([[reservationId, hold]]) });
      else pool.holds.set(reservationId, hold);
      this.#poolOfHold.set(reservationId, key);
    }
  }
}

function moved(
  before: ResidentPool,
  state: PoolState,
  changed: readonly Allotment[],
  holds: readonly Reservation[],
): ResidentPool {
  const others = before.allotments.filter(
    (one) => !changed.some((other) => lifeKeyText(other) === lifeKeyText(one)),
  );
  const ends = holds.flatMap(({ state: held, allottedLife, expiresAt }) =>
    held === 'HELD' && allottedLife === null ? [Date.parse(expiresAt)] : [],
  );
  return {
    state,
    allotments: changed.length === 0 ? before.allotments : [...others, ...changed],
    nothingOverBeforeMs: Math.min(before.nothingOverBeforeMs, ...ends),
    holds: before.holds,
  };
}

/** Deficits that wait for sibling tills are ended by events that move no pool's version. */
function poolsWithPending({ events }: BatchWrite): string[] {
  return events.flatMap((event) =>
    event.type === 'ConflictOpened' && event.state === 'PENDING' && event.sku !== null
      ? [poolKeyText(event.storeId, event.sku)]
      : [],
  );
}

/** A pool that was just read, before anything is known of its holds. */
export function freshPool(
  state: PoolState,
  allotments: readonly Allotment[],
  earliestEnd: Date | null,
): ResidentPool {
  return {
    state,
    allotments,
    nothingOverBeforeMs: earliestEnd === null ? Number.POSITIVE_INFINITY : earliestEnd.getTime(),
    holds: null,
  };
}
