/** The chain that is measured: its products, stores and opening stock, and its tills. */

import { parseConfig } from '@gondola/central/platform/config.ts';
import { openImport } from '@gondola/central/start-import.ts';
import { storeIdOfNumber } from '@gondola/central/stores/store-id.ts';
import { enrol } from '@gondola/edge-app/uplink/enrol.ts';
import { importOperationId } from '@gondola/shared/domain/ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { OPERATION_LINES_MAX } from '@gondola/shared/lib/limits.ts';
import { z } from 'zod';
import { type BenchCentre, type BenchServer, centralEnvironment } from './centre.ts';
import { HOT_DELIVERIES, OPENING_STOCK_UNITS } from './plan.ts';
import type { BenchTill } from './push-journal.ts';
import { hotPools, type PlannedTill, skuOf } from './workloads.ts';

export interface ChainSize {
  readonly stores: number;
  readonly items: number;
}

/** Deliveries booked at once: one batch of the authority each. */
const RECEIPTS_AT_ONCE = 8;
const PRODUCTS_AT_ONCE = 2_000;
/** Tills enrolled at the same time. */
const ENROLMENTS_AT_ONCE = 8;

/** Imports through the import's own ports, a delivery of many lines at a time. */
export async function importChain(
  server: BenchServer,
  { stores, items }: ChainSize,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const config = parseConfig(centralEnvironment(server));
  if (!config.ok) throw new Error(config.error.join(' '));
  const { ports, close } = await openImport(config.value);
  try {
    const skus = Array.from({ length: items }, (_, item) => skuOf(item));
    for (const some of chunks(skus, PRODUCTS_AT_ONCE)) await ports.saveProducts(some.map(productOf));
    const hot = hotPools(stores, items);
    const numbers = Array.from({ length: stores }, (_, index) => String(index + 1));
    await ports.saveStores(
      [...numbers, ...hot.map(({ storeNumber }) => String(storeNumber))].map((number) => ({
        ...{ number, name: `Store ${number}`, storeId: storeIdOfNumber(number) },
      })),
    );
    const receipts = [
      ...numbers.flatMap((number) =>
        chunks(skus, OPERATION_LINES_MAX).map((some, part) => receiptOf(number, part, some)),
      ),
      ...hot.map(({ storeNumber, item }) =>
        receiptOf(String(storeNumber), 0, new Array(HOT_DELIVERIES).fill(skuOf(item))),
      ),
    ];
    let booked = 0;
    for (const some of chunks(receipts, RECEIPTS_AT_ONCE)) {
      await ports.submitReceipts(some);
      booked += some.length;
      onProgress(booked, receipts.length);
    }
  } finally {
    await close();
  }
}

function receiptOf(number: string, part: number, skus: readonly string[]) {
  return {
    operationId: importOperationId(`bench ${number}/${part}`),
    storeId: storeIdOfNumber(number),
    documentId: 'opening',
    lines: skus.map((sku) => ({ sku, quantity: OPENING_STOCK_UNITS })),
  };
}

function productOf(sku: string) {
  return {
    ...{ sku, name: `Article ${sku}`, department: 'Bench', category: 'Bench' },
    ...{ packageSize: '', brand: '', ean: '', priceMinor: 249 },
  };
}

const codeSchema = z.object({ code: z.string() });

/** Enrols every till by a code of its own, over the public API. */
export async function enrolTills(
  { url, apiKey }: BenchCentre,
  tills: readonly PlannedTill[],
  script: { readonly seed: number; readonly items: number; readonly logId: string },
  onProgress: (done: number, total: number) => void,
): Promise<BenchTill[]> {
  const { seed, logId } = script;
  const [first = skuOf(0), ...others] = Array.from({ length: script.items }, (_, item) => skuOf(item));
  const waiting = [...tills];
  const enrolled: BenchTill[] = [];
  const work = async () => {
    for (let till = waiting.pop(); till !== undefined; till = waiting.pop()) {
      const identity = await enrolTill(url.origin, apiKey, till);
      const { tillNumber, hotItem } = till;
      const hotSku = hotItem === null ? null : skuOf(hotItem);
      enrolled.push({ ...identity, script: { seed, tillNumber, skus: [first, ...others], hotSku, logId } });
      onProgress(enrolled.length, tills.length);
    }
  };
  await Promise.all(Array.from({ length: ENROLMENTS_AT_ONCE }, work));
  return enrolled;
}

async function enrolTill(baseUrl: string, apiKey: string, till: PlannedTill) {
  const response = await fetch(`${baseUrl}/api/v1/enrolment-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ storeId: storeIdOfNumber(String(till.storeNumber)) }),
  });
  const { code } = codeSchema.parse(await response.json());
  const enrolled = await enrol({ baseUrl }, { code, tillName: `Till ${till.tillNumber}` });
  if (!enrolled.ok)
    throw new Error(`till ${till.tillNumber} was not enrolled (${JSON.stringify(enrolled.error)})`);
  const { storeId, tillId, life, token, grantKey } = enrolled.value;
  return { storeId, tillId, life, token, grantKey: must(grantKey, 'central signs grants') };
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
