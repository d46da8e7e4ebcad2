/**
 * Goal: readers by position miss nothing while transactions are slow and end in another order than they began.
 *
 * Method: authorities over slow pools decide 10,000 records at once; meanwhile tills pull pages of random size, a relay
 * carries and the embedded bus follows. The same readers over a log numbered by a sequence do miss rows, which shows that
 * the commits really are scrambled.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbeddedBus } from '../events/embedded-bus.ts';
import { createEventLog } from '../events/postgres-event-log.ts';
import { createRelayCursor } from '../events/postgres-relay-cursor.ts';
import { createRelay } from '../events/relay.ts';
import { sell, TestTill } from '../inventory/authority.contract.ts';
import { PostgresChangeFeed } from '../inventory/postgres-change-feed.ts';
import { createPool, type Pool, withTransaction } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { openAuthority } from './testing/open-authority.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { createRandom, figure, type Random, seeded, sized, timeoutMs } from './testing/seeded.ts';
import { slowDown } from './testing/slow-pool.ts';

const NODES = 6;
const RECORDS = sized(10_000, 40_000);
const RECORDS_PER_PUSH_MAX = 40;
const PAGE_ROWS_MAX = 400;
const SKUS = 40;
const DAWDLING = { share: 0.2, delayMsMax: 15 };
const stores = [derivedUuid('north'), derivedUuid('south')] as const;
const closers: (() => Promise<void>)[] = [];

let databases: TestDatabases;
let reading: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  reading = createPool(databases.urls.inventory.runtimeUrl, { max: 6, applicationName: 'gondola reads' });
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await reading.end();
  await databases.drop();
});

function openSlowPool(random: Random): Pool {
  const pool = createPool(databases.urls.inventory.runtimeUrl, { max: 1, applicationName: 'gondola slow' });
  closers.push(() => pool.end());
  slowDown(pool, createRandom(random.below(2 ** 32)), DAWDLING);
  return pool;
}

function recordOf(random: Random, name: string) {
  const sku = `sku-${random.below(SKUS)}`;
  const kind = random.below(3);
  if (kind === 0) return { type: 'receive', lines: [{ sku, quantity: 2 }] };
  if (kind === 1) return { type: 'reserve', reservationId: derivedUuid(name), sku, quantity: 1 };
  return sell(sku, 1);
}

/** One node decides the journal of one till, push by push. */
async function writeAll(till: TestTill, random: Random): Promise<void> {
  const authority = openAuthority(openSlowPool(random));
  while (till.records.length < RECORDS / NODES) {
    const first = till.records.length + 1;
    for (let count = 1 + random.below(RECORDS_PER_PUSH_MAX); count > 0; count -= 1)
      till.write(recordOf(random, `${till.identity.tillId}/${till.records.length}`));
    const records = till.records.slice(first - 1);
    const pushed = await authority.submit({
      kind: 'journal',
      identity: till.identity,
      firstSequence: first,
      records,
    });
    expect(pushed).toMatchObject({ ok: true, value: { acknowledged: till.head, refusal: null } });
  }
}

interface Pulled {
  readonly verdicts: readonly number[];
  readonly pools: ReadonlyMap<string, number>;
  readonly pages: number;
}

/** Pulls as a till does, from its own checkpoint on, until everything is written and read. */
async function pullAll(till: TestTill, random: Random, isWritten: () => boolean): Promise<Pulled> {
  const feed = new PostgresChangeFeed(reading);
  const verdicts: number[] = [];
  const pools = new Map<string, number>();
  let checkpoint: Checkpoint | null = null;
  for (let pages = 1; ; pages += 1) {
    const wasWritten = isWritten();
    const page = await feed.pull(till.identity, checkpoint, 1 + random.below(PAGE_ROWS_MAX));
    checkpoint = page.checkpoint as Checkpoint;
    for (const row of page.verdicts) verdicts.push(row.sequence ?? 0);
    for (const row of page.pools) pools.set(row.sku, row.position);
    if (wasWritten && !page.hasMore) return { verdicts, pools, pages };
  }
}

/** Runs a reader until the test ends. */
function run(part: Part): void {
  const stopping = new AbortController();
  const running = part.run(stopping.signal);
  closers.push(async () => {
    stopping.abort();
    await running;
  });
}

/** Starts a relay and a bus over the log; answers the positions that each has carried. */
function startCarriers(): { readonly relayed: number[]; readonly heard: number[] } {
  const carried = { relayed: [] as number[], heard: [] as number[] };
  const log = createEventLog('inventory', reading, databases.urls.inventory.runtimeUrl);
  const keepOf = (kept: number[]) => async (events: readonly { readonly position: number }[]) => {
    kept.push(...events.map(({ position }) => position));
  };
  const relayed = keepOf(carried.relayed);
  const cursor = createRelayCursor(reading, 'kafka', 'the only one');
  run(createRelay(log, cursor, { publish: (_source, events) => relayed(events) }));
  run(
    createEmbeddedBus([log]).subscribe({
      group: 'notifications',
      sources: ['inventory'],
      handle: keepOf(carried.heard),
      cursors: { load: async () => null },
    }),
  );
  return carried;
}

test(
  'while slow transactions end in scrambled order, pulls, relay and bus miss nothing',
  () =>
    seeded(async (random) => {
      const tills = Array.from(
        { length: NODES },
        (_, index) => new TestTill(`till-${index}`, stores[index % 2] ?? stores[0]),
      );
      const carried = startCarriers();
      let isWritten = false;
      const seedOf = () => createRandom(random.below(2 ** 32));
      const pulling = Promise.all(tills.map((till) => pullAll(till, seedOf(), () => isWritten)));
      await Promise.all(tills.map((till) => writeAll(till, seedOf())));
      isWritten = true;
      const pulled = await pulling;
      const { rows } = await reading.query<{ position: number }>('select position from log');
      const head = rows[0]?.position ?? 0;
      const dense = Array.from({ length: head }, (_, index) => index + 1);
      await expect.poll(() => carried.relayed.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(head);
      await expect.poll(() => carried.heard.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(head);
      expect(carried.relayed).toEqual(dense);
      expect(carried.heard).toEqual(dense);
      for (const [index, till] of tills.entries()) await expectAllPulled(till, pulled[index]);
      const pages = pulled.reduce((sum, one) => sum + one.pages, 0);
      const records = tills.reduce((sum, { records: { length } }) => sum + length, 0);
      figure('scrambled commits', { records, events: head, pages, missed: 0 });
      await expectCleanRecount(reading);
    }),
  timeoutMs(300_000),
);

async function expectAllPulled(till: TestTill, pulled: Pulled | undefined): Promise<void> {
  // Each verdict came once, as verdicts never change.
  expect(pulled?.verdicts).toEqual(till.records.map((_, index) => index + 1));
  const { rows } = await reading.query<{ sku: string; position: number }>(
    'select sku, position from pools where store_id = $1',
    [till.identity.storeId],
  );
  expect(Object.fromEntries(pulled?.pools ?? [])).toEqual(
    Object.fromEntries(rows.map(({ sku, position }) => [sku, position])),
  );
}

test('the same slow transactions over a log numbered by a sequence make a reader miss rows', () =>
  seeded(async (random) => {
    const owner = createPool(databases.urls.inventory.ownerUrl, {
      max: 1,
      applicationName: 'gondola test owner',
    });
    closers.push(() => owner.end());
    await owner.query(`create table numbered (position bigint generated always as identity);
      grant select, insert on numbered to public`);
    let isWritten = false;
    const writing = Array.from({ length: NODES }, async () => {
      const pool = openSlowPool(random);
      for (let count = 0; count < 100; count += 1)
        await withTransaction(pool, { isolation: 'read committed', readOnly: false }, (tx) =>
          tx.query('insert into numbered default values'),
        );
    });
    let [cursor, seen] = [0, 0];
    const follow = async (): Promise<void> => {
      for (let wasWritten = false; !wasWritten; ) {
        wasWritten = isWritten;
        const { rows } = await reading.query<{ position: number }>(
          'select position from numbered where position > $1 order by position',
          [cursor],
        );
        seen += rows.length;
        cursor = rows.at(-1)?.position ?? cursor;
      }
    };
    const following = follow();
    await Promise.all(writing);
    isWritten = true;
    await following;
    figure('a log numbered by a sequence', { rows: NODES * 100, missed: NODES * 100 - seen });
    expect(seen).toBeLessThan(NODES * 100);
  }));
