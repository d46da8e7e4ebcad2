import type { RxCollection } from 'rxdb';

/** The part of Dexie's table that is used here; RxDB's Dexie storage hands the table out as its internals. */
interface Table {
  where(index: string): {
    above(key: string): { limit(rowsMax: number): { toArray(): Promise<readonly StoredRow[]> } };
  };
}

interface StoredRow {
  readonly _deleted: unknown;
  readonly _rev: unknown;
  readonly _meta: unknown;
  readonly _attachments: unknown;
}

/**
 * Rows behind a key, in order of the key, read as the plain rows they are. A query of RxDB walks a cursor and makes a
 * document of each row: for a catalogue of 92,331 products that takes minutes on a small machine, and this seconds.
 */
export async function readAbove<Row>(
  collection: RxCollection<Row>,
  afterKey: string,
  rowsMax: number,
): Promise<Row[]> {
  const { internals } = collection.internalStorageInstance as unknown as {
    readonly internals: Promise<{ readonly dexieTable: Table }>;
  };
  const { dexieTable } = await internals;
  const stored = await dexieTable
    .where(collection.schema.primaryPath)
    .above(afterKey)
    .limit(rowsMax)
    .toArray();
  // Rows are never deleted one by one, only together with their collection, so all of them count.
  return stored.map(({ _deleted, _rev, _meta, _attachments, ...row }) => row as Row);
}

/** The most that IndexedDB takes for a limit. */
const ROWS_MAX = 2 ** 32 - 1;

/** All rows of a collection. */
export function readAll<Row>(collection: RxCollection<Row>): Promise<Row[]> {
  return readAbove(collection, '', ROWS_MAX);
}
