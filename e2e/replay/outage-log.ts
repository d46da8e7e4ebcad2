import type { Recorded } from '@gondola/edge-app/checkout/counter.ts';
import type { ObservedOutage, OfflineLine } from './observe.ts';

/** Remembers where the log stood when each store went offline, and what its tills promised until it came back. */
export interface OutageLog {
  /** The store's network was cut or mended. */
  changed(storeId: string, isOnline: boolean): void;
  /** A till of the store has recorded something. */
  recorded(storeId: string, record: Recorded): void;
  /** Resolves when every log position is known. */
  outages(): Promise<readonly ObservedOutage[]>;
}

/** `readHead` answers the last position of the authority's log. */
export function createOutageLog(readHead: () => Promise<number>): OutageLog {
  const all: { storeId: string; position: Promise<number>; lines: OfflineLine[] }[] = [];
  const current = new Map<string, OfflineLine[]>();
  return {
    changed(storeId, isOnline) {
      current.delete(storeId);
      if (isOnline) return;
      const lines: OfflineLine[] = [];
      current.set(storeId, lines);
      all.push({ storeId, position: readHead(), lines });
    },
    recorded(storeId, record) {
      current.get(storeId)?.push(...linesOf(record));
    },
    outages: () =>
      Promise.all(
        all.map(async ({ storeId, position, lines }) => ({ storeId, position: await position, lines })),
      ),
  };
}

/** Lines that take units now. Those that collect what was held took theirs when it was held. */
function linesOf({ body, label }: Recorded): OfflineLine[] {
  if (body.type === 'reserve')
    return [{ sku: body.sku, quantity: body.quantity, isGuaranteed: label === 'GUARANTEED' }];
  if (body.type !== 'sell') return [];
  return body.lines
    .filter(({ reservationId }) => reservationId === undefined)
    .map(({ sku, quantity, allottedQuantity }) => ({
      sku,
      quantity,
      isGuaranteed: label === 'GUARANTEED' || allottedQuantity === quantity,
    }));
}
