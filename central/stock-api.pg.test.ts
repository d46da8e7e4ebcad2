/**
 * Goal: what people and programs do about stock by the public API is done once, and on what they have seen.
 *
 * Method: the gateway's own routes over real HTTP and real Postgres, tills that push by the authority's public face; every
 * answer is read by the schema that describes it.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { poolAnswerSchema } from './gateway/api-schemas.ts';
import {
  allotmentAnswerSchema,
  closedAllotmentsSchema,
  forcedAnswerSchema,
  transferAnswerSchema,
} from './gateway/stock-schemas.ts';
import { sell, TestTill } from './inventory/authority.contract.ts';
import { type ChainUnderTest, north, openChain, south } from './testing/chain-under-test.ts';
import type { ApiUnderTest } from './testing/http-api-client.ts';

let chain: ChainUnderTest;
let api: ApiUnderTest;

beforeEach(async () => {
  chain = await openChain();
  api = chain.api;
});
afterEach(() => chain.close());

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
  await chain.inventory.journalDesk.renewTerm(till.identity);
  till.write(sell('tea', 1));
  await chain.push(till);
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
  // Under another key it is the same act: what came of it is found in the log.
  expect((await api.post('allotments/force', 'f2b', force)).body).toEqual(forced.body);
  expect((await api.post('allotments/force', 'f2c', { ...force, reason: 'stolen' })).status).toBe(412);
  const over = { ...force, expectedPosition: forced.body.allotment.position };
  expect((await api.post('allotments/force', 'f3', over)).status).toBe(409);
  expect((await api.post('allotments/force', 'f4', { ...force, life: 9 })).status).toBe(404);
  const named = { ...force, forcedBy: 'Bruno ' };
  expect((await api.post('allotments/force', 'f5', named)).status).toBe(400);
  const { rows } = await chain.inventory.pool.query(
    "select event from events where type = 'AllotmentForced'",
  );
  expect(rows).toMatchObject([{ event: { forcedBy: 'ana, approved by bruno', reason: 'the till burnt' } }]);
});

test('tills are asked to settle what they hold, once, and what they settle is free', async () => {
  const till = new TestTill('leaving', south);
  await chain.inventory.journalDesk.renewTerm(till.identity);
  till.write(sell('tea', 1));
  await chain.push(till);
  const { tillId } = till.identity;
  const close = { storeId: south, tillId, reason: 'out of service' };
  expect((await api.post('allotments/close', 'c0', { storeId: south, reason: 'all' })).status).toBe(400);
  const closed = await api.post('allotments/close', 'c1', close);
  expect(closedAllotmentsSchema.parse(closed.body)).toEqual({ closing: 1, remaining: 0 });
  const again = await api.post('allotments/close', 'c1', close);
  expect([again.isReplay, again.body]).toEqual([true, closed.body]);
  expect((await api.post('allotments/close', 'c2', close)).body).toEqual({ closing: 0, remaining: 0 });
  const [asked] = (await api.get(`allotments?storeId=${south}`)).body.allotments;
  expect(asked).toMatchObject({ state: 'CLOSING', tillId });
  const { consumed, surrendered } = asked;
  till.write({ type: 'settle', lines: [{ sku: 'tea', consumed, surrendered }] });
  await chain.push(till, 2);
  // In the batch that settles nothing is leased again, although the till is there and the pool is full.
  expect((await api.get(`inventory/${south}/tea`)).body).toMatchObject({ free: 39, allotted: 0 });
  const [settled] = (await api.get(`allotments?storeId=${south}`)).body.allotments;
  expect(settled).toMatchObject({ state: 'SETTLED', unspent: 0 });
  expect((await api.get('conflicts')).body.conflicts).toEqual([]);
});
