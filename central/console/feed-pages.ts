/** The feed as pages of events, each with keys to find it by. Pure. */
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';

/** One event as the feed keeps it. */
export interface FeedEntry {
  readonly position: number;
  readonly occurredAt: string;
  /** What the pool had on hand after it; null of events that changed no pool. */
  readonly onHandAfter: number | null;
  readonly event: InventoryEvent;
}

export interface FeedPage {
  readonly logId: string;
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** Hashes: a page without the key of what is looked for need not be read; one with it may hold something else. */
  readonly keys: readonly number[];
  readonly entries: readonly FeedEntry[];
}

/** What entries are looked for by; null is no condition. */
export interface FeedWish {
  readonly storeId: string | null;
  readonly sku: string | null;
  readonly type: string | null;
}

/** Events in one page: a reader of one event parses them all. */
const PAGE_EVENTS_MAX = 100;

/** Cuts a batch into pages. */
export function pagesOf(
  events: readonly Logged<InventoryEvent>[],
  onHandAfter: ReadonlyMap<number, number>,
): FeedPage[] {
  return Array.from({ length: Math.ceil(events.length / PAGE_EVENTS_MAX) }, (_, index) => {
    const part = events.slice(index * PAGE_EVENTS_MAX, (index + 1) * PAGE_EVENTS_MAX);
    return {
      logId: part[0]?.logId ?? '',
      firstPosition: part[0]?.position ?? 0,
      lastPosition: part.at(-1)?.position ?? 0,
      keys: [...new Set(part.flatMap(({ event }) => keysOf(event)))],
      entries: part.map(({ position, occurredAt, event }) => ({
        ...{ position, occurredAt, event },
        onHandAfter: onHandAfter.get(position) ?? null,
      })),
    };
  });
}

/** The keys that every page has which holds something wished for. */
export function keysOfWish({ storeId, sku, type }: FeedWish): number[] {
  const keys: number[] = [];
  if (sku !== null) keys.push(hash(storeId === null ? `/${sku}` : `${storeId}/${sku}`));
  else if (storeId !== null) keys.push(hash(storeId));
  if (type !== null) keys.push(hash(type));
  return keys;
}

/** Whether an entry is what is looked for. */
export function isWished({ event }: FeedEntry, { storeId, sku, type }: FeedWish): boolean {
  if (storeId !== null && event.storeId !== storeId) return false;
  if (sku !== null && !('sku' in event && event.sku === sku)) return false;
  return type === null || event.type === type;
}

function keysOf(event: InventoryEvent): number[] {
  const keys = [hash(event.storeId), hash(event.type)];
  if ('sku' in event && event.sku !== null)
    keys.push(hash(`/${event.sku}`), hash(`${event.storeId}/${event.sku}`));
  return keys;
}

const FNV_START = 0x811c9dc5;
const FNV_FACTOR = 0x01000193;

/** FNV-1a over UTF-16, as Postgres' int. It is stored: another hash needs another column. */
function hash(text: string): number {
  let value = FNV_START;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), FNV_FACTOR);
  return value | 0;
}
