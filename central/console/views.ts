/** Rows → what the screens read. Pure. */
import { onHand } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { z } from 'zod';
import type { HistoryRow, ProductName, StoreCounts, StoreName, StorePoolRow } from './ports.ts';
import type { PoolView, poolHistoryEntrySchema, StoreView, TillView } from './view-schemas.ts';

/** What several tills still have to send, and when one of them was last heard of. */
export function sumTills(
  tills: readonly TillView[],
): Pick<StoreView, 'tills' | 'tillsOnline' | 'waiting' | 'oldestWaitingAt' | 'lastContactAt'> {
  return {
    tills: tills.length,
    tillsOnline: tills.filter((till) => till.online).length,
    waiting: tills.reduce((sum, till) => sum + till.waiting, 0),
    oldestWaitingAt: least(tills.map((till) => till.oldestWaitingAt)),
    lastContactAt: greatest(tills.map((till) => till.lastContactAt)),
  };
}

export function storeView(
  store: StoreName,
  tills: readonly TillView[],
  counts: StoreCounts | undefined,
): StoreView {
  const { storeId, number, name } = store;
  return {
    storeId,
    number,
    name,
    ...sumTills(tills),
    conflictsOpen: counts?.conflictsOpen ?? 0,
    poolsInDeficit: counts?.poolsInDeficit ?? 0,
  };
}

/** Names by article number; an article without one shows its number. */
export function namesOf(products: readonly ProductName[]): (sku: string | null) => string {
  const names = new Map(products.map((product) => [product.sku, product.name]));
  return (sku) => (sku === null ? '' : (names.get(sku) ?? sku));
}

export function poolView(pool: StorePoolRow, nameOf: (sku: string | null) => string): PoolView {
  return { ...pool, productName: nameOf(pool.sku), onHand: onHand(pool) };
}

/** One event of a pool as a line of its history. */
export function historyEntry({ event, onHandAfter }: HistoryRow): z.infer<typeof poolHistoryEntrySchema> {
  const data = event.data as Extract<InventoryEvent, { readonly movements: unknown }>;
  const change = { F: 0, V: 0, Q: 0, X: 0, D: 0, W: 0 };
  for (const { from, to, quantity } of data.movements) {
    change[from] -= quantity;
    change[to] += quantity;
  }
  return {
    position: event.position,
    at: event.time,
    type: data.type,
    operationId: data.operationId,
    free: change.F + 0,
    held: change.V + 0,
    allotted: change.Q + 0,
    inDoubt: change.X + 0,
    deficit: 0 - change.D, // units taken from the deficit account are what is missing
    onHand: 0 - change.W,
    onHandAfter,
  };
}

function least(instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (found, each) => (each !== null && (found === null || each < found) ? each : found),
    null,
  );
}

function greatest(instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (found, each) => (each !== null && (found === null || each > found) ? each : found),
    null,
  );
}
