/** The three files of a chain: products, stores, stock. Good rows are imported, bad ones told, again and again alike. */

import { importOperationId } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import type { ImportCount, ImportPorts, OnProgress, Receipt } from './import-ports.ts';
import { type BadRow, type ReadRow, readRows } from './import-read.ts';
import { type ProductFileRow, productFile, type StockFileRow, stockFile, storeFile } from './import-rows.ts';
import { storeIdOfNumber } from './stores/store-id.ts';

export interface FileImport {
  readonly file: string;
  /** null checks the rows and writes nothing. */
  readonly ports: ImportPorts | null;
  readonly onBad: (bad: BadRow) => void;
  readonly onProgress: OnProgress;
}

const batchRows = 2_000;

/** Rows by article number; a number that stands twice in the file counts once, the second row is told. */
export function importProducts(options: FileImport): Promise<ImportCount> {
  return importRows(
    options,
    'products',
    productFile,
    (row) => row.sku,
    async (ports, rows, tell) => {
      const saved = await ports.saveProducts(rows.map(({ row }) => row satisfies ProductFileRow));
      const lines = new Map(rows.map(({ row, line }) => [row.sku, line]));
      for (const { sku, reason } of saved.refused) tell(lines.get(sku) ?? 0, reason);
      return { changed: saved.changed, unchanged: saved.unchanged };
    },
  );
}

/** Stores by number; the id of a store belongs to its number for ever. */
export function importStores(options: FileImport): Promise<ImportCount> {
  return importRows(
    options,
    'stores',
    storeFile,
    (row) => row.number,
    async (ports, rows) => {
      const changed = await ports.saveStores(
        rows.map(({ row }) => ({ ...row, storeId: storeIdOfNumber(row.number) })),
      );
      return { changed, unchanged: rows.length - changed };
    },
  );
}

/**
 * Deliveries. A line is known by document, store and article: the same line again changes nothing, with
 * another quantity it is told and not booked. So a corrected file can be imported whole.
 */
export async function importStock(options: FileImport): Promise<ImportCount> {
  const stores = new Set((await options.ports?.listStores())?.map((store) => store.storeId));
  return importRows(options, 'stock', stockFile, lineName, async (ports, rows, tell) => {
    const skus = await ports.knownSkus([...new Set(rows.map(({ row }) => row.sku))]);
    const bookable = rows.filter(({ row, line }) => {
      if (!stores.has(storeIdOfNumber(row.storeNumber)))
        tell(line, `store ${row.storeNumber} is not known: import it with --stores first`);
      else if (!skus.has(row.sku))
        tell(line, `article ${row.sku} is not known: import it with --products first`);
      else return true;
      return false;
    });
    const outcomes = await ports.submitReceipts(bookable.map(({ row }) => receiptOf(row)));
    bookable.forEach(({ row, line }, index) => {
      if (outcomes[index] !== 'conflicting') return;
      tell(
        line,
        `document ${row.document} was received before with another quantity of this article: book the difference under another document`,
      );
    });
    return {
      changed: outcomes.filter((outcome) => outcome === 'recorded').length,
      unchanged: outcomes.filter((outcome) => outcome === 'repeated').length,
    };
  });
}

function lineName(row: StockFileRow): string {
  return JSON.stringify([row.document, row.storeNumber, row.sku]);
}

function receiptOf(row: StockFileRow): Receipt {
  return {
    operationId: importOperationId(hashRaw(`stock line ${lineName(row)}`)),
    storeId: storeIdOfNumber(row.storeNumber),
    documentId: row.document.slice(0, 100),
    lines: [{ sku: row.sku, quantity: row.quantity }],
  };
}

type Save<Row> = (
  ports: ImportPorts,
  rows: readonly ReadRow<Row>[],
  tell: (line: number, reason: string) => void,
) => Promise<{ readonly changed: number; readonly unchanged: number }>;

async function importRows<Row>(
  options: FileImport,
  phase: ImportCount['phase'],
  kind: Parameters<typeof readRows<Row>>[0]['kind'],
  nameOf: (row: Row) => string,
  save: Save<Row>,
): Promise<ImportCount> {
  const { file, ports, onProgress } = options;
  const count = { phase, read: 0, changed: 0, unchanged: 0, bad: 0 };
  const seen = new Map<string, number>();
  const tell = (line: number, reason: string): void => {
    count.bad += 1;
    options.onBad({ file, line, reason });
  };
  const flush = async (rows: readonly ReadRow<Row>[]): Promise<void> => {
    if (ports === null || rows.length === 0) return;
    const { changed, unchanged } = await save(ports, rows, tell);
    count.changed += changed;
    count.unchanged += unchanged;
  };
  let waiting: ReadRow<Row>[] = [];
  const onBytes = (done: number, total: number): void => onProgress(phase, done, total);
  const onBad = ({ line, reason }: BadRow): void => {
    count.read += 1;
    tell(line, reason);
  };
  for await (const read of readRows({ file, kind, onBytes, onBad })) {
    count.read += 1;
    const name = nameOf(read.row);
    const before = seen.get(name);
    if (before !== undefined) {
      tell(read.line, `says the same thing as line ${before}: leave one of them`);
      continue;
    }
    seen.set(name, read.line);
    waiting.push(read);
    if (waiting.length < batchRows) continue;
    await flush(waiting);
    waiting = [];
  }
  await flush(waiting);
  return count;
}
