import type { CloudEvent } from './answers.ts';
import { eventFacts } from './event-words.ts';

/** What the feed shows: newest first, no position twice. */
export interface EventFilter {
  readonly storeId: string | null;
  readonly sku: string | null;
  readonly type: string | null;
}

/** A day of a busy chain is too much for a screen; older ones can be read again. */
export const SHOWN_EVENTS_MAX = 5_000;

/** Whether a live event belongs to what is looked at: the same choice as the centre's. Pure. */
export function matches(event: CloudEvent, filter: EventFilter): boolean {
  const facts = eventFacts(event);
  if (filter.storeId !== null && facts.storeId !== filter.storeId) return false;
  if (filter.sku !== null && facts.sku !== filter.sku) return false;
  return filter.type === null || facts.type === filter.type;
}

/** Adds events, wherever they belong. Pure. */
export function mergeEvents(
  shown: readonly CloudEvent[],
  added: readonly CloudEvent[],
): readonly CloudEvent[] {
  const known = new Set(shown.map((event) => event.id));
  const fresh = added.filter((event) => !known.has(event.id));
  if (fresh.length === 0) return shown;
  return [...fresh, ...shown].sort((a, b) => b.position - a.position).slice(0, SHOWN_EVENTS_MAX);
}

/**
 * The newest page read again: covers what the live feed may have dropped. A page that begins above all that is shown
 * would leave a hole below it, so the list then begins anew; another log (a reset) does the same. Pure.
 */
export function mergeNewest(
  shown: readonly CloudEvent[],
  page: readonly CloudEvent[],
  pageIsFull: boolean,
): readonly CloudEvent[] {
  const [newest] = shown;
  const oldest = page.at(-1);
  if (newest === undefined || oldest === undefined) return page.length === 0 ? shown : page;
  if (newest.logid !== oldest.logid) return page;
  if (pageIsFull && oldest.position > newest.position) return page;
  return mergeEvents(shown, page);
}
