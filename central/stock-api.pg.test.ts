/**
 * Goal: what people and programs do about stock by the public API is done once, on what they have seen, and is explained.
 *
 * Method: inventory and stores over fresh databases, the gateway's own routes over real HTTP, tills that push by the
 * authority's public face; every answer is read by the schema that describes it.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allotmentRoutes } from './gateway/allotment-routes.ts';
import { poolAnswerSchema } from './gateway/api-schemas.ts';
import { conflictRoutes } from './gateway/conflict-routes.ts';
import { conflictReportSchema } from './gateway/conflict-schemas.ts';
import { inventoryRoutes } from './gateway/inventory-routes.ts';
import { poolRoutes } from './gateway/pool-routes.ts';
import {
  allotmentAnswerSchema,
  forcedAnswerSchema,
  policyAnswerSchema,
  transferAnswerSchema,
} from './gateway/stock-schemas.ts';
import { transferRoutes } from './gateway/transfer-routes.ts';
import { importPortsOf } from './import-join.ts';
import { sell, TestTill } from './inventory/authority.contract.ts';
import { type InventoryService, startInventory } from './inventory/start-inventory.ts';
import { deskOf, directoryOf } from './join-gateway.ts';
import { type StoresService, startStores } from './stores/start-stores.ts';
import { storeIdOfNumber } from './stores/store-id.ts';
import { type ApiUnderTest, serveApi } from './testing/http-api-client.ts';
import { realScheduler } from './testing/real-scheduler.ts';
import { createTestDatabases, type TestDatabases } from './testing/test-database.ts';

const north = storeIdOfNumber('1');
const south = storeIdOfNumber('2');
const nothing = (): void => undefined;
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
let databases: TestDatabases;
let inventory: InventoryService;
let stores: StoresService;
let api: ApiUnderTest;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory', 'stores'] });
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
      ...{ batchDecided: nothing, batchFailed: nothing, refused: nothing },
      ...{ expired: nothing, audited: nothing },
    },
  });
  stores = await startStores({
    urls: databases.urls.stores,
    clock,
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  await openShops();
  const desk = deskOf(inventory, stores.register);
  const directory = directoryOf(stores.register, { hasLeft: () => false });
  api = await serveApi(
    [
      ['/inventory', inventoryRoutes(desk, directory)],
      ['/inventory', poolRoutes(desk, directory)],
      ['/transfers', transferRoutes(desk, directory)],
      ['/allotments', allotmentRoutes(desk)],
      ['/conflicts', conflictRoutes(desk)],
    ],
    { kind: 'api', apiKeyId: 'key', name: 'ana' },
  );
});

afterEach(async () => {
  await api.close();
  await stores.close();
  await inventory.close();
  await databases.drop();
});

/** Two stores; tea and its category in the south, a little of it in the north. */
async function openShops(): Promise<void> {
  const ports = importPortsOf(stores.register, inventory.authority);
  await ports.saveStores([
    { storeId: north, number: '1', name: 'North' },
    { storeId: south, number: '2', name: 'South' },
  ]);
  const product = { department: '', packageSize: '', brand: '', ean: '', priceMinor: 100 };
  await ports.saveProducts([
    { ...product, sku: 'tea', name: 'Tea', category: 'HOT DRINKS' },
    { ...product, sku: 'mate', name: 'Mate', category: 'HOT DRINKS' },
    { ...product, sku: 'soap', name: 'Soap', category: 'CLEANING' },
  ]);
  const receipt = (storeId: string, sku: string, quantity: number) => ({
    operationId: `import:${storeId}/${sku}`,
    ...{ storeId, documentId: 'opening', lines: [{ sku, quantity }] },
  });
  await ports.submitReceipts([
    receipt(north, 'tea', 2),
    receipt(north, 'mate', 7),
    receipt(north, 'soap', 50),
    receipt(south, 'tea', 40),
  ]);
}

async function push(till: TestTill, first = 1): Promise<void> {
  const { identity, records } = till;
  await inventory.authority.submit({
    ...{ kind: 'journal', identity, firstSequence: first, records: records.slice(first - 1) },
  });
}

test('a commit may take fewer units than were held; the rest goes back', async () => {
  const held = await api.post('inventory/reserve', 'r', {
    ...{ storeId: south, productSku: 'tea', quantity: 5, reason: 'web' },
  });
  const { reservationId } = held.body;
  const commit = { reservationId, transactionId: 't', customerId: 'c' };
  expect(await api.post('inventory/commit', 'c1', { ...commit, quantity: 6 })).toMatchObject({
    ...{ status: 409, body: { reason: 'commit-exceeds-reservation' } },
  });
  expect(await api.post('inventory/commit', 'c2', { ...commit, quantity: 3 })).toMatchObject({
    ...{ status: 200, body: { state: 'COMMITTED' } },
  });
  expect((await api.get(`inventory/${south}/tea`)).body).toMatchObject({ free: 37, held: 0, onHand: 37 });
});

test('an adjustment holds for the version that was seen, and is made once', async () => {
  const seen = await api.get(`inventory/${south}/tea`);
  expect(seen.etag).toBe(`"${seen.body.version}"`);
  const broken = { storeId: south, productSku: 'tea', difference: -3, reason: 'damaged', note: 'fell' };
  const versioned = { ...broken, expectedVersion: seen.body.version };
  const done = await api.post('inventory/adjust', 'a1', versioned);
  expect([done.status, poolAnswerSchema.parse(done.body).free]).toEqual([201, 37]);
  const again = await api.post('inventory/adjust', 'a1', versioned);
  expect([again.status, again.isReplay, again.body.free]).toEqual([201, true, 37]);
  const stale = await api.post('inventory/adjust', 'a2', versioned);
  expect(stale).toMatchObject({
    status: 412,
    body: { reason: 'stale-version', current: { free: 37, version: done.body.version } },
  });
  const byHeader = await api.post('inventory/adjust', 'a3', broken, { 'if-match': done.etag ?? '' });
  expect([byHeader.status, byHeader.body.free]).toEqual([201, 34]);
  expect((await api.post('inventory/adjust', 'a4', versioned, { 'if-match': '"999"' })).status).toBe(400);
  expect((await api.post('inventory/adjust', 'a1', broken)).status).toBe(422);
  expect((await api.post('inventory/adjust', '', broken)).status).toBe(400);
});

test('goods travel: requested, sent, received, with what is missing as a conflict', async () => {
  const lines = [{ productSku: 'tea', quantity: 10 }];
  const asked = await api.post('transfers', 't', { fromStoreId: south, toStoreId: north, lines });
  const { transferId } = transferAnswerSchema.parse(asked.body);
  expect([asked.status, asked.body.state]).toEqual([201, 'REQUESTED']);
  expect((await api.post('transfers', 't', { fromStoreId: south, toStoreId: north, lines })).body).toEqual(
    asked.body,
  );
  expect((await api.get(`inventory/${south}/tea`)).body).toMatchObject({ free: 30, held: 10 });
  const move = (name: string, store: string, quantity: number) =>
    api.post(`transfers/${transferId}/${name}`, `${name}-${store}`, {
      ...{ storeId: store, lines: [{ productSku: 'tea', quantity }] },
    });
  expect((await move('dispatch', north, 10)).status).toBe(404);
  expect((await move('dispatch', south, 10)).body).toMatchObject({ state: 'DISPATCHED' });
  expect(
    await api.post(`transfers/${transferId}/cancel`, 'x', { storeId: north, reason: 'too late' }),
  ).toMatchObject({ status: 409, body: { current: { state: 'DISPATCHED' } } });
  expect((await move('receive', north, 8)).body).toMatchObject({
    state: 'RECEIVED',
    lines: [{ sku: 'tea', requested: 10, dispatched: 10, received: 8 }],
  });
  expect((await api.get(`inventory/${north}/tea`)).body.onHand).toBe(10);
  const { conflicts } = (await api.get(`conflicts?state=OPEN&storeId=${north}`)).body;
  expect(conflicts).toMatchObject([{ kind: 'transfer-short', quantity: 2 }]);
  expect((await api.get(`transfers?storeId=${south}&state=RECEIVED`)).body.transfers).toMatchObject([
    { transferId },
  ]);
  expect((await api.get(`transfers/${transferId}`)).status).toBe(200);
});

test('a transfer is refused whole when the sender has too little, and may be given up before it leaves', async () => {
  const ask = (key: string, quantity: number) =>
    api.post('transfers', key, {
      ...{ fromStoreId: south, toStoreId: north, lines: [{ productSku: 'tea', quantity }] },
    });
  expect(await ask('much', 41)).toMatchObject({ status: 409, body: { reason: 'insufficient-free' } });
  const { transferId } = (await ask('some', 4)).body;
  const cancelled = await api.post(`transfers/${transferId}/cancel`, 'c', { storeId: south });
  expect([cancelled.status, cancelled.body.state]).toEqual([200, 'CANCELLED']);
  expect((await api.get(`inventory/${south}/tea`)).body).toMatchObject({ free: 40, held: 0 });
  const self = { fromStoreId: south, toStoreId: south, lines: [{ productSku: 'tea', quantity: 1 }] };
  expect((await api.post('transfers', 'self', self)).status).toBe(400);
});

test('two people take back what a silent till holds, on what they saw', async () => {
  const till = new TestTill('silent', south);
  await inventory.journalDesk.renewTerm(till.identity);
  till.write(sell('tea', 1));
  await push(till);
  const { allotments } = (await api.get(`allotments?storeId=${south}&sku=tea`)).body;
  const [mine] = allotments;
  allotmentAnswerSchema.parse(mine);
  expect(mine).toMatchObject({ tillId: till.identity.tillId, life: 1, state: 'ACTIVE' });
  expect(mine.unspent).toBeGreaterThan(0);
  const force = {
    ...{ storeId: south, productSku: 'tea', tillId: till.identity.tillId, life: 1 },
    ...{ reason: 'the till burnt', approvedBy: 'bruno', expectedPosition: mine.position },
  };
  expect((await api.post('allotments/force', 'f0', { ...force, approvedBy: ' Ana' })).status).toBe(400);
  expect((await api.post('allotments/force', 'f0', { ...force, approvedBy: undefined })).status).toBe(400);
  expect(
    await api.post('allotments/force', 'f1', { ...force, expectedPosition: mine.position - 1 }),
  ).toMatchObject({ status: 412, body: { current: { position: mine.position } } });
  const before = (await api.get(`inventory/${south}/tea`)).body;
  const forced = await api.post('allotments/force', 'f2', force);
  expect(forcedAnswerSchema.parse(forced.body)).toMatchObject({
    exposureUnits: mine.unspent,
    allotment: { state: 'FORCED', unspent: 0 },
  });
  const again = await api.post('allotments/force', 'f2', force);
  expect([again.status, again.isReplay, again.body]).toEqual([200, true, forced.body]);
  expect((await api.get(`inventory/${south}/tea`)).body).toMatchObject({
    ...{ allotted: 0, free: before.free + mine.unspent },
  });
  const over = { ...force, expectedPosition: forced.body.allotment.position };
  expect((await api.post('allotments/force', 'f3', over)).status).toBe(409);
  expect((await api.post('allotments/force', 'f4', { ...force, life: 9 })).status).toBe(404);
  const { rows } = await inventory.pool.query("select event from events where type = 'AllotmentForced'");
  expect(rows).toMatchObject([{ event: { forcedBy: 'ana, approved by bruno', reason: 'the till burnt' } }]);
});

test('a refused promise is explained: belief, knowledge, story, rule, and what may be done', async () => {
  const seen = { logId: (await inventory.authority.head()).logId, position: 0 };
  const other = new TestTill('other', north);
  other.write(sell('tea', 1));
  await push(other);
  const till = new TestTill('believer', north);
  till.write(
    { type: 'reserve', reservationId: derivedUuid('promise'), sku: 'tea', quantity: 2 },
    { seen, recordedAt: '2026-01-01T09:00:00.000Z' },
  );
  await push(till);
  const [conflict] = (await api.get(`conflicts?state=OPEN&storeId=${north}`)).body.conflicts;
  const answer = await api.get(`conflicts/${conflict.conflictId}`);
  const report = conflictReportSchema.parse(answer.body);
  expect(answer.etag).toBe(`"${conflict.position}"`);
  expect(report).toMatchObject({
    believed: { label: 'PROVISIONAL', recordedAt: '2026-01-01T09:00:00.000Z', seenPosition: 0 },
    known: { verdict: 'REJECTED', pool: { free: 1, held: 0, allotted: 0, inDoubt: 0, deficit: 0 } },
    rule: 'rule.insufficient-free',
    isTimelineCut: false,
    closing: null,
  });
  expect(report.timeline.map((entry) => [entry.type, entry.change.free, entry.isDecision])).toEqual([
    ['GoodsReceived', 2, false],
    ['ItemsSold', -1, false],
    ['ConflictOpened', 0, true],
  ]);
  expect(report.timeline[1]).toMatchObject({ tillId: other.identity.tillId, verdict: 'RECORDED' });
  expect(report.suggestions).toEqual([
    { act: 're-source', fromStoreId: south, sku: 'tea', quantity: 2, free: 40, distanceKm: null },
    { act: 'transfer', fromStoreId: south, sku: 'tea', quantity: 2, free: 40, distanceKm: null },
    { act: 'substitute', sku: 'mate', name: 'Mate', free: 7 },
    { act: 'count', sku: 'tea' },
  ]);
  const path = `conflicts/${conflict.conflictId}/close`;
  const closing = { act: 'substitute', closingReason: 'took mate' };
  expect((await api.post(path, 'k0', closing)).status).toBe(428);
  expect((await api.post(path, 'k1', closing, { 'if-match': '"1"' })).status).toBe(412);
  const closed = await api.post(path, 'k2', { ...closing, expectedPosition: conflict.position });
  expect([closed.status, closed.body.state, closed.body.closedBy]).toEqual([200, 'CLOSED', 'ana']);
  const again = await api.post(path, 'k2', { ...closing, expectedPosition: conflict.position });
  expect([again.status, again.isReplay]).toEqual([200, true]);
  expect((await api.get(`conflicts/${conflict.conflictId}`)).body).toMatchObject({
    ...{ suggestions: [], closing: { act: 'substitute', closedBy: 'ana', closingReason: 'took mate' } },
  });
  expect((await api.get(`conflicts/${randomUUID()}`)).status).toBe(404);
});

test('a deficit shows the pool before the sale, not after it', async () => {
  const till = new TestTill('seller', north);
  till.write(sell('tea', 5));
  await push(till);
  const [conflict] = (await api.get('conflicts?state=OPEN')).body.conflicts;
  const report = conflictReportSchema.parse((await api.get(`conflicts/${conflict.conflictId}`)).body);
  expect(report.known.pool).toEqual({ free: 2, held: 0, allotted: 0, inDoubt: 0, deficit: 0 });
  expect(report.rule).toBe('rule.deficit');
  expect(report.suggestions[0]).toEqual({ act: 'count', sku: 'tea' });
});

test('a policy is changed on what was seen, kept in the log, and comes down to the tills', async () => {
  const path = `inventory/${north}/tea/policy`;
  const unset = await api.get(path);
  expect(policyAnswerSchema.parse(unset.body)).toMatchObject({ provisionalMaxUnits: null, version: 0 });
  const strict = await api.put(path, 'p1', { provisionalMaxUnits: 0, expectedVersion: 0 });
  expect([strict.status, strict.etag]).toEqual([200, '"1"']);
  const again = await api.put(path, 'p1', { provisionalMaxUnits: 0, expectedVersion: 0 });
  expect([again.status, again.isReplay, again.body]).toEqual([200, true, strict.body]);
  expect((await api.put(path, 'p1', { provisionalMaxUnits: 4, expectedVersion: 0 })).status).toBe(422);
  expect(await api.put(path, 'p2', { provisionalMaxUnits: 4, expectedVersion: 0 })).toMatchObject({
    ...{ status: 412, body: { current: { provisionalMaxUnits: 0, version: 1 } } },
  });
  const both = await Promise.all([
    api.put(path, 'p3', { provisionalMaxUnits: 4, expectedVersion: 1 }),
    api.put(path, 'p4', { provisionalMaxUnits: 9, expectedVersion: 1 }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const scope = { storeId: north, tillId: derivedUuid('till'), life: 1 };
  const { policies } = await inventory.feed.pull(scope, null, 100);
  expect(policies).toMatchObject([{ sku: 'tea', version: 2 }]);
  expect((await inventory.feed.pull({ ...scope, storeId: south }, null, 100)).policies).toEqual([]);
  expect(await inventory.audit()).toMatchObject({ gaps: 0, eventMismatches: 0, ledgerMismatches: 0 });
});
