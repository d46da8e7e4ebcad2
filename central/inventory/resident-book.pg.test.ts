/** Goal: what is remembered of a pool is one state of it, never half of one and half of another. */
import { randomUUID } from 'node:crypto';
import { EXCLUSIVE_BATCHES_AFTER_STALE } from '@gondola/shared/lib/limits.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { batchSettings } from '../testing/batch-settings.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { HOLD_MS, sell, TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { audit } from './postgres-audit.ts';
import { PostgresLedger } from './postgres-ledger.ts';

const RULES = { termMs: 60_000, renewAfterMs: 1_000 };
const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };
const settings = batchSettings({
  reservationTimeoutMs: HOLD_MS,
  grants: { mode: 'everything', halfLifeMs: 86_400_000, webLines: 1 },
});

let databases: TestDatabases;
let pool: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  pool = createPool(databases.urls.inventory.runtimeUrl, { max: 4, applicationName: 'gondola test' });
});

afterEach(async () => {
  await pool.end();
  await databases.drop();
});

it('forgets a pool whose holds ran out, instead of giving its old allotments the new version', async () => {
  const open = () => new Authority(new PostgresLedger(pool), settings, quiet, { monotonicMs: () => 0 });
  const [here, there] = [open(), open()];
  const storeId = randomUUID();
  const till = new TestTill('till', storeId);
  const tea = { storeId, sku: 'tea' };
  const write = async (node: Authority, body: Parameters<TestTill['write']>[0], label?: 'GUARANTEED') => {
    till.write(body, label === undefined ? {} : { label });
    const firstSequence = till.records.length;
    const records = till.records.slice(-1);
    const pushed = await node.submit({ kind: 'journal', identity: till.identity, firstSequence, records });
    expect(pushed).toMatchObject({ ok: true, value: { refusal: null } });
  };
  const sellInside = (node: Authority, quantity: number) => {
    const sale = sell('tea', quantity) as unknown as { type: 'sell'; lines: object[] };
    return write(
      node,
      { ...sale, lines: sale.lines.map((line) => ({ ...line, allottedQuantity: quantity })) },
      'GUARANTEED',
    );
  };
  await here.renewTerm(till.identity, RULES);
  await write(here, { type: 'receive', lines: [{ sku: 'tea', quantity: 20 }] });
  await here.submit({ kind: 'deal', pools: [tea] });
  await sellInside(here, 1);
  // Elsewhere: two units leave the allotment, and a hold of the web runs out.
  await sellInside(there, 2);
  await write(there, { type: 'receive', lines: [{ sku: 'tea', quantity: 1 }] });
  await there.submit({ kind: 'deal', pools: [tea] });
  await pool.query(
    `insert into reservations (store_id, reservation_id, sku, quantity, state, held_at, expires_at, position)
     values ($1, gen_random_uuid(), 'tea', 1, 'HELD', now(), now() - interval '1 second', 1)`,
    [storeId],
  );
  await pool.query("update pools set held = held + 1 where sku = 'tea'");
  // Until this node has seen the till's journal anew and decides over its memory again.
  for (let batch = 0; batch <= EXCLUSIVE_BATCHES_AFTER_STALE; batch += 1)
    await write(here, { type: 'receive', lines: [{ sku: 'coffee', quantity: 1 }] });
  await here.submit({ kind: 'expire', pools: [tea] });
  await sellInside(here, 1);
  const { rows } = await pool.query<{ consumed: number }>(
    "select consumed from allotments where sku = 'tea'",
  );
  expect(rows).toEqual([{ consumed: 4 }]);
  expect(await audit(pool)).toMatchObject({ allotmentMismatches: 0 });
});
