import { type Line, SKUS, STORES, TILLS } from './stock-commands.ts';

/** The authority's word, as far as this model foresees it. */
export type Verdict = 'ACCEPTED' | 'REJECTED' | 'RECORDED';

/** Units of a pool that one till may spend. */
export interface Lease {
  state: 'ACTIVE' | 'CLOSING' | 'EXPIRED' | 'FORCED' | 'SETTLED';
  granted: number;
  consumed: number;
  held: number;
  surrendered: number;
}

/** `balance` is free stock when above zero and a deficit when below. */
export interface ModelPool {
  balance: number;
  held: number;
  readonly leases: Map<number, Lease>;
  /** What each till has changed the book by. */
  readonly deltas: Map<number, number>;
}

/** `inside`: the till whose lease its units stand in. */
export interface Hold {
  readonly store: number;
  readonly sku: number;
  readonly quantity: number;
  state: 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  inside: number | null;
  endsAtS: number;
}

/** Goods between the two stores. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly Line[];
  readonly endsAtS: number;
  state: 'REQUESTED' | 'DISPATCHED' | 'RECEIVED' | 'RETURNED' | 'CANCELLED';
  hasArrived: boolean;
}

/** What is left of a lease. */
export function unspent({ granted, consumed, held, surrendered }: Lease): number {
  return granted - consumed - held - surrendered;
}

/** Whether its unspent units still stand in the pool. */
export function canSpend({ state }: Lease): boolean {
  return state === 'ACTIVE' || state === 'CLOSING' || state === 'EXPIRED';
}

/** Leased units become the pool's again. */
export function free(pool: ModelPool, lease: Lease, quantity: number): void {
  pool.balance += quantity;
  lease.surrendered += quantity;
}

/** Remembers what a till changed the book by. */
export function note(pool: ModelPool, till: number | null, delta: number): void {
  if (till !== null) pool.deltas.set(till, (pool.deltas.get(till) ?? 0) + delta);
}

/** The buckets of a pool as the books must show them. */
export function bucketsOf({ balance, held, leases }: ModelPool) {
  const inStates = (...states: Lease['state'][]) =>
    [...leases.values()].reduce((sum, one) => sum + (states.includes(one.state) ? unspent(one) : 0), 0);
  return {
    free: Math.max(0, balance),
    held,
    allotted: inStates('ACTIVE', 'CLOSING'),
    inDoubt: inStates('EXPIRED'),
    deficit: Math.max(0, -balance),
  };
}

/** What stands in the store by the book. */
export function onHand(pool: ModelPool): number {
  const { free, held, allotted, inDoubt, deficit } = bucketsOf(pool);
  return free + held + allotted + inDoubt - deficit;
}

/** Every pool of the small world. */
export const POOLS = STORES.flatMap((store) => SKUS.map((_, sku) => ({ store, sku })));
export const LEASES = POOLS.flatMap((pool) => TILLS.map((till) => ({ ...pool, till })));
