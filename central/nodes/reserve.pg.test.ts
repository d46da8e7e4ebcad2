/**
 * Goal: 200 reserves at once of the last 100 units accept exactly 100, however many nodes decide.
 *
 * Method: one authority alone; two central processes over one database, asked over HTTP; and one batch, as a
 * push of one till and as one sale with many lines of the article.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { PUSH_RECORDS_MAX } from '@gondola/shared/lib/limits.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { afterEach, expect, test } from 'vitest';
import { TestTill } from '../inventory/authority.contract.ts';
import type { Authority } from '../inventory/authority.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases } from '../testing/test-database.ts';
import { startChain } from './testing/centrals.ts';
import { openAuthority } from './testing/open-authority.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, quantileMs, seeded, sized, soaking, timeoutMs } from './testing/seeded.ts';
import { askApi, askAudit, storeId } from './testing/web.ts';

const ASKED = 200;
const STOCK_UNITS = 100;
/** Each on an article of its own; the figures of time come from all of them. */
const rounds = sized(2, 20);
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openAlone(): Promise<{ pool: Pool; authority: Authority }> {
  const databases = await createTestDatabases({ services: ['inventory'] });
  closers.push(databases.drop);
  const pool = createPool(databases.urls.inventory.runtimeUrl, { max: 2, applicationName: 'gondola alone' });
  closers.push(() => pool.end());
  return { pool, authority: openAuthority(pool) };
}

async function decideSingle(authority: Authority, name: string, body: object): Promise<string> {
  const answer = await authority.submit({
    kind: 'single',
    operation: {
      operationId: `api:key:${name}`,
      contentHash: 'a'.repeat(64),
      storeId,
      origin: { kind: 'api', apiKeyId: 'key' },
      raw: '{}',
      readable: true,
      label: null,
      recordedAt: null,
      seen: null,
      body: body as OperationBody,
    },
  });
  return answer.ok && answer.value.kind === 'decided' ? answer.value.verdict.verdict : JSON.stringify(answer);
}

const reserveOf = (name: string, sku: string) => ({
  type: 'reserve',
  reservationId: derivedUuid(name),
  sku,
  quantity: 1,
});
const stockOf = (sku: string) => ({ type: 'receive', lines: [{ sku, quantity: STOCK_UNITS }] });

async function poolOf(pool: Pool, sku: string): Promise<unknown> {
  const { rows } = await pool.query('select free, held, deficit from pools where sku = $1', [sku]);
  return rows[0];
}

test('alone: one authority accepts exactly 100', async () => {
  const { pool, authority } = await openAlone();
  const measuredMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sku = `tea-${round}`;
    await decideSingle(authority, `stock-${round}`, stockOf(sku));
    const verdicts = await Promise.all(
      Array.from({ length: ASKED }, async (_, index) => {
        const started = performance.now();
        const verdict = await decideSingle(
          authority,
          `${round}-${index}`,
          reserveOf(`${round}-${index}`, sku),
        );
        measuredMs.push(performance.now() - started);
        return verdict;
      }),
    );
    expect(verdicts.filter((verdict) => verdict === 'ACCEPTED')).toHaveLength(STOCK_UNITS);
    expect(verdicts.filter((verdict) => verdict === 'REJECTED')).toHaveLength(ASKED - STOCK_UNITS);
    expect(await poolOf(pool, sku)).toEqual({ free: 0, held: STOCK_UNITS, deficit: 0 });
  }
  await expectCleanRecount(pool);
  figure('200 reserves alone', {
    rounds,
    p50Ms: quantileMs(measuredMs, 0.5),
    p99Ms: quantileMs(measuredMs, 0.99),
  });
});

test.each([{ ownFolders: false }, { ownFolders: true }])(
  'two central processes over one database accept exactly 100 ($ownFolders)',
  ({ ownFolders }) =>
    seeded(async (random) => {
      const skus = Array.from({ length: rounds }, (_, round) => `tea-${round}`);
      const chain = await startChain({
        nodes: 2,
        stock: new Map(skus.map((sku) => [sku, STOCK_UNITS])),
        ownFolders,
        durability: soaking ? 'full' : 'relaxed',
      });
      closers.push(chain.stop);
      const measuredMs: number[] = [];
      for (const sku of skus) {
        const answers = await Promise.all(
          Array.from({ length: ASKED }, (_, index) =>
            askApi(random.pick(chain.nodes), 'inventory/reserve', `${sku}-${index}`, {
              storeId,
              productSku: sku,
              quantity: 1,
              reason: 'the last hundred',
            }),
          ),
        );
        measuredMs.push(...answers.map(({ ms }) => ms));
        expect(answers.filter(({ status }) => status === 201)).toHaveLength(STOCK_UNITS);
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(ASKED - STOCK_UNITS);
      }
      for (const node of chain.nodes) {
        const { pools, events, ...zeros } = await askAudit(node);
        expect([pools, events]).toEqual([rounds, expect.any(Number)]);
        expect(Object.values(zeros).every((value) => value === 0)).toBe(true);
        expect(node.program.errors()).toBe('');
      }
      expect(await chain.deadlocks()).toBe(0);
      const pool = createPool(chain.urls.inventory.runtimeUrl, { max: 1, applicationName: 'gondola test' });
      closers.push(() => pool.end());
      for (const sku of skus)
        expect(await poolOf(pool, sku)).toEqual({ free: 0, held: STOCK_UNITS, deficit: 0 });
      await expectCleanRecount(pool);
      figure('200 reserves at two nodes over HTTP', {
        rounds,
        ownFolders,
        p50Ms: quantileMs(measuredMs, 0.5),
        p99Ms: quantileMs(measuredMs, 0.99),
      });
    }),
  timeoutMs(300_000),
);

test('one batch: a push of 200 reserves accepts exactly 100, and a sale of 200 lines records the exact excess', async () => {
  const { pool, authority } = await openAlone();
  await decideSingle(authority, 'stock-tea', stockOf('tea'));
  await decideSingle(authority, 'stock-jam', stockOf('jam'));
  const till = new TestTill('one', storeId);
  for (let index = 0; index < PUSH_RECORDS_MAX; index += 1) till.write(reserveOf(`r${index}`, 'tea'));
  const push = (firstSequence: number) =>
    authority.submit({
      kind: 'journal',
      identity: till.identity,
      firstSequence,
      records: till.records.slice(firstSequence - 1),
    });
  expect(await push(1)).toMatchObject({ ok: true, value: { acknowledged: till.head, refusal: null } });
  const { rows } = await pool.query(
    'select verdict, count(*)::int as n, max(sequence) as last from verdicts where till_id = $1 group by verdict order by 1',
    [till.identity.tillId],
  );
  expect(rows).toEqual([
    { verdict: 'ACCEPTED', n: STOCK_UNITS, last: STOCK_UNITS },
    { verdict: 'REJECTED', n: ASKED - STOCK_UNITS, last: ASKED },
  ]);
  till.write({
    type: 'sell',
    basketId: derivedUuid('basket'),
    lines: Array.from({ length: ASKED }, () => ({ sku: 'jam', quantity: 1, unitPriceMinor: 100 })),
    totalMinor: ASKED * 100,
  });
  expect(await push(ASKED + 1)).toMatchObject({ ok: true, value: { acknowledged: till.head } });
  expect(await poolOf(pool, 'jam')).toEqual({ free: 0, held: 0, deficit: ASKED - STOCK_UNITS });
  const { rows: sold } = await pool.query('select verdict, excess from verdicts where sequence = $1', [
    ASKED + 1,
  ]);
  expect(sold).toHaveLength(1);
  expect(sold[0].verdict).toBe('RECORDED');
  const excess = sold[0].excess as readonly { sku: string; quantity: number }[];
  expect(excess.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(ASKED - STOCK_UNITS);
  await expectCleanRecount(pool);
});
