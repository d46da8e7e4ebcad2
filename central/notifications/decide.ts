/** Who must hear of what. Pure: a fold over the inventory's events. */
import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';

export type NoticeKind = 'conflict-opened' | 'deficit-raised' | 'low-stock';

export interface Notice {
  /** Made from the event, so the same event makes the same notice. */
  readonly noticeId: string;
  readonly storeId: string;
  readonly kind: NoticeKind;
  readonly sku: string | null;
  readonly quantity: number | null;
  readonly at: string;
  readonly logId: string;
  readonly position: number;
}

/** What a pool has free, against what it was filled to. */
export interface Level {
  readonly free: number;
  readonly filledTo: number;
  /** Told since it was last filled: nobody wants to hear it twice. */
  readonly toldLow: boolean;
}

export const EMPTY_LEVEL: Level = { free: 0, filledTo: 0, toldLow: false };

/** A pool is low when it has free a tenth of what it was filled to, or less. */
const lowPart = 10;

/** The notices that one event causes, and the pool's level after it (null when it leaves it as it was). */
export function decideNotices(
  logged: Logged<InventoryEvent>,
  level: Level,
): { readonly notices: readonly Notice[]; readonly level: Level | null } {
  const { event } = logged;
  // What other tills may still repay is no conflict yet: it is told when it is due.
  if (event.type === 'ConflictOpened' && event.state === 'PENDING') return { notices: [], level: null };
  if (event.type === 'ConflictDue') {
    return {
      notices: [noticeOf(logged, 'deficit-raised', event.storeId, null, event.quantity)],
      level: null,
    };
  }
  if (event.type === 'ConflictOpened') {
    const kind = event.kind === 'deficit' ? 'deficit-raised' : 'conflict-opened';
    return { notices: [noticeOf(logged, kind, event.storeId, event.sku, event.quantity)], level: null };
  }
  if (!('movements' in event)) return { notices: [], level: null };
  const change = freeChange(event);
  if (change === 0) return { notices: [], level: null };
  const free = level.free + change;
  const isFilled = free > level.free && (event.type === 'GoodsReceived' || event.type === 'StockCounted');
  if (isFilled) return { notices: [], level: { free, filledTo: free, toldLow: false } };
  const isLow = level.filledTo > 0 && free * lowPart <= level.filledTo;
  const tells = isLow && !level.toldLow && free < level.free;
  return {
    notices: tells ? [noticeOf(logged, 'low-stock', event.storeId, event.sku, free)] : [],
    level: { ...level, free, toldLow: level.toldLow || tells },
  };
}

/** How many units become free by an event, below zero when they cease to be. */
export function freeChange(event: Extract<InventoryEvent, { readonly movements: unknown }>): number {
  return event.movements.reduce(
    (sum, { from, to, quantity }) => sum + (to === 'F' ? quantity : 0) - (from === 'F' ? quantity : 0),
    0,
  );
}

function noticeOf(
  logged: Logged<InventoryEvent>,
  kind: NoticeKind,
  storeId: string,
  sku: string | null,
  quantity: number,
): Notice {
  const { logId, position, occurredAt } = logged;
  return {
    noticeId: `${logId}:${position}:${kind}`,
    storeId,
    kind,
    sku,
    quantity,
    at: occurredAt,
    logId,
    position,
  };
}
