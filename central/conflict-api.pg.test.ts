/** Goal: a conflict is explained by what was really known, closed once, and prevented by policies that tills hear of. */
import { randomUUID } from 'node:crypto';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conflictReportSchema } from './gateway/conflict-schemas.ts';
import { policyAnswerSchema } from './gateway/stock-schemas.ts';
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

test('a refused promise is explained: belief, knowledge, story, rule, and what may be done', async () => {
  const seen = { logId: (await chain.inventory.authority.head()).logId, position: 0 };
  const other = new TestTill('other', north);
  other.write(sell('tea', 1));
  await chain.push(other);
  const till = new TestTill('believer', north);
  till.write(
    { type: 'reserve', reservationId: derivedUuid('promise'), sku: 'tea', quantity: 2 },
    { seen, recordedAt: '2026-01-01T09:00:00.000Z' },
  );
  await chain.push(till);
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
  await chain.push(till);
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
  expect((await api.put(path, 'p5', { provisionalMaxUnits: 4 })).status).toBe(428);
  const both = await Promise.all([
    api.put(path, 'p3', { provisionalMaxUnits: 4, expectedVersion: 1 }),
    api.put(path, 'p4', { provisionalMaxUnits: 9, expectedVersion: 1 }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const scope = { storeId: north, tillId: derivedUuid('till'), life: 1 };
  const { policies } = await chain.inventory.feed.pull(scope, null, 100);
  expect(policies).toMatchObject([{ sku: 'tea', version: 2 }]);
  expect((await chain.inventory.feed.pull({ ...scope, storeId: south }, null, 100)).policies).toEqual([]);
  expect(await chain.inventory.audit()).toMatchObject({ gaps: 0, eventMismatches: 0, ledgerMismatches: 0 });
});
