/** Goal: good rows arrive, bad ones are told, and doing it again, corrected or not, books nothing twice. */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importProducts, importStock, importStores } from './import-files.ts';
import { importPortsOf } from './import-join.ts';
import type { ImportPorts } from './import-ports.ts';
import type { BadRow } from './import-read.ts';
import { importSample, sampleRule } from './import-sample.ts';
import { type InventoryService, startInventory } from './inventory/start-inventory.ts';
import { type StoresService, startStores } from './stores/start-stores.ts';
import { storeIdOfNumber } from './stores/store-id.ts';
import { realScheduler } from './testing/real-scheduler.ts';
import { createTestDatabases, type TestDatabases } from './testing/test-database.ts';

let folder: string;
let databases: TestDatabases;
let stores: StoresService;
let inventory: InventoryService;
let ports: ImportPorts;
let bad: BadRow[];

const nothing = (): void => undefined;
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-import-'));
  databases = await createTestDatabases({ services: ['stores', 'inventory'] });
  stores = await startStores({
    urls: databases.urls.stores,
    clock,
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  inventory = await startInventory({
    scheduler: realScheduler,
    urls: databases.urls.inventory,
    reservationTimeoutMs: 300_000,
    grantMode: 'balanced',
    allotmentMode: 'settlement-only',
    auditIntervalMs: 60_000,
    clock,
    onNews: nothing,
    onIdleError: nothing,
    observer: {
      batchDecided: nothing,
      batchFailed: nothing,
      refused: nothing,
      expired: nothing,
      audited: nothing,
      storeAudited: nothing,
    },
  });
  ports = importPortsOf(stores.register, inventory.authority);
  bad = [];
});

afterEach(async () => {
  await stores.close();
  await inventory.close();
  await databases.drop();
  await rm(folder, { recursive: true });
});

async function given(name: string, content: string) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return { file, ports, onBad: (row: BadRow) => bad.push(row), onProgress: nothing };
}

async function free(storeNumber: string, sku: string): Promise<number> {
  const { rows } = await inventory.pool.query('select free from pools where store_id = $1 and sku = $2', [
    storeIdOfNumber(storeNumber),
    sku,
  ]);
  return rows[0]?.free ?? 0;
}

test('a chain of three files is imported, and a second time nothing changes', async () => {
  const products = await given(
    'products.csv',
    'product_id,name,unit_cents\n1,Milk,99\n2,Bread,\nbad id,X,1\n1,Milk again,98\n',
  );
  const shops = await given('stores.csv', 'store_number,name\n27,Corner\n28,\n');
  const stock = await given(
    'stock.csv',
    'store_number,product_id,quantity\n27,1,5\n27,9,5\n99,1,5\n28,2,3\n',
  );
  expect(await importProducts(products)).toEqual({
    phase: 'products',
    read: 4,
    changed: 2,
    unchanged: 0,
    bad: 2,
  });
  expect(await importStores(shops)).toEqual({ phase: 'stores', read: 2, changed: 2, unchanged: 0, bad: 0 });
  expect(await importStock(stock)).toEqual({ phase: 'stock', read: 4, changed: 2, unchanged: 0, bad: 2 });
  expect(bad.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '4: product_id may hold letters, digits, dot, plus, dash and underscore only',
    '5: says the same thing as line 2: leave one of them',
    '3: article 9 is not known: import it with --products first',
    '4: store 99 is not known: import it with --stores first',
  ]);
  expect((await stores.register.listStores()).map((store) => store.name)).toEqual(['Corner', 'Store 28']);
  expect(
    (await importProducts(products)).changed +
      (await importStores(shops)).changed +
      (await importStock(stock)).changed,
  ).toBe(0);
  expect([await free('27', '1'), await free('28', '2')]).toEqual([5, 3]);
});

test('a corrected file books only what is new; a changed line of a booked document is told', async () => {
  await importProducts(await given('products.csv', 'product_id\n1\n2\n'));
  await importStores(await given('stores.csv', 'store_number\n27\n'));
  await importStock(
    await given('stock.csv', 'store_number,product_id,quantity,document\n27,1,5,D1\n27,2,many,D1\n'),
  );
  const again = await importStock(
    await given('stock.csv', 'store_number,product_id,quantity,document\n27,1,6,D1\n27,2,4,D1\n27,1,6,D2\n'),
  );
  expect(again).toMatchObject({ changed: 2, unchanged: 0, bad: 1 });
  expect(bad.at(-1)?.reason).toMatch(/document D1 was received before with another quantity/);
  expect([await free('27', '1'), await free('27', '2')]).toEqual([11, 4]);
});

test('a code that another article has is told with its line, in the file and in the catalogue', async () => {
  const file = await given('products.csv', 'product_id,ean\nA,4006381333931\nB,4006381333931\n');
  expect(await importProducts(file)).toMatchObject({ changed: 1, bad: 1 });
  await importProducts(await given('more.csv', 'product_id,ean\nC,4006381333931\n'));
  expect(bad.map(({ line, reason }) => [line, reason])).toEqual([
    [3, 'the code 4006381333931 belongs to article A'],
    [2, 'the code 4006381333931 belongs to article A'],
  ]);
});

test('two imports of one file at once book it once', async () => {
  await importProducts(await given('products.csv', 'product_id\n1\n'));
  await importStores(await given('stores.csv', 'store_number\n27\n'));
  const stock = await given('stock.csv', 'store_number,product_id,quantity\n27,1,5\n');
  const counts = await Promise.all([importStock(stock), importStock(stock)]);
  expect(counts.map((count) => count.changed).sort()).toEqual([0, 1]);
  expect(await free('27', '1')).toBe(5);
});

test('the sample chain: every product, store and pool, once; another ratio changes nothing and says so', async () => {
  const options = { ports, ...sampleRule, onBad: (row: BadRow) => bad.push(row), onProgress: nothing };
  const first = await importSample(options);
  expect(first).toEqual({
    products: 92_331,
    productsChanged: 92_331,
    stores: 227,
    pools: 32_424,
    receiptsBooked: 235,
    receiptsRepeated: 0,
    receiptsConflicting: 0,
    salesSkipped: 1,
  });
  expect(bad).toEqual([]);
  const page = await stores.register.pullCatalogue({ after: null, limit: 5_000 });
  expect([page.total, page.products.length, page.hasMore]).toEqual([92_331, 5_000, true]);
  const report = await inventory.audit();
  expect(report).toMatchObject({ pools: 32_424 });
  expect(await importSample(options)).toMatchObject({
    productsChanged: 0,
    receiptsBooked: 0,
    receiptsRepeated: 235,
  });
  expect(await importSample({ ...options, ratio: 2 })).toMatchObject({
    receiptsBooked: 0,
    receiptsConflicting: 235,
  });
}, 120_000);
