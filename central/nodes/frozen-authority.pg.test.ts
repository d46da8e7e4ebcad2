/**
 * Goal: a node that is frozen anywhere in a batch keeps the others waiting no longer than the bound, and when it wakes it
 * does nothing twice and nothing from a stale view.
 *
 * Method: a first run tells the statements of a batch that uses all of them; then a process is stopped by SIGSTOP before
 * and after each one, each time over a fresh database. Another node asks for the same units meanwhile; the server ends
 * the frozen transaction; SIGCONT; the frozen node's till sends again, there or at both nodes, until it is acknowledged.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { IDLE_IN_TRANSACTION_TIMEOUT_MS } from '@gondola/shared/lib/limits.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { afterEach, expect, test } from 'vitest';
import { sell, TestTill } from '../inventory/authority.contract.ts';
import type { Authority } from '../inventory/authority.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases } from '../testing/test-database.ts';
import {
  type FreezePoint,
  freezeAtGate,
  type GatedNode,
  inParallel,
  pointsOf,
  startGatedNode,
  thaw,
} from './testing/frozen.ts';
import { openAuthority } from './testing/open-authority.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, timeoutMs } from './testing/seeded.ts';

const STOCK_UNITS = 10;
/** More than half: only one of two may have them. */
const WANTED_UNITS = 6;
/** The server ends an idle transaction by the bound; two busy cores may take this much longer to notice and to decide. */
const SLACK_MS = 2_000;
const FROZEN_AT_ONCE = 6;
const SENDS_MAX = 4;
const FROZEN_NODE = 'gondola frozen';

const storeId = derivedUuid('store');
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Shop {
  readonly url: string;
  readonly pool: Pool;
  readonly authority: Authority;
  /** The till of the node that will be frozen: one record decided, five to come. */
  readonly frozenTill: TestTill;
}

const reserveOf = (reservationId: string, sku: string, quantity: number) => ({
  type: 'reserve',
  reservationId: derivedUuid(reservationId),
  sku,
  quantity,
});

async function openShop(name: string): Promise<Shop> {
  const databases = await createTestDatabases({ services: ['inventory'] });
  closers.push(databases.drop);
  const url = databases.urls.inventory.runtimeUrl;
  const pool = createPool(url, { max: 2, applicationName: 'gondola other' });
  closers.push(() => pool.end());
  const authority = openAuthority(pool);
  const stock = ['tea', 'jam', 'rice'].map((sku) => ({ sku, quantity: STOCK_UNITS }));
  await decide(authority, 'stock', { type: 'receive', lines: stock });
  await decide(authority, 'hold', reserveOf('held', 'tea', 2));
  const frozenTill = new TestTill(name, storeId);
  frozenTill.write(sell('jam', 1));
  expect(await push(authority, frozenTill)).toBe(1);
  const { logId, position } = await authority.head();
  frozenTill.write(reserveOf('frozen', 'tea', WANTED_UNITS));
  frozenTill.write({ type: 'commit', reservationId: derivedUuid('held') });
  frozenTill.write(sell('jam', 1));
  frozenTill.write({ type: 'count', sku: 'rice', quantity: 9, checkpoint: { logId, position } });
  return { url, pool, authority, frozenTill };
}

async function decide(authority: Authority, name: string, body: object): Promise<string> {
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

const journalOf = ({ identity, records }: TestTill) =>
  ({ kind: 'journal', identity, firstSequence: 1, records }) as const;

async function push(authority: Authority, till: TestTill): Promise<unknown> {
  const answer = await authority.submit(journalOf(till));
  return answer.ok && answer.value.kind === 'journal' ? answer.value.acknowledged.sequence : answer;
}

/** Sends as a till does: the same records, until they are acknowledged. Answers how often it had to. */
async function sendUntilAcknowledged(node: GatedNode, till: TestTill): Promise<number> {
  for (let sent = 1; ; sent += 1) {
    const { result } = await node.program.hear(({ said }) => said === 'outcome');
    const { ok, value } = result as { ok: boolean; value?: { acknowledged: unknown; refusal: unknown } };
    if (ok) {
      expect(value).toMatchObject({ acknowledged: till.head, refusal: null });
      return sent;
    }
    expect(sent).toBeLessThan(SENDS_MAX);
    node.tell({ do: 'submit', submission: journalOf(till) });
  }
}

/** The other node's decisions over the pools that the frozen one may have locked. Answers how long they took. */
async function decideMeanwhile({ authority }: Shop): Promise<number> {
  const other = new TestTill('other', storeId);
  other.write(reserveOf('other', 'tea', WANTED_UNITS));
  other.write({ type: 'commit', reservationId: derivedUuid('held') });
  other.write(sell('jam', 1));
  other.write(sell('rice', 1));
  const started = performance.now();
  expect(await push(authority, other)).toBe(4);
  return performance.now() - started;
}

async function sessionIsOver({ pool }: Shop): Promise<boolean> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name = $1 and state like 'idle in transaction%'`,
    [FROZEN_NODE],
  );
  return rows[0]?.n === 0;
}

async function expectNothingTwice({ pool, frozenTill }: Shop): Promise<void> {
  const { rows } = await pool.query<{ operation_type: string; verdict: string; n: number }>(
    `select operation_type, verdict, count(*)::int as n from verdicts
     where till_id is not null and operation_type in ('reserve', 'commit') group by 1, 2 order by 1, 2`,
  );
  // Both asked for more than half of the same units, and both to commit the same hold.
  expect(rows).toEqual([
    { operation_type: 'commit', verdict: 'ACCEPTED', n: 1 },
    { operation_type: 'commit', verdict: 'REJECTED', n: 1 },
    { operation_type: 'reserve', verdict: 'ACCEPTED', n: 1 },
    { operation_type: 'reserve', verdict: 'REJECTED', n: 1 },
  ]);
  const { rows: pools } = await pool.query(
    "select sku, free, held, deficit from pools where sku in ('tea', 'jam') order by sku",
  );
  expect(pools).toEqual([
    { sku: 'jam', free: STOCK_UNITS - 3, held: 0, deficit: 0 },
    { sku: 'tea', free: STOCK_UNITS - 2 - WANTED_UNITS, held: WANTED_UNITS, deficit: 0 },
  ]);
  const { rows: heads } = await pool.query('select sequence from journal_heads where till_id = $1', [
    frozenTill.identity.tillId,
  ]);
  expect(heads).toEqual([{ sequence: frozenTill.head.sequence }]);
  await expectCleanRecount(pool);
}

test(
  'stopped before and after every statement of a batch, a node neither blocks the others nor acts from a stale view',
  async () => {
    const rehearsal = await openShop('rehearsal');
    const rehearsing = await startGatedNode({ url: rehearsal.url, name: FROZEN_NODE });
    rehearsing.tell({ do: 'submit', submission: journalOf(rehearsal.frozenTill) });
    const points = await pointsOf(rehearsing, (text) => text === 'commit');
    await rehearsing.program.end('SIGTERM');
    const measured: { readonly where: string; readonly waitedMs: number; readonly sends: number }[] = [];
    await inParallel(points, FROZEN_AT_ONCE, async ({ point, statement, text }: FreezePoint) => {
      const where = `${point} ${statement}: ${text}`;
      const shop = await openShop('frozen');
      const node = await startGatedNode({ url: shop.url, name: FROZEN_NODE }, { point, statement });
      closers.push(() => node.program.end('SIGKILL'));
      node.tell({ do: 'submit', submission: journalOf(shop.frozenTill) });
      await freezeAtGate(node);
      const waitedMs = await decideMeanwhile(shop);
      expect([where, waitedMs < IDLE_IN_TRANSACTION_TIMEOUT_MS + SLACK_MS]).toEqual([where, true]);
      // Every other time the till has no patience and sends the same records by the other node.
      if (point === 'after')
        expect(await push(shop.authority, shop.frozenTill)).toBe(shop.frozenTill.head.sequence);
      await expect
        .poll(() => sessionIsOver(shop), { timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS * 3 })
        .toBe(true);
      thaw(node);
      const sends = await sendUntilAcknowledged(node, shop.frozenTill);
      measured.push({ where, waitedMs: Math.round(waitedMs), sends });
      await node.program.end('SIGTERM');
      await expectNothingTwice(shop);
    });
    for (const one of measured.sort((left, right) => left.waitedMs - right.waitedMs)) figure('frozen', one);
    figure('frozen authority', { points: points.length, worstMs: measured.at(-1)?.waitedMs });
    // Else a later change of the batch has taken the teeth out of this test.
    expect(points.map(({ text }) => text)).toContain('commit');
    expect(measured.filter(({ sends }) => sends > 1).length).toBeGreaterThan(points.length / 2);
  },
  timeoutMs(120_000),
);
