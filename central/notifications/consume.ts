/** A batch of events → the notices and levels to write. Pure; the levels it needs were loaded before. */
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import { decideNotices, EMPTY_LEVEL, freeChange, type Level, type Notice } from './decide.ts';

export interface PoolLevel extends Level {
  readonly storeId: string;
  readonly sku: string;
}

export interface TouchedPool {
  readonly storeId: string;
  readonly sku: string;
}

/** The pools whose level a batch changes: those whose free units it moves. */
export function touchedPools(events: readonly Logged<InventoryEvent>[]): TouchedPool[] {
  const pools = new Map<string, TouchedPool>();
  for (const { event } of events) {
    if ('movements' in event && freeChange(event) !== 0)
      pools.set(`${event.storeId}/${event.sku}`, { storeId: event.storeId, sku: event.sku });
  }
  return [...pools.values()];
}

/** Folds the batch in order over the loaded levels. */
export function consumeBatch(
  events: readonly Logged<InventoryEvent>[],
  loaded: readonly PoolLevel[],
): { readonly notices: readonly Notice[]; readonly levels: readonly PoolLevel[] } {
  const before = new Map<string, PoolLevel>(loaded.map((level) => [`${level.storeId}/${level.sku}`, level]));
  const after = new Map<string, PoolLevel>();
  const notices: Notice[] = [];
  for (const logged of events) {
    const { event } = logged;
    const sku = 'sku' in event ? event.sku : null;
    const key = `${event.storeId}/${sku ?? ''}`;
    const decided = decideNotices(logged, after.get(key) ?? before.get(key) ?? EMPTY_LEVEL);
    notices.push(...decided.notices);
    if (decided.level !== null && sku !== null)
      after.set(key, { ...decided.level, storeId: event.storeId, sku });
  }
  return { notices, levels: [...after.values()] };
}
