/** What the stores service hears: sales and returns, counted per store and article. Pure. */
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';

export interface SoldUnits {
  readonly storeId: string;
  readonly sku: string;
  readonly units: number;
}

/**
 * The change of the units sold that these events cause. A hold that was bought counts by its transaction; one that was
 * collected at a till has none, since its units stand in the sale (ItemsSold) already.
 */
export function countSold(events: readonly InventoryEvent[]): SoldUnits[] {
  const byPool = new Map<string, { storeId: string; sku: string; units: number }>();
  for (const event of events) {
    const units = unitsSold(event);
    if (units === 0 || !('sku' in event) || event.sku === null) continue;
    const key = `${event.storeId}/${event.sku}`;
    const sold = byPool.get(key) ?? { storeId: event.storeId, sku: event.sku, units: 0 };
    byPool.set(key, { ...sold, units: sold.units + units });
  }
  return [...byPool.values()];
}

function unitsSold(event: InventoryEvent): number {
  if (event.type === 'ItemsSold') return event.quantity;
  if (event.type === 'ItemsReturned') return -event.quantity;
  return event.type === 'ReservationCommitted' && event.transactionId !== null ? event.quantity : 0;
}
