import type { Buckets, LoggedEvent } from './postgres-truth.ts';

/** The log folded once more, by code of its own: what every replica must show at the last position. */
export interface FoldedLog {
  readonly pools: ReadonlyMap<string, Buckets>;
  readonly holds: ReadonlyMap<string, string>;
  readonly verdicts: ReadonlyMap<
    string,
    { readonly verdict: string; readonly position: number; readonly times: number }
  >;
  /** Operations that sold under each basket id. */
  readonly sellers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Sold lines by operation. */
  readonly soldLines: ReadonlyMap<string, number>;
}

const HOLD_STATES: Readonly<Record<string, string>> = {
  ReservationHeld: 'HELD',
  ReservationCommitted: 'COMMITTED',
  ReservationReleased: 'RELEASED',
  ReservationExpired: 'EXPIRED',
};

export function foldLog(events: readonly LoggedEvent[]): FoldedLog {
  const pools = new Map<string, { -readonly [Bucket in keyof Buckets]: number }>();
  const holds = new Map<string, string>();
  const verdicts = new Map<string, { verdict: string; position: number; times: number }>();
  const sellers = new Map<string, Set<string>>();
  const soldLines = new Map<string, number>();
  for (const { position, event } of events) {
    if (Array.isArray(event.movements)) {
      const key = `${event.storeId}/${event.sku}`;
      const pool = pools.get(key) ?? { free: 0, held: 0, allotted: 0, inDoubt: 0, deficit: 0 };
      pools.set(key, pool);
      for (const movement of event.movements) move(pool, movement);
    }
    const holdState = HOLD_STATES[event.type];
    if (holdState !== undefined) holds.set(String(event.reservationId), holdState);
    if (event.type === 'OperationDecided') {
      const id = String(event.operationId);
      verdicts.set(id, {
        verdict: String(event.verdict),
        position,
        times: (verdicts.get(id)?.times ?? 0) + 1,
      });
    }
    if (event.type === 'ItemsSold') {
      const basket = String(event.basketId);
      sellers.set(basket, (sellers.get(basket) ?? new Set()).add(String(event.operationId)));
      soldLines.set(String(event.operationId), (soldLines.get(String(event.operationId)) ?? 0) + 1);
    }
  }
  return { pools, holds, verdicts, sellers, soldLines };
}

const BUCKETS: Readonly<Record<string, keyof Buckets>> = {
  F: 'free',
  V: 'held',
  Q: 'allotted',
  X: 'inDoubt',
  D: 'deficit',
};

function move(
  pool: { -readonly [Bucket in keyof Buckets]: number },
  { from, to, quantity }: { readonly from: string; readonly to: string; readonly quantity: number },
): void {
  const source = BUCKETS[from];
  const target = BUCKETS[to];
  // A deficit counts against the book: it grows when units are taken from it.
  if (source !== undefined) pool[source] += from === 'D' ? quantity : -quantity;
  if (target !== undefined) pool[target] += to === 'D' ? -quantity : quantity;
}
