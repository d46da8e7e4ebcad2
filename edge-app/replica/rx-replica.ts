import { assert } from '@gondola/shared/lib/assert.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import { createRxDatabase, type RxCollection, type RxDatabase, removeRxDatabase } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import type { Replica } from '../checkout/ports.ts';
import { catalogueChange, createChangeEmitter, inventoryChange } from './changes.ts';
import {
  CATALOGUE_COLLECTIONS,
  type CollectionName,
  collectionSchemas,
  INVENTORY_COLLECTIONS,
  REPLICA_VERSION,
  type ReplicaCollections,
  type StoredVerdict,
} from './collections.ts';
import { allotmentKeyOf, type Mirror, mirrorInventory } from './mirror.ts';
import { readAbove, readAll } from './rx-bulk-read.ts';

type Database = RxDatabase<ReplicaCollections>;
type Log = 'inventory' | 'catalogue';
type Positioned = { readonly position: number };

/** Rows in one write: larger ones block the page, smaller ones pay the flush more often. */
const WRITE_ROWS = 2_000;

/**
 * The replica in the browser's IndexedDB. It holds nothing precious: when it cannot be opened, whatever the reason, it
 * is removed and pulled again, and the journal is not touched.
 */
export async function openRxReplica(tillId: string): Promise<Replica> {
  const name = `gondola-replica-${tillId}-v${REPLICA_VERSION}`;
  await removeOthers(tillId, name);
  try {
    return await openDatabase(name);
  } catch {
    await removeByForce(name);
    return await openDatabase(name);
  }
}

async function openDatabase(name: string): Promise<Replica> {
  const storage = getRxStorageDexie({ chromeTransactionDurability: 'strict' });
  // A database of this name may be left open by an attempt to open it that failed half way.
  const database = await createRxDatabase<ReplicaCollections>({
    name,
    storage,
    multiInstance: false,
    closeDuplicates: true,
  });
  try {
    await database.addCollections(collectionSchemas);
    await assertReadable(database.collections);
    return await replicaOver(database);
  } catch (error) {
    await database.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Proves that rows can be read, and not only that the databases can be opened; and that no checkpoint speaks of rows
 * which are gone, as nothing would ever bring those back.
 */
async function assertReadable(rows: ReplicaCollections): Promise<void> {
  await Promise.all([rows.reservations.findOne().exec(), rows.conflicts.findOne().exec()]);
  const saved = await rows.meta.findByIds(['inventory', 'catalogue']).exec();
  const speaksOf = (log: string): boolean => (saved.get(log)?.toJSON().checkpoint?.position ?? 0) > 0;
  const hasProducts = (await rows.products.findOne().exec()) !== null;
  const hasInventory =
    (await rows.pools.findOne().exec()) !== null || (await rows.verdicts.findOne().exec()) !== null;
  assert(hasProducts || !speaksOf('catalogue'), 'a catalogue checkpoint has its products');
  assert(hasInventory || !speaksOf('inventory'), 'an inventory checkpoint has its rows');
}

/** RxDB keeps each collection in an IndexedDB database of its own, with the database's name inside its name. */
async function removeByForce(name: string): Promise<void> {
  await removeRxDatabase(name, getRxStorageDexie(), false).catch(() => undefined);
  for (const found of await databasesNaming(name)) await deleteDatabase(found);
}

async function removeOthers(tillId: string, current: string): Promise<void> {
  for (const found of await databasesNaming(`gondola-replica-${tillId}-v`)) {
    if (!found.includes(current)) await deleteDatabase(found);
  }
}

async function databasesNaming(part: string): Promise<string[]> {
  const all = await indexedDB.databases();
  return all.flatMap(({ name }) => (name?.includes(part) ? [name] : []));
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    // Blocked or refused: it is only old data, and opening says whether that matters.
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

async function replicaOver(database: Database): Promise<Replica> {
  const changes = createChangeEmitter();
  const rows = (): ReplicaCollections => database.collections;
  const mirror = await readMirror(rows());

  async function saveCheckpoint(log: Log, checkpoint: Checkpoint | null): Promise<void> {
    await rows().meta.upsert({ log, checkpoint });
    mirror[log] = checkpoint;
  }

  /** The checkpoint goes first: a crash in the middle must not leave one that speaks of rows which are gone. */
  async function dropRows(log: Log, names: readonly CollectionName[]): Promise<void> {
    await saveCheckpoint(log, null);
    for (const name of names) {
      await rows()[name].remove();
      await database.addCollections({ [name]: collectionSchemas[name] });
    }
    if (log === 'catalogue') mirror.productCount = 0;
  }

  return {
    ...mirrorReads(mirror),
    subscribe: changes.subscribe,
    async applyInventory(page) {
      if (page.reset) await dropRows('inventory', INVENTORY_COLLECTIONS);
      await putNewerRows(rows().pools, page.pools, 'sku');
      await putNewerRows(rows().reservations, page.reservations, 'reservationId');
      await putNewerRows(rows().conflicts, page.conflicts, 'conflictId');
      await putNewerRows(
        rows().allotments,
        page.allotments.map((row) => ({ ...row, allotmentKey: allotmentKeyOf(row) })),
        'allotmentKey',
      );
      await putNewerRows(rows().policies, page.policies, 'sku');
      await putNewerRows(rows().transfers, page.transfers, 'transferId');
      await putNewerRows(rows().verdicts, page.verdicts.map(toStored), 'operationId');
      await saveCheckpoint('inventory', page.checkpoint);
      mirrorInventory(mirror, page);
      changes.emit(inventoryChange(page));
    },
    async applyCatalogue(page) {
      if (page.reset) await dropRows('catalogue', CATALOGUE_COLLECTIONS);
      mirror.productCount += await putNewerRows(rows().products, page.products, 'sku');
      await saveCheckpoint('catalogue', page.checkpoint);
      changes.emit(catalogueChange(page));
    },
    pool: (sku) => one(rows().pools, sku),
    pools: () => readAll(rows().pools),
    transfers: () => readAll(rows().transfers),
    async verdict(operationId) {
      const stored = await one(rows().verdicts, operationId);
      return stored === null ? null : fromStored(stored);
    },
    async verdicts() {
      return (await readAll(rows().verdicts)).map(fromStored);
    },
    async decidedSequence(life) {
      return mirror.decided.get(life) ?? 0;
    },
    product: (sku) => one(rows().products, sku),
    async productByEan(ean) {
      if (ean === '') return null;
      const found = await rows().products.findOne({ selector: { ean } }).exec();
      return found === null ? null : asRow(found);
    },
    productPage: (afterSku, rowsMax) => readAbove(rows().products, afterSku, rowsMax),
    async close() {
      await database.close();
    },
  };
}

/** The reads that the mirror answers, at once. */
function mirrorReads(
  mirror: Mirror,
): Pick<
  Replica,
  | 'checkpoints'
  | 'reservation'
  | 'reservations'
  | 'heldReservations'
  | 'knownReservation'
  | 'conflicts'
  | 'allottedHolds'
  | 'allotment'
  | 'allotments'
  | 'policy'
  | 'productCount'
> {
  return {
    checkpoints: async () => ({ inventory: mirror.inventory, catalogue: mirror.catalogue }),
    reservation: async (reservationId) => mirror.reservations.get(reservationId) ?? null,
    reservations: async () => [...mirror.reservations.values()],
    heldReservations: async () => [...mirror.reservations.values()].filter((row) => row.state === 'HELD'),
    conflicts: async () => [...mirror.conflicts.values()],
    allotment: (life, sku) => mirror.allotments.get(allotmentKeyOf({ life, sku })) ?? null,
    allotments: (life) => [...mirror.allotments.values()].filter((row) => row.life === life),
    allottedHolds: (tillId, life) =>
      [...mirror.reservations.values()].filter(
        (row) => row.state === 'HELD' && row.tillId === tillId && row.allottedLife === life,
      ),
    knownReservation: (reservationId) => mirror.reservations.get(reservationId) ?? null,
    policy: (sku) => mirror.policies.get(sku) ?? null,
    productCount: async () => mirror.productCount,
  };
}

async function readMirror(rows: ReplicaCollections): Promise<Mirror> {
  const saved = await rows.meta.findByIds(['inventory', 'catalogue']).exec();
  const mirror: Mirror = {
    reservations: new Map((await readAll(rows.reservations)).map((row) => [row.reservationId, row])),
    conflicts: new Map((await readAll(rows.conflicts)).map((row) => [row.conflictId, row])),
    allotments: new Map(
      (await readAll(rows.allotments)).map(({ allotmentKey, ...row }) => [allotmentKey, row]),
    ),
    policies: new Map((await readAll(rows.policies)).map((row) => [row.sku, row])),
    decided: new Map(),
    inventory: saved.get('inventory')?.toJSON().checkpoint ?? null,
    catalogue: saved.get('catalogue')?.toJSON().checkpoint ?? null,
    productCount: await rows.products.count().exec(),
  };
  for (const { indexedLife, indexedSequence } of await readAll(rows.verdicts)) {
    mirror.decided.set(indexedLife, Math.max(mirror.decided.get(indexedLife) ?? 0, indexedSequence));
  }
  return mirror;
}

/**
 * Writes the rows that are newer than those that are there, and returns how many are new. New rows, which are nearly
 * all of a first load, go in bulk; only those that exist are compared one by one.
 */
async function putNewerRows<Row extends Positioned>(
  collection: RxCollection<Row>,
  rows: readonly Row[],
  key: keyof Row & string,
): Promise<number> {
  let added = 0;
  for (let first = 0; first < rows.length; first += WRITE_ROWS) {
    const chunk = rows.slice(first, first + WRITE_ROWS);
    const { error } = await collection.bulkInsert(chunk);
    added += chunk.length - error.length;
    if (error.length === 0) continue;
    const byKey = new Map(chunk.map((row) => [String(row[key]), row]));
    const present = await collection.findByIds(error.map((failed) => failed.documentId)).exec();
    await Promise.all(
      [...present].map(([id, document]) =>
        document.incrementalModify((stored) => {
          const row = byKey.get(id);
          return row !== undefined && row.position > stored.position ? { ...stored, ...row } : stored;
        }),
      ),
    );
  }
  return added;
}

function toStored(row: VerdictRow): StoredVerdict {
  return { ...row, indexedLife: row.life ?? 0, indexedSequence: row.sequence ?? 0 };
}

function fromStored({ indexedLife: _life, indexedSequence: _sequence, ...row }: StoredVerdict): VerdictRow {
  return row;
}

async function one<Row>(collection: RxCollection<Row>, id: string): Promise<Row | null> {
  const found = await collection.findOne(id).exec();
  return found === null ? null : asRow(found);
}

/** RxDB gives deeply read-only copies without its own fields: the row as it was put. */
function asRow<Row>(document: { toJSON(): unknown }): Row {
  return document.toJSON() as Row;
}
