/**
 * Goal: holds end by themselves, never early and soon, whatever happens to the nodes that end them.
 *
 * Method: holds that run out in stages, several of each article and of every stage; two nodes sweep, one with a clock ten
 * minutes fast and one ten minutes slow; in the middle the one that sweeps is killed. A trigger of the test compares the
 * server's own clock with each hold's end when it is ended.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { PUSH_RECORDS_MAX } from '@gondola/shared/lib/limits.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestTill } from '../inventory/authority.contract.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { openAuthority } from './testing/open-authority.ts';
import { type Program, startProgram } from './testing/programs.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, sized, timeoutMs } from './testing/seeded.ts';

const HOLDS = sized(4_000, 100_000);
const STAGES = sized(5, 20);
const STAGE_EVERY_MS = sized(1_000, 3_000);
const HOLDS_PER_ARTICLE = 20;
const CLOCK_ERROR_MS = 600_000;
/** The sweep's interval, a lease to wait for when a node dies, and a backlog. */
const LATE_P99_MS_MAX = 10_000;
const storeId = derivedUuid('store');
const closers: (() => Promise<void>)[] = [];

let databases: TestDatabases;
let pool: Pool;
let owner: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  const { runtimeUrl, ownerUrl } = databases.urls.inventory;
  pool = createPool(runtimeUrl, { max: 2, applicationName: 'gondola test' });
  owner = createPool(ownerUrl, { max: 1, applicationName: 'gondola test owner', statementTimeoutMs: 0 });
  await owner.query(`
    create table ended_holds (late_ms double precision);
    create function note_ends() returns trigger language plpgsql security definer as $$
    begin
      insert into ended_holds
      select extract(epoch from clock_timestamp() - r.expires_at) * 1000
      from fresh cross join jsonb_array_elements(fresh.events::jsonb) as event
        join reservations r on r.reservation_id = (event ->> 'reservationId')::uuid
      where event ->> 'type' = 'ReservationExpired';
      return null;
    end $$;
    create trigger note_ends after insert on log_runs referencing new table as fresh
      for each statement execute function note_ends()`);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await Promise.all([pool.end(), owner.end()]);
  await databases.drop();
});

/** `holds` of one unit, `perArticle` of each article, none of them over yet. */
async function makeHolds(holds: number, perArticle: number): Promise<void> {
  const authority = openAuthority(pool, { reservationTimeoutMs: 86_400_000 });
  const till = new TestTill('one', storeId);
  for (let made = 0; made < holds; ) {
    const first = till.head.sequence + 1;
    while (made < holds && till.head.sequence - first < PUSH_RECORDS_MAX - 2) {
      const sku = `sku-${Math.floor(made / perArticle)}`;
      if (made % perArticle === 0) till.write({ type: 'receive', lines: [{ sku, quantity: perArticle }] });
      till.write({ type: 'reserve', reservationId: derivedUuid(`hold-${made}`), sku, quantity: 1 });
      made += 1;
    }
    const records = till.records.slice(first - 1);
    const pushed = await authority.submit({
      kind: 'journal',
      identity: till.identity,
      firstSequence: first,
      records,
    });
    expect(pushed).toMatchObject({ ok: true, value: { acknowledged: till.head } });
  }
  expect(await countHolds('HELD')).toBe(holds);
}

/** Each hold runs out in a stage that follows from its id. */
async function setStages(stages: number, everyMs: number): Promise<void> {
  await owner.query(
    `update reservations set expires_at = clock_timestamp()
       + make_interval(secs => (1 + (hashtext(reservation_id::text) & 1048575) % $1) * $2::double precision / 1000)`,
    [stages, everyMs],
  );
}

async function countHolds(state: 'HELD' | 'EXPIRED'): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::int as n from reservations where state = $1',
    [state],
  );
  return rows[0]?.n ?? 0;
}

async function startNode(clockErrorMs: number): Promise<Program> {
  const node = startProgram(
    [
      'central/nodes/testing/service-node.ts',
      JSON.stringify({ urls: databases.urls.inventory, clockErrorMs }),
    ],
    {},
  );
  closers.push(() => node.end('SIGTERM'));
  const { wall } = await node.hear(({ said }) => said === 'ready');
  expect(Math.abs(Date.parse(String(wall)) - Date.now() - clockErrorMs)).toBeLessThan(CLOCK_ERROR_MS / 2);
  return node;
}

interface Lateness {
  readonly ended: number;
  readonly early: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

async function lateness(): Promise<Lateness> {
  const { rows } = await owner.query<Lateness>(`
    select count(*)::int as ended, count(*) filter (where late_ms < 0)::int as early,
      round(percentile_cont(0.5) within group (order by late_ms))::int as p50,
      round(percentile_cont(0.99) within group (order by late_ms))::int as p99, round(max(late_ms))::int as worst
    from ended_holds`);
  if (rows[0] === undefined) throw new Error('an aggregate query returns one row');
  return rows[0];
}

test(
  'holds that run out in stages end never early and soon, with wrong clocks and a sweeper that is killed',
  async () => {
    await makeHolds(HOLDS, HOLDS_PER_ARTICLE);
    const nodes = await Promise.all([startNode(CLOCK_ERROR_MS), startNode(-CLOCK_ERROR_MS)]);
    await setStages(STAGES, STAGE_EVERY_MS);
    const sweeping = await Promise.race(
      nodes.map(async (node) => {
        await node.hear(({ said }) => said === 'expired');
        return node;
      }),
    );
    const timeout = STAGES * STAGE_EVERY_MS + LATE_P99_MS_MAX * 2;
    await expect.poll(() => countHolds('EXPIRED'), { timeout, interval: 50 }).toBeGreaterThan(HOLDS / 2);
    await sweeping.end('SIGKILL');
    await expect.poll(() => countHolds('HELD'), { timeout, interval: 100 }).toBe(0);
    const late = await lateness();
    figure('holds run out', { holds: HOLDS, stages: STAGES, everyMs: STAGE_EVERY_MS, ...late });
    expect(late).toMatchObject({ ended: HOLDS, early: 0 });
    expect(late.p99).toBeLessThan(LATE_P99_MS_MAX);
    for (const node of nodes) expect(node.takeHeard(({ said }) => said !== 'expired')).toEqual([]);
    await expectCleanRecount(pool);
  },
  timeoutMs(600_000),
);

test(
  'holds of one article that run out all at once end as soon',
  async () => {
    const holds = sized(3_000, 50_000);
    await makeHolds(holds, holds);
    const node = await startNode(0);
    await setStages(1, STAGE_EVERY_MS);
    await expect.poll(() => countHolds('HELD'), { timeout: sized(30_000, 300_000), interval: 100 }).toBe(0);
    const late = await lateness();
    figure('holds of one article run out', { holds, ...late });
    expect(late).toMatchObject({ ended: holds, early: 0 });
    expect(node.takeHeard(({ said }) => said !== 'expired')).toEqual([]);
    await expectCleanRecount(pool);
  },
  timeoutMs(600_000),
);
