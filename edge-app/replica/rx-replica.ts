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

type Database = RxDatabase<ReplicaCollections>;
type Positioned = { readonly position: number };

/** Rows in one write: larger ones block the page, smaller ones pay the flush more often. */
const WRITE_ROWS = 1_000;

/**
 * The replica in the browser's IndexedDB. It holds nothing precious: when it cannot be opened, whatever the reason, it
 * is removed and pulled again, and the journal is not touched.
 */
export async function openRxReplica(tillId: string): Promise<Replica> {
  const name = `gondola-replica-${tillId}-v${REPLICA_VERSION}`;
  await removeOthers(tillId, name);
  try {
    return replicaOver(await openDatabase(name));
  } catch {
    await removeByForce(name);
    return replicaOver(await openDatabase(name));
  }
}

async function openDatabase(name: string): Promise<Database> {
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
    return database;
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

function replicaOver(database: Database): Replica {
  const changes = createChangeEmitter();
  const rows = (): ReplicaCollections => database.collections;

  async function saveCheckpoint(
    log: 'inventory' | 'catalogue',
    checkpoint: Checkpoint | null,
  ): Promise<void> {
    await rows().meta.upsert({ log, checkpoint });
  }

  /** The checkpoint goes first: a crash in the middle must not leave one that speaks of rows which are gone. */
  async function dropRows(log: 'inventory' | 'catalogue', names: readonly CollectionName[]): Promise<void> {
    await saveCheckpoint(log, null);
    for (const name of names) {
      await rows()[name].remove();
      await database.addCollections({ [name]: collectionSchemas[name] });
    }
  }

  return {
    subscribe: changes.subscribe,
    async checkpoints() {
      const stored = await rows().meta.findByIds(['inventory', 'catalogue']).exec();
      return {
        inventory: stored.get('inventory')?.toJSON().checkpoint ?? null,
        catalogue: stored.get('catalogue')?.toJSON().checkpoint ?? null,
      };
    },
    async applyInventory(page) {
      if (page.reset) await dropRows('inventory', INVENTORY_COLLECTIONS);
      await putNewer(rows().pools, page.pools, 'sku');
      await putNewer(rows().reservations, page.reservations, 'reservationId');
      await putNewer(rows().conflicts, page.conflicts, 'conflictId');
      await putNewer(rows().verdicts, page.verdicts.map(toStored), 'operationId');
      await saveCheckpoint('inventory', page.checkpoint);
      changes.emit(inventoryChange(page));
    },
    async applyCatalogue(page) {
      if (page.reset) await dropRows('catalogue', CATALOGUE_COLLECTIONS);
      await putNewer(rows().products, page.products, 'sku');
      await saveCheckpoint('catalogue', page.checkpoint);
      changes.emit(catalogueChange(page));
    },
    pool: (sku) => one(rows().pools, sku),
    pools: () => all(rows().pools),
    reservation: (reservationId) => one(rows().reservations, reservationId),
    async heldReservations() {
      return plain(
        await rows()
          .reservations.find({ selector: { state: 'HELD' } })
          .exec(),
      );
    },
    reservations: () => all(rows().reservations),
    conflicts: () => all(rows().conflicts),
    async verdict(operationId) {
      const stored = await one(rows().verdicts, operationId);
      return stored === null ? null : fromStored(stored);
    },
    async verdicts() {
      return (await all(rows().verdicts)).map(fromStored);
    },
    async decidedSequence(life) {
      const last = await rows()
        .verdicts.findOne({
          selector: { indexedLife: life },
          sort: [{ indexedLife: 'desc' }, { indexedSequence: 'desc' }],
        })
        .exec();
      return last?.toJSON().indexedSequence ?? 0;
    },
    product: (sku) => one(rows().products, sku),
    async productByEan(ean) {
      if (ean === '') return null;
      const found = await rows().products.findOne({ selector: { ean } }).exec();
      return found === null ? null : asRow(found);
    },
    productCount: () => rows().products.count().exec(),
    async productPage(afterSku, rowsMax) {
      const query = { selector: { sku: { $gt: afterSku } }, sort: [{ sku: 'asc' as const }], limit: rowsMax };
      return plain(await rows().products.find(query).exec());
    },
    async close() {
      await database.close();
    },
  };
}

/**
 * Writes the rows that are newer than those that are there. New rows, which are nearly all of a first load, go in bulk;
 * only those that exist are compared one by one.
 */
async function putNewer<Row extends Positioned>(
  collection: RxCollection<Row>,
  rows: readonly Row[],
  key: keyof Row & string,
): Promise<void> {
  for (let first = 0; first < rows.length; first += WRITE_ROWS) {
    const chunk = rows.slice(first, first + WRITE_ROWS);
    const { error } = await collection.bulkInsert(chunk);
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

async function all<Row>(collection: RxCollection<Row>): Promise<Row[]> {
  return plain(await collection.find().exec());
}

function plain<Row>(documents: readonly { toJSON(): unknown }[]): Row[] {
  return documents.map((document) => asRow<Row>(document));
}

/** RxDB gives deeply read-only copies without its own fields: the row as it was put. */
function asRow<Row>(document: { toJSON(): unknown }): Row {
  return document.toJSON() as Row;
}
