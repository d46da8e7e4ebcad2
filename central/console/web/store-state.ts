import type { StoreView } from './answers.ts';

/** What a store's tile says, worst first. A conflict or a deficit needs a person; being offline is a way to work. */
export const STORE_STATES = [
  'conflict',
  'deficit',
  'offline',
  'partly',
  'catching-up',
  'online',
  'no-tills',
] as const;
export type StoreState = (typeof STORE_STATES)[number];
export type Tone = 'good' | 'careful' | 'bad' | 'info' | 'busy';

export const STORE_TONES: Readonly<Record<StoreState, Tone>> = {
  conflict: 'bad',
  deficit: 'bad',
  offline: 'careful',
  partly: 'careful',
  'catching-up': 'busy',
  online: 'good',
  'no-tills': 'info',
};

/** A queue of an online till is normal for a moment. */
const WAITING_TOO_LONG_MS = 5_000;

/** The worst of a store's states. Pure. */
export function storeState(store: StoreView, nowMs: number): StoreState {
  if (store.conflictsOpen > 0) return 'conflict';
  if (store.poolsInDeficit > 0) return 'deficit';
  if (store.tills === 0) return 'no-tills';
  if (store.tillsOnline === 0) return 'offline';
  if (store.tillsOnline < store.tills) return 'partly';
  const oldest = ageMs(store.oldestWaitingAt, nowMs);
  return store.waiting > 0 && oldest !== null && oldest > WAITING_TOO_LONG_MS ? 'catching-up' : 'online';
}

/** How long ago an instant was; never negative, as clocks of tills may be ahead. */
export function ageMs(instant: string | null, nowMs: number): number | null {
  return instant === null ? null : Math.max(0, nowMs - Date.parse(instant));
}

export const STORE_ORDERS = ['number', 'state', 'queue', 'silence', 'conflicts'] as const;
export type StoreOrder = (typeof STORE_ORDERS)[number];

/** The stores in an order that a person asked for; equal ones stay by number. Pure. */
export function sortStores(
  stores: readonly StoreView[],
  order: StoreOrder,
  nowMs: number,
): readonly StoreView[] {
  const rank = (store: StoreView): number => {
    switch (order) {
      case 'number':
        return 0;
      case 'state':
        return STORE_STATES.indexOf(storeState(store, nowMs));
      case 'queue':
        return -(ageMs(store.oldestWaitingAt, nowMs) ?? -1);
      case 'silence':
        return store.tills === 0 ? 1 : -(ageMs(store.lastContactAt, nowMs) ?? Number.MAX_SAFE_INTEGER);
      case 'conflicts':
        return -store.conflictsOpen;
    }
  };
  const byNumber = (a: StoreView, b: StoreView): number =>
    a.number.localeCompare(b.number, 'en', { numeric: true });
  return stores
    .map((store) => ({ store, rank: rank(store) }))
    .sort((a, b) => a.rank - b.rank || byNumber(a.store, b.store))
    .map(({ store }) => store);
}

/** How many stores are in each state. Pure. */
export function countStates(stores: readonly StoreView[], nowMs: number): ReadonlyMap<StoreState, number> {
  const counts = new Map<StoreState, number>();
  for (const store of stores) {
    const state = storeState(store, nowMs);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
