import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ProductRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import type { Replica } from '../checkout/ports.ts';
import { catalogueChange, createChangeEmitter, inventoryChange } from './changes.ts';
import { allotmentKeyOf, putNewer } from './mirror.ts';

/** The products of the chain; many replicas in one process may share one, as it is the same for all stores. */
export interface MemoryCatalogue {
  readonly products: Map<string, ProductRow>;
  readonly skuByEan: Map<string, string>;
  /** SKUs in order, made when a page is asked for. */
  sorted: readonly string[] | null;
  checkpoint: Checkpoint | null;
}

/** A catalogue without products. */
export function createMemoryCatalogue(): MemoryCatalogue {
  return { products: new Map(), skuByEan: new Map(), sorted: null, checkpoint: null };
}

/** A replica in memory, for the replay and for tests. */
export function createMemoryReplica(catalogue: MemoryCatalogue = createMemoryCatalogue()): Replica {
  const changes = createChangeEmitter();
  const pools = new Map<string, PoolRow>();
  const reservations = new Map<string, ReservationRow>();
  const verdicts = new Map<string, VerdictRow>();
  const conflicts = new Map<string, ConflictRow>();
  const allotments = new Map<string, AllotmentRow>();
  const transfers = new Map<string, TransferRow>();
  const policies = new Map<string, PolicyRow>();
  const decided = new Map<number, number>();
  let inventory: Checkpoint | null = null;

  function clearInventory(): void {
    for (const rows of [pools, reservations, verdicts, conflicts, decided, allotments, transfers, policies])
      rows.clear();
    inventory = null;
  }

  return {
    subscribe: changes.subscribe,
    checkpoints: async () => ({ inventory, catalogue: catalogue.checkpoint }),
    async applyInventory(page) {
      if (page.reset) clearInventory();
      for (const row of page.pools) putNewer(pools, row.sku, row);
      for (const row of page.reservations) putNewer(reservations, row.reservationId, row);
      for (const row of page.conflicts) putNewer(conflicts, row.conflictId, row);
      for (const row of page.allotments) putNewer(allotments, allotmentKeyOf(row), row);
      for (const row of page.transfers) putNewer(transfers, row.transferId, row);
      for (const row of page.policies) putNewer(policies, row.sku, row);
      for (const row of page.verdicts) {
        putNewer(verdicts, row.operationId, row);
        if (row.life === null || row.sequence === null) continue;
        decided.set(row.life, Math.max(decided.get(row.life) ?? 0, row.sequence));
      }
      inventory = page.checkpoint;
      changes.emit(inventoryChange(page));
    },
    async applyCatalogue(page) {
      if (page.reset) clearCatalogue(catalogue);
      for (const row of page.products) putProduct(catalogue, row);
      catalogue.checkpoint = page.checkpoint;
      changes.emit(catalogueChange(page));
    },
    pool: async (sku) => pools.get(sku) ?? null,
    pools: async () => [...pools.values()],
    reservation: async (reservationId) => reservations.get(reservationId) ?? null,
    heldReservations: async () => [...reservations.values()].filter((row) => row.state === 'HELD'),
    reservations: async () => [...reservations.values()],
    conflicts: async () => [...conflicts.values()],
    allotment: (life, sku) => allotments.get(allotmentKeyOf({ life, sku })) ?? null,
    allotments: (life) => [...allotments.values()].filter((row) => row.life === life),
    allottedHolds: (tillId, life) =>
      [...reservations.values()].filter(
        (row) => row.state === 'HELD' && row.tillId === tillId && row.allottedLife === life,
      ),
    knownReservation: (reservationId) => reservations.get(reservationId) ?? null,
    policy: (sku) => policies.get(sku) ?? null,
    transfers: async () => [...transfers.values()],
    verdict: async (operationId) => verdicts.get(operationId) ?? null,
    verdicts: async () => [...verdicts.values()],
    decidedSequence: async (life) => decided.get(life) ?? 0,
    product: async (sku) => catalogue.products.get(sku) ?? null,
    productByEan: async (ean) => catalogue.products.get(catalogue.skuByEan.get(ean) ?? '') ?? null,
    productCount: async () => catalogue.products.size,
    productPage: async (afterSku, rowsMax) => productPage(catalogue, afterSku, rowsMax),
    close: async () => undefined,
  };
}

function putProduct(catalogue: MemoryCatalogue, row: ProductRow): void {
  const present = catalogue.products.get(row.sku);
  if (present !== undefined && row.position <= present.position) return;
  if (present === undefined) catalogue.sorted = null;
  else if (catalogue.skuByEan.get(present.ean) === row.sku) catalogue.skuByEan.delete(present.ean);
  catalogue.products.set(row.sku, row);
  if (row.ean !== '') catalogue.skuByEan.set(row.ean, row.sku);
}

function clearCatalogue(catalogue: MemoryCatalogue): void {
  catalogue.products.clear();
  catalogue.skuByEan.clear();
  catalogue.sorted = null;
  catalogue.checkpoint = null;
}

function productPage(catalogue: MemoryCatalogue, afterSku: string, rowsMax: number): ProductRow[] {
  catalogue.sorted ??= [...catalogue.products.keys()].sort();
  const { sorted, products } = catalogue;
  let first = 0;
  for (let last = sorted.length; first < last; ) {
    const middle = (first + last) >> 1;
    if ((sorted[middle] ?? '') <= afterSku) first = middle + 1;
    else last = middle;
  }
  return sorted.slice(first, first + rowsMax).flatMap((sku) => products.get(sku) ?? []);
}
