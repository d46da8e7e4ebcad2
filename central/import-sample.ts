/**
 * The sample chain of `data/`: products as they are, stores and opening stock from the sales.
 *
 * Safe to run again: products and stores are compared, and each receipt has an operation id that belongs to
 * its store and place, so stock is booked once. A second run with another ratio or slack books nothing and
 * says so (`stockConflicting`).
 */

import path from 'node:path';
import { importOperationId } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { importProducts } from './import-files.ts';
import { type OpeningRule, openingStock, receiptLines } from './import-opening.ts';
import type { ImportPorts, OnProgress, Receipt } from './import-ports.ts';
import { type BadRow, readRows } from './import-read.ts';
import { type SaleFileRow, salesFile } from './import-rows.ts';
import { storeIdOfNumber } from './stores/store-id.ts';

export interface SampleOptions extends OpeningRule {
  readonly ports: ImportPorts;
  /** Folder with products.csv.gz and sales-2017-h1.csv.gz. [data/ of this repository] */
  readonly folder?: string;
  readonly onProgress: OnProgress;
  readonly onBad: (bad: BadRow) => void;
}

export interface SampleCount {
  readonly products: number;
  readonly productsChanged: number;
  readonly stores: number;
  /** Store and article pairs with opening stock. */
  readonly pools: number;
  readonly receiptsBooked: number;
  readonly receiptsRepeated: number;
  readonly receiptsConflicting: number;
  /** Sale lines whose product is unknown: they raise no stock. */
  readonly salesSkipped: number;
}

/** The rule of `npm start`. */
export const sampleRule: OpeningRule = { ratio: 1, slack: 'auto' };

const sampleFolder = path.resolve(import.meta.dirname, '..', 'data');
const receiptsAtOnce = 20;

/** Imports the whole sample through the ports. */
export async function importSample(options: SampleOptions): Promise<SampleCount> {
  const { ports, onBad, onProgress } = options;
  const folder = options.folder ?? sampleFolder;
  const products = await importProducts({
    file: path.join(folder, 'products.csv.gz'),
    ports,
    onBad,
    onProgress,
  });
  const { sales, skipped } = await readSales(path.join(folder, 'sales-2017-h1.csv.gz'), options);
  const opening = openingStock(sales, options);
  const numbers = [...opening.keys()];
  await ports.saveStores(
    numbers.map((number) => ({ number, name: `Store ${number}`, storeId: storeIdOfNumber(number) })),
  );
  onProgress('stores', numbers.length, numbers.length);
  const receipts = numbers.flatMap((number) => receiptsOf(number, opening.get(number) ?? []));
  const outcomes = { recorded: 0, repeated: 0, conflicting: 0 };
  for (let start = 0; start < receipts.length; start += receiptsAtOnce) {
    const batch = receipts.slice(start, start + receiptsAtOnce);
    for (const outcome of await ports.submitReceipts(batch)) outcomes[outcome] += 1;
    onProgress('stock', start + batch.length, receipts.length);
  }
  return {
    products: products.read,
    productsChanged: products.changed,
    stores: numbers.length,
    pools: [...opening.values()].reduce((sum, lines) => sum + lines.length, 0),
    receiptsBooked: outcomes.recorded,
    receiptsRepeated: outcomes.repeated,
    receiptsConflicting: outcomes.conflicting,
    salesSkipped: skipped,
  };
}

/** Sales of known articles only: one that was sold is not among the products. */
async function readSales(
  file: string,
  options: SampleOptions,
): Promise<{ sales: SaleFileRow[]; skipped: number }> {
  const sales: SaleFileRow[] = [];
  for await (const { row } of readRows({ file, kind: salesFile, onBad: options.onBad })) sales.push(row);
  const known = await options.ports.knownSkus([...new Set(sales.map((sale) => sale.sku))]);
  const kept = sales.filter((sale) => known.has(sale.sku));
  return { sales: kept, skipped: sales.length - kept.length };
}

function receiptsOf(
  number: string,
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): Receipt[] {
  return receiptLines(lines).map((part, index) => ({
    operationId: importOperationId(hashRaw(`sample opening stock of store ${number}, part ${index + 1}`)),
    storeId: storeIdOfNumber(number),
    documentId: `sample-opening-${index + 1}`,
    lines: part,
  }));
}
