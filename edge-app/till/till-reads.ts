import { bucketOfAllotment, unspentOf } from '@gondola/shared/domain/allotment.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { AllotmentRow, PoolRow, ProductRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { SyncEngine } from '@gondola/sync/client/status.ts';
import type { Counter } from '../checkout/counter.ts';
import { availabilityOf, holdsOf } from '../checkout/evolve.ts';
import { findProduct, scanCode } from '../checkout/scan-code.ts';
import type { ProductSearch } from '../replica/product-search.ts';
import type { SoldCounts } from './favourites.ts';
import type { QueueEntry, ShelfView, Till } from './till.ts';

type TillReads = Pick<
  Till,
  | 'lookUp'
  | 'scan'
  | 'search'
  | 'categories'
  | 'inCategory'
  | 'favourites'
  | 'availability'
  | 'holds'
  | 'conflicts'
  | 'queue'
>;

/** The reading half of a till: what the centre said, with the till's own undecided records folded over it. */
export function createTillReads(
  counter: Counter,
  engine: SyncEngine,
  sold: SoldCounts,
  search: ProductSearch | null,
): TillReads {
  const { replica, undecided, identity } = counter;

  async function availability(sku: string): Promise<ShelfView> {
    const records = undecided.ofSku(sku);
    const reservations = new Map<string, ReservationRow>();
    for (const { body } of records) {
      for (const reservationId of namedHolds(body)) {
        const row = await replica.reservation(reservationId);
        if (row !== null) reservations.set(reservationId, row);
      }
    }
    const pool = await replica.pool(sku);
    const { low, high, ...rest } = availabilityOf(sku, pool, records, reservations);
    // What stands in the till's own allotment is there for its customers, and sure; what other tills hold is on the same
    // shelf, unless they have sold it.
    const own = counter.purse.unspent(sku);
    const others = leasedToOthers(pool, replica.allotment(identity.life, sku));
    return { ...rest, low: low + own, high: high + own + others, own };
  }

  return {
    lookUp: (code) => findProduct(replica, code),
    scan: (code, quantity) => scanCode(replica, counter.rules, code, quantity),
    search: (text, resultsMax) => search?.search(text, resultsMax) ?? [],
    categories: () => search?.categories() ?? [],
    inCategory: (name, resultsMax) => search?.inCategory(name, resultsMax) ?? [],
    async favourites(resultsMax) {
      const rows = await Promise.all(sold.top(resultsMax).map((sku) => replica.product(sku)));
      return rows.filter((row): row is ProductRow => row !== null && row.priceMinor !== null);
    },
    availability: (skus) => Promise.all(skus.map(availability)),
    holds: async () => holdsOf(await replica.heldReservations(), undecided.all(), identity.tillId),
    async conflicts() {
      const rows = await replica.conflicts();
      return [...rows].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    },
    queue() {
      const { acknowledgedSequence } = engine.status();
      return undecided.all().map((record): QueueEntry => {
        const { sequence, label, recordedAt, body } = record;
        const sent = sequence <= acknowledgedSequence;
        return {
          sequence,
          type: body.type,
          label,
          recordedAt,
          sent,
          units: unitsOf(body),
          totalMinor: totalOf(body),
        };
      });
    },
  };
}

function leasedToOthers(pool: PoolRow | null, own: AllotmentRow | null): number {
  if (pool === null) return 0;
  const ownUnits = own === null || bucketOfAllotment(own.state) === null ? 0 : unspentOf(own);
  return Math.max(0, pool.allotted + pool.inDoubt - ownUnits);
}

function namedHolds(body: OperationBody): string[] {
  if (body.type === 'sell') return body.lines.flatMap((line) => line.reservationId ?? []);
  return body.type === 'release' || body.type === 'commit' || body.type === 'expire'
    ? [body.reservationId]
    : [];
}

function unitsOf(body: OperationBody): number {
  switch (body.type) {
    case 'sell':
    case 'return':
    case 'receive':
    case 'surrender':
    case 'transfer-request':
    case 'transfer-dispatch':
    case 'transfer-receive':
      return body.lines.reduce((units, line) => units + line.quantity, 0);
    case 'reserve':
    case 'count':
      return body.quantity;
    case 'adjust':
      return Math.abs(body.difference);
    case 'commit':
    case 'release':
    case 'expire':
    case 'settle':
    case 'transfer-cancel':
    case 'salvage':
      return 0;
  }
}

function totalOf(body: OperationBody): number | null {
  return body.type === 'sell' || body.type === 'return' ? body.totalMinor : null;
}
