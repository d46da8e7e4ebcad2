import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import { inventoryPageSchema } from '@gondola/sync/protocol/pull.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { batchSettings } from '../testing/batch-settings.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { sell, TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { audit } from './postgres-audit.ts';
import { PostgresChangeFeed } from './postgres-change-feed.ts';
import { closeConflict } from './postgres-conflicts.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { findPool, listConflicts } from './postgres-reads.ts';

/** Goal: pulling pages of any size while others write delivers every row, and the recount finds what is wrong. */

let databases: TestDatabases;
let pool: Pool;
let owner: Pool;
const storeId = derivedUuid('store');
const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  pool = createPool(databases.urls.inventory.runtimeUrl, { max: 6, applicationName: 'gondola test' });
  owner = createPool(databases.urls.inventory.ownerUrl, { max: 1, applicationName: 'gondola test owner' });
});
afterEach(async () => {
  await Promise.all([pool.end(), owner.end()]);
  await databases.drop();
});

const open = () =>
  new Authority(new PostgresLedger(pool), batchSettings({ reservationTimeoutMs: 60_000 }), quiet, {
    monotonicMs: () => 0,
  });

it('delivers every change over pages of every size, two authorities writing at once', async () => {
  const nodes = [open(), open()];
  const tills = [new TestTill('one', storeId), new TestTill('two', storeId)];
  const feed = new PostgresChangeFeed(pool);
  const seen = { pools: new Map<string, number>(), verdicts: new Set<number>() };
  let checkpoint: Checkpoint | null = null;
  const pull = async (rowsMax: number) => {
    const scope = { storeId, tillId: tills[0]?.identity.tillId ?? '', life: 1 };
    const { allotments: _, ...pulled } = await feed.pull(scope, checkpoint, rowsMax);
    const page = inventoryPageSchema.parse({ ...pulled, grants: null });
    expect(page.checkpoint.position).toBeGreaterThanOrEqual(checkpoint?.position ?? 0);
    checkpoint = page.checkpoint;
    for (const row of page.pools) seen.pools.set(row.sku, row.position);
    for (const row of page.verdicts) seen.verdicts.add(row.sequence ?? 0);
    return page.hasMore;
  };
  const writing = tills.map(async (till, index) => {
    for (let round = 0; round < 25; round += 1) {
      till.write(sell(`sku-${round % 7}`, 1));
      till.write({ type: 'receive', lines: [{ sku: `sku-${(round * 3) % 11}`, quantity: 2 }] });
      await nodes[index]?.submit({
        kind: 'journal',
        identity: till.identity,
        firstSequence: round * 2 + 1,
        records: till.records.slice(-2),
      });
    }
  });
  for (let round = 0; round < 60; round += 1) await pull(1 + (round % 4));
  await Promise.all(writing);
  while (await pull(3));
  const { rows } = await pool.query<{ sku: string; position: number }>(
    'select sku, position from pools where store_id = $1',
    [storeId],
  );
  expect(Object.fromEntries(seen.pools)).toEqual(
    Object.fromEntries(rows.map((row) => [row.sku, row.position])),
  );
  expect([...seen.verdicts].sort((left, right) => left - right)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  const report = await audit(pool);
  expect(report).toMatchObject({
    ledgerMismatches: 0,
    eventMismatches: 0,
    versionMismatches: 0,
    gaps: 0,
    verdictMismatches: 0,
  });
  for (const node of nodes) await node.stop();
});

it('starts over for a checkpoint of another log, or one ahead of this log', async () => {
  const till = new TestTill('one', storeId);
  till.write(sell('tea', 1));
  const authority = open();
  await authority.submit({
    kind: 'journal',
    identity: till.identity,
    firstSequence: 1,
    records: till.records,
  });
  const feed = new PostgresChangeFeed(pool);
  const scope = { storeId, tillId: till.identity.tillId, life: 1 };
  const { logId, position } = await authority.head();
  for (const foreign of [
    { logId: derivedUuid('old'), position: 1 },
    { logId, position: position + 1 },
  ]) {
    expect(await feed.pull(scope, foreign, 100)).toMatchObject({
      reset: true,
      pools: [{ sku: 'tea' }],
      hasMore: false,
    });
  }
  expect(await feed.pull(scope, { logId, position }, 100)).toMatchObject({
    reset: false,
    pools: [],
    hasMore: false,
  });
  expect(await feed.pull({ ...scope, storeId: derivedUuid('other store') }, null, 100)).toMatchObject({
    pools: [],
    conflicts: [],
  });
});

it('closes a conflict once, by an event, and refuses a stale look', async () => {
  const till = new TestTill('one', storeId);
  till.write(sell('tea', 1));
  await open().submit({ kind: 'journal', identity: till.identity, firstSequence: 1, records: till.records });
  const [conflict] = await listConflicts(pool, { storeId, state: 'OPEN', limit: 10 });
  if (conflict === undefined) throw new Error('a sale without stock opens a conflict');
  const close = (expectedPosition: number, idempotencyKey: string) =>
    closeConflict(pool, {
      conflictId: conflict.conflictId,
      closedBy: 'ana',
      closingReason: 'counted',
      act: 'count',
      transferId: null,
      ...{ caller: 'test', idempotencyKey, raw: `${expectedPosition}` },
      expectedPosition,
    });
  expect(await close(conflict.position + 1, 'a')).toMatchObject({ ok: false, error: { kind: 'stale' } });
  const closed = { state: 'CLOSED', closedBy: 'ana' };
  expect(await close(conflict.position, 'b')).toMatchObject({
    value: { kind: 'answered', answer: closed, repeated: false },
  });
  expect(await close(conflict.position, 'b')).toMatchObject({ value: { answer: closed, repeated: true } });
  expect(await close(conflict.position + 9, 'b')).toMatchObject({ value: { kind: 'reused-key' } });
  expect(await close(conflict.position, 'c')).toMatchObject({ ok: false, error: { kind: 'stale' } });
  const { rows } = await pool.query("select count(*)::int as n from events where type = 'ConflictClosed'");
  expect(rows[0]?.n).toBe(1);
});

it('shows units of a lapsed hold as free at read', async () => {
  const authority = new Authority(
    new PostgresLedger(pool),
    batchSettings({ reservationTimeoutMs: 1 }),
    quiet,
    {
      monotonicMs: () => 0,
    },
  );
  const till = new TestTill('one', storeId);
  till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 3 }] });
  till.write({ type: 'reserve', reservationId: derivedUuid('r'), sku: 'tea', quantity: 2 });
  await authority.submit({
    kind: 'journal',
    identity: till.identity,
    firstSequence: 1,
    records: till.records,
  });
  await pool.query('select pg_sleep(0.005)');
  expect(await findPool(pool, storeId, 'tea')).toMatchObject({ free: 3, held: 0 });
  expect(await authority.findReservation(derivedUuid('r'))).toMatchObject({ state: 'EXPIRED' });
});

it('the recount finds each kind of damage', async () => {
  const till = new TestTill('one', storeId);
  till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 3 }] });
  await open().submit({ kind: 'journal', identity: till.identity, firstSequence: 1, records: till.records });
  const damage: readonly [string, string, string][] = [
    ['update pools set free = free + 1', 'ledgerMismatches', 'update pools set free = free - 1'],
    ["update log_runs set quantities = '{4}'", 'ledgerMismatches', "update log_runs set quantities = '{3}'"],
    [
      `update log_runs set events = replace(events, '"quantity":3', '"quantity":9')`,
      'eventMismatches',
      `update log_runs set events = replace(events, '"quantity":9', '"quantity":3')`,
    ],
    ['update pools set version = 7', 'versionMismatches', 'update pools set version = 1'],
    ['update log set position = position + 1', 'gaps', 'update log set position = position - 1'],
    [
      "update log_runs set verdicts = '{REJECTED}'",
      'verdictMismatches',
      "update log_runs set verdicts = '{RECORDED}'",
    ],
    [
      "update log_runs set operations = replace(operations, 'tea', 'pea')",
      'verdictMismatches',
      "update log_runs set operations = replace(operations, 'pea', 'tea')",
    ],
  ];
  for (const [harm, figure, cure] of damage) {
    await owner.query(harm);
    expect([harm, await audit(pool)]).toMatchObject([harm, { [figure]: 1 }]);
    await owner.query(cure);
  }
  expect(await audit(pool)).toMatchObject({ ledgerMismatches: 0, eventMismatches: 0, gaps: 0 });
});
