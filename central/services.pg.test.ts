/**
 * Goal: what the inventory decides reaches the other services by their events alone, once, and the console
 * answers what its page expects.
 *
 * Method: all four services over fresh databases and the embedded bus, operations by the authority's public
 * face, answers read over real HTTP and checked against the page's own schemas.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { z } from 'zod';
import { type ConsoleService, startConsole } from './console/start-console.ts';
import {
  conflictsAnswerSchema,
  eventsAnswerSchema,
  overviewSchema,
  poolAnswerSchema,
  poolsAnswerSchema,
  reservationsAnswerSchema,
  storeAnswerSchema,
  storesAnswerSchema,
} from './console/view-schemas.ts';
import { createEmbeddedBus } from './events/embedded-bus.ts';
import { importPortsOf } from './import-join.ts';
import { sell, TestTill } from './inventory/authority.contract.ts';
import { Desk } from './inventory/desk.ts';
import { holdingsByTill, listAllotments, listConflicts } from './inventory/postgres-reads.ts';
import { type InventoryService, startInventory } from './inventory/start-inventory.ts';
import { type NotificationsService, startNotifications } from './notifications/start-notifications.ts';
import { createSupervisor, type Supervisor } from './platform/service.ts';
import { type StoresService, startStores } from './stores/start-stores.ts';
import { storeIdOfNumber } from './stores/store-id.ts';
import { type Served, serveRoutes } from './testing/http-serve.ts';
import { realScheduler } from './testing/real-scheduler.ts';
import { createTestDatabases, type TestDatabases } from './testing/test-database.ts';

let databases: TestDatabases;
let inventory: InventoryService;
let stores: StoresService;
let notifications: NotificationsService;
let consoleService: ConsoleService;
let supervisor: Supervisor;
let served: Served;
let shown: number;
let failures: unknown[];

const storeId = storeIdOfNumber('27');
const nothing = (): void => undefined;
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory', 'stores', 'notifications', 'console'] });
  const { urls } = databases;
  inventory = await startInventory({
    scheduler: realScheduler,
    urls: urls.inventory,
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
  stores = await startStores({
    urls: urls.stores,
    clock,
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  notifications = await startNotifications({ urls: urls.notifications });
  shown = 0;
  consoleService = await startConsole({
    urls: urls.console,
    onEvents: (events) => {
      shown += events.length;
    },
  });
  failures = [];
  supervisor = createSupervisor({ onFailure: ({ error }) => failures.push(error) });
  const bus = createEmbeddedBus([inventory.log, stores.log]);
  for (const part of [...stores.parts(bus), ...notifications.parts(bus), ...consoleService.parts(bus)])
    supervisor.start(part);
  served = await serveRoutes(
    '/console/api',
    consoleService.routes({
      listStores: () => stores.register.listStores(),
      listTills: (id) => stores.register.listTills(id ?? undefined),
      findProducts: (skus) => stores.register.findProducts(skus),
      searchProducts: (text, rowsMax) => stores.register.searchProducts(text, rowsMax),
      holdings: (id) => holdingsByTill(inventory.pool, id),
      notices: (rowsMax) => notifications.latest(rowsMax),
    }),
  );
});

afterEach(async () => {
  await served.close();
  await supervisor.stop();
  for (const service of [consoleService, notifications, stores, inventory]) await service.close();
  await databases.drop();
});

async function get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const response = await fetch(`${served.url}/${path}`);
  return schema.parse(await response.json());
}

async function status(path: string): Promise<[number, string]> {
  const response = await fetch(`${served.url}/${path}`);
  return [response.status, ((await response.json()) as { detail: string }).detail];
}

/** A store with two articles, ten of the first, and a till. */
async function openShop(): Promise<{
  desk: Desk;
  command: (key: string) => { apiKeyId: string; idempotencyKey: string; storeId: string; raw: string };
}> {
  const ports = importPortsOf(stores.register, inventory.authority);
  await ports.saveStores([{ storeId, number: '27', name: 'Corner' }]);
  const product = { department: '', category: '', packageSize: '', brand: '', ean: '', priceMinor: 100 };
  await ports.saveProducts([
    { ...product, sku: 'milk', name: 'Whole milk' },
    { ...product, sku: 'bread', name: 'Bread' },
  ]);
  await ports.submitReceipts([
    {
      operationId: 'import:first',
      storeId,
      documentId: 'D1',
      lines: [
        { sku: 'milk', quantity: 10 },
        { sku: 'bread', quantity: 1 },
      ],
    },
  ]);
  const code = await stores.register.createEnrolmentCode(storeId);
  if (code.ok) await stores.register.enrol(code.value.code, 'Till 1');
  return {
    desk: new Desk(inventory.authority),
    command: (key) => ({ apiKeyId: 'key', idempotencyKey: key, storeId, raw: key }),
  };
}

async function caughtUp(): Promise<void> {
  const { position } = await inventory.authority.head();
  await expect
    .poll(async () => (await get('overview', overviewSchema)).position, { timeout: 10_000 })
    .toBe(position);
}

test('the console shows what was decided: pools, history, reservations, feed', async () => {
  const { desk, command } = await openShop();
  const held = await desk.reserve({ ...command('r1'), sku: 'milk', quantity: 4 });
  const reservationId = held.kind === 'decided' ? held.verdict.reservationId : null;
  await desk.reserve({ ...command('r2'), sku: 'milk', quantity: 7 });
  await desk.commit({
    ...command('c1'),
    reservationId: reservationId ?? '',
    transactionId: 't',
    customerId: 'c',
  });
  await desk.reserve({ ...command('r3'), sku: 'bread', quantity: 1 });
  await caughtUp();

  const overview = await get('overview', overviewSchema);
  expect(overview).toMatchObject({
    stores: 1,
    tills: 1,
    conflictsOpen: 0,
    reservationsHeld: 1,
    poolsInDeficit: 0,
  });
  expect(overview.verdicts).toEqual({ RECORDED: 1, ACCEPTED: 3, REJECTED: 1 });
  const { pools } = await get('pools?text=whole', poolsAnswerSchema);
  expect(pools).toMatchObject([{ sku: 'milk', productName: 'Whole milk', free: 6, held: 0, onHand: 6 }]);
  const { history, reservations } = await get(`pools/${storeId}/milk`, poolAnswerSchema);
  expect(
    history.map((entry) => [entry.type, entry.free, entry.held, entry.onHand, entry.onHandAfter]),
  ).toEqual([
    ['ReservationCommitted', 0, -4, -4, 6],
    ['ReservationHeld', -4, 4, 0, 10],
    ['GoodsReceived', 10, 0, 10, 10],
  ]);
  expect(reservations).toMatchObject([{ reservationId, state: 'COMMITTED' }]);
  expect((await get('reservations?state=HELD', reservationsAnswerSchema)).reservations).toMatchObject([
    { sku: 'bread', productName: 'Bread' },
  ]);
  const { events } = await get(`events?storeId=${storeId}&type=OperationDecided`, eventsAnswerSchema);
  expect(events).toHaveLength(5);
  expect(
    (await get(`events?before=${events[1]?.position}&type=OperationDecided`, eventsAnswerSchema)).events,
  ).toHaveLength(3);
  expect(shown).toBe((await inventory.authority.head()).position);
  expect(failures).toEqual([]);
});

test('low stock is noticed, favourites are counted, and stores show their tills', async () => {
  const { desk, command } = await openShop();
  const held = await desk.reserve({ ...command('r1'), sku: 'milk', quantity: 9 });
  await desk.commit({
    ...command('c1'),
    reservationId: (held.kind === 'decided' && held.verdict.reservationId) || '',
    transactionId: 't',
    customerId: 'c',
  });
  await caughtUp();
  await expect
    .poll(async () => (await get('overview', overviewSchema)).notices)
    .toMatchObject([{ kind: 'low-stock', storeId, sku: 'milk', quantity: 1 }]);
  await expect.poll(() => stores.register.bestSellers(storeId, 5)).toEqual([{ sku: 'milk', units: 9 }]);
  const { stores: wall } = await get('stores', storesAnswerSchema);
  expect(wall).toMatchObject([{ number: '27', tills: 1, tillsOnline: 0, waiting: 0, conflictsOpen: 0 }]);
  const answer = await get(`stores/${storeId}`, storeAnswerSchema);
  expect(answer.tills).toMatchObject([{ name: 'Till 1', life: 1 }]);
  expect((await get('conflicts?state=OPEN', conflictsAnswerSchema)).conflicts).toEqual([]);
});

test('what other tills may repay is pending, not open, until they have settled; a store shows what its tills hold', async () => {
  await openShop();
  const [holder, seller] = [new TestTill('holder', storeId), new TestTill('seller', storeId)];
  const push = (till: TestTill, first: number) =>
    inventory.authority.submit({
      ...{ kind: 'journal', identity: till.identity, firstSequence: first },
      records: till.records.slice(first - 1),
    });
  await inventory.journalDesk.renewTerm(holder.identity);
  holder.write(sell('milk', 1));
  await push(holder, 1);
  const [lease] = await listAllotments(inventory.pool, { storeId, sku: 'milk', tillId: null, limit: 9 });
  const leased = lease?.granted ?? 0;
  expect(leased).toBeGreaterThan(0);
  seller.write(sell('milk', 9));
  await push(seller, 1);
  await caughtUp();
  expect((await get('overview', overviewSchema)).conflictsOpen).toBe(0);
  expect((await get('conflicts?state=OPEN', conflictsAnswerSchema)).conflicts).toEqual([]);
  expect((await get('conflicts?state=PENDING', conflictsAnswerSchema)).conflicts).toMatchObject([
    { kind: 'deficit', state: 'PENDING', quantity: leased },
  ]);
  expect((await get('overview', overviewSchema)).notices).not.toContainEqual(
    expect.objectContaining({ kind: 'deficit-raised' }),
  );
  expect(await holdingsByTill(inventory.pool, storeId)).toEqual(
    new Map([[holder.identity.tillId, { articles: 1, units: leased, unitsInDoubt: 0 }]]),
  );
  // The holder had sold one of its own meanwhile, and gives back the rest: one remains missing.
  holder.write({ ...sell('milk', 1), lines: [line('milk', 1, 1)] }, { label: 'GUARANTEED' });
  holder.write({ type: 'surrender', lines: [{ sku: 'milk', quantity: leased - 1 }] });
  await push(holder, 2);
  await caughtUp();
  const { conflicts } = await get('conflicts?state=OPEN', conflictsAnswerSchema);
  expect(conflicts).toMatchObject([{ state: 'OPEN', quantity: 1 }]);
  expect((await get('overview', overviewSchema)).conflictsOpen).toBe(1);
  const stored = await listConflicts(inventory.pool, { storeId, state: 'OPEN', limit: 9 });
  expect(stored.map(({ position, quantity }) => [position, quantity])).toEqual(
    conflicts.map(({ position, quantity }) => [position, quantity]),
  );
  await expect
    .poll(async () => (await get('overview', overviewSchema)).notices)
    .toContainEqual(expect.objectContaining({ kind: 'deficit-raised', quantity: 1 }));
  const { history } = await get(`pools/${storeId}/milk`, poolAnswerSchema);
  expect(history.map((entry) => [entry.type, entry.allotted])).toContainEqual(['AllotmentGranted', leased]);
  expect(failures).toEqual([]);
});

const line = (sku: string, quantity: number, allottedQuantity: number) => ({
  ...{ sku, quantity, unitPriceMinor: 100, allottedQuantity },
});

test('bad parameters and unknown things get a problem that says what', async () => {
  await openShop();
  expect(await status('events?before=x')).toEqual([400, expect.stringContaining('before')]);
  expect(await status('stores/not-a-uuid')).toEqual([400, expect.stringContaining('storeId')]);
  expect(await status('reservations?state=GONE')).toEqual([400, expect.stringContaining('state')]);
  expect(await status(`stores/${randomUUID()}`)).toEqual([404, expect.stringContaining('There is no store')]);
  expect(await status(`pools/${storeId}/nothing`)).toEqual([
    404,
    expect.stringContaining('Nothing was ever booked of article nothing'),
  ]);
});
