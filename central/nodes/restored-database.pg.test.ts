/**
 * Goal: after the centre's database was restored to an earlier state, tills send again what the centre no longer knows
 * (I9 of the sync protocol) and rebuild: no record is lost, and none is decided twice.
 *
 * Method: two tills and an API client work; a backup; they work on, and all of it is acknowledged; the backup is restored
 * under a new log id; the tills write more and sync as the protocol says, by the centre's own hello, push and pull.
 */

import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { PUSH_RECORDS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import { greet } from '@gondola/sync/server/greet.ts';
import type { CatalogueFeed, ContactBook } from '@gondola/sync/server/ports.ts';
import { receivePush } from '@gondola/sync/server/receive-push.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sell, TestTill } from '../inventory/authority.contract.ts';
import { Desk } from '../inventory/desk.ts';
import { type InventoryService, startInventory } from '../inventory/start-inventory.ts';
import { realScheduler } from '../testing/real-scheduler.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { takeSnapshot } from './testing/postgres-snapshot.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, type Random, seeded, sized, timeoutMs } from './testing/seeded.ts';

const RECORDS_BEFORE = sized(150, 2_000);
/** More than a page of a push, so that sending again takes several. */
const RECORDS_AFTER = sized(250, 4_000);
const RECORDS_OFFLINE = 30;
const PAGE_ROWS_MAX = 100;
const SKUS = ['tea', 'jam', 'rice', 'salt'] as const;
const storeId = derivedUuid('store');
const nothing = (): void => undefined;

let databases: TestDatabases;
let inventory: InventoryService;

/** What a till keeps of the centre: rows by key, and how far it has read. */
interface Replica {
  checkpoint: Checkpoint | null;
  readonly rows: Map<string, unknown>;
  resets: number;
}

interface SyncingTill {
  readonly journal: TestTill;
  readonly replica: Replica;
}

async function open(): Promise<InventoryService> {
  return startInventory({
    scheduler: realScheduler,
    urls: databases.urls.inventory,
    reservationTimeoutMs: 300_000,
    grantMode: 'off',
    allotmentMode: 'settlement-only',
    auditIntervalMs: 60_000,
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
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
}

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  inventory = await open();
});

afterEach(async () => {
  await inventory.close();
  await databases.drop();
});

function write({ journal, replica }: SyncingTill, records: number, random: Random): void {
  for (let count = 0; count < records; count += 1) {
    const sku = random.pick(SKUS);
    const reservationId = derivedUuid(`${journal.identity.tillId}/${journal.records.length}`);
    const earlier = derivedUuid(`${journal.identity.tillId}/${random.below(journal.records.length + 1)}`);
    const body = random.pick([
      sell(sku, 1 + random.below(2)),
      { type: 'receive', lines: [{ sku, quantity: 2 }] },
      { type: 'reserve', reservationId, sku, quantity: 1 },
      { type: 'commit', reservationId: earlier },
      ...(replica.checkpoint === null
        ? []
        : [{ type: 'count', sku, quantity: random.below(20), checkpoint: replica.checkpoint }]),
    ]);
    journal.write(body, { seen: replica.checkpoint });
  }
}

const catalogue: CatalogueFeed = {
  catalogueHead: async () => 0,
  pullCatalogue: () => Promise.reject(new Error('nobody asks for the catalogue here')),
};
const contacts: ContactBook = { recordContact: nothing };
const waiting = { count: 0, oldestRecordedAt: null };

/** Hello, push from what is acknowledged, pull to the head. Answers how many records went up. */
async function sync({ journal, replica }: SyncingTill): Promise<number> {
  const { identity, records, head } = journal;
  const parts = { authority: inventory.journalDesk, catalogue, contacts, wallMs: () => Date.now() };
  const hello = { protocolVersion: PROTOCOL_VERSION, life: identity.life, head, waiting };
  const greeted = await greet(parts, identity, { ...hello, tillTime: new Date().toISOString() });
  if (!greeted.ok) throw new Error(`hello was answered ${greeted.error.kind}`);
  let acknowledged = greeted.value.acknowledged.sequence;
  const sent = records.length - acknowledged;
  while (acknowledged < records.length) {
    const pushed = await receivePush(parts, identity, {
      ...hello,
      firstSequence: acknowledged + 1,
      records: records.slice(acknowledged, acknowledged + PUSH_RECORDS_MAX),
    });
    if (!pushed.ok) throw new Error(`push was answered ${pushed.error.kind}`);
    acknowledged = pushed.value.acknowledged.sequence;
  }
  await pull(journal, replica);
  return sent;
}

async function pull({ identity }: TestTill, replica: Replica): Promise<void> {
  for (let hasMore = true; hasMore; ) {
    const page = await inventory.feed.pull(identity, replica.checkpoint, PAGE_ROWS_MAX);
    if (page.reset) {
      replica.rows.clear();
      replica.resets += 1;
    }
    for (const row of page.pools) replica.rows.set(`pool ${row.sku}`, row);
    for (const row of page.reservations) replica.rows.set(`reservation ${row.reservationId}`, row);
    for (const row of page.verdicts) replica.rows.set(`verdict ${row.operationId}`, row);
    for (const row of page.conflicts) replica.rows.set(`conflict ${row.conflictId}`, row);
    replica.checkpoint = page.checkpoint as Checkpoint;
    hasMore = page.hasMore;
  }
}

const emptyReplica = (): Replica => ({ checkpoint: null, rows: new Map(), resets: 0 });

async function reserveByApi(key: string): Promise<unknown> {
  const command = { apiKeyId: 'key', idempotencyKey: key, storeId, raw: key };
  const answer = await new Desk(inventory.authority).reserve({ ...command, sku: 'api', quantity: 1 });
  return answer.kind === 'decided'
    ? { verdict: answer.verdict.verdict, repeated: answer.repeated }
    : answer.kind;
}

/** Every byte of the journal was decided, each record once. */
async function expectAllDecided({ journal }: SyncingTill): Promise<void> {
  const { rows } = await inventory.pool.query<{ sequence: number; raw: string }>(
    'select sequence, raw from verdicts where till_id = $1 order by sequence',
    [journal.identity.tillId],
  );
  expect(rows.map(({ raw }) => raw)).toEqual(journal.records);
  expect(await inventory.authority.decidedHead(journal.identity.tillId, 1)).toEqual(journal.head);
}

test(
  'a database restored to an earlier state gets everything again from the tills, and decides nothing twice',
  () =>
    seeded(async (random) => {
      const tills = ['one', 'two'].map((name) => ({
        journal: new TestTill(name, storeId),
        replica: emptyReplica(),
      }));
      const workAndSync = async (records: number): Promise<number[]> => {
        for (const till of tills) write(till, records, random);
        return Promise.all(tills.map(sync));
      };
      tills[0]?.journal.write({ type: 'receive', lines: [{ sku: 'api', quantity: 5 }] });
      await workAndSync(RECORDS_BEFORE);
      expect(await reserveByApi('before')).toEqual({ verdict: 'ACCEPTED', repeated: false });
      const { logId: oldLogId } = await inventory.authority.head();
      await inventory.close();
      const snapshot = await takeSnapshot('inventory', databases.urls.inventory);
      inventory = await open();
      await workAndSync(RECORDS_AFTER / 2);
      await workAndSync(RECORDS_AFTER / 2);
      expect(await reserveByApi('after')).toEqual({ verdict: 'ACCEPTED', repeated: false });
      const { position: lostHead } = await inventory.authority.head();

      await inventory.close();
      await snapshot.restore();
      await snapshot.drop();
      inventory = await open();
      const { logId, position: restoredHead } = await inventory.authority.head();
      expect([logId === oldLogId, restoredHead < lostHead]).toEqual([false, true]);
      const sent = await workAndSync(RECORDS_OFFLINE);

      expect(sent).toEqual(tills.map(() => RECORDS_AFTER + RECORDS_OFFLINE));
      for (const till of tills) {
        await expectAllDecided(till);
        const fresh = emptyReplica();
        await pull(till.journal, till.replica);
        await pull(till.journal, fresh);
        expect(till.replica).toEqual({ ...fresh, resets: 1 });
      }
      // What no journal holds is known as far as the backup knew it; its caller asks again under the same key.
      expect(await reserveByApi('before')).toEqual({ verdict: 'ACCEPTED', repeated: true });
      expect(await reserveByApi('after')).toEqual({ verdict: 'ACCEPTED', repeated: false });
      figure('restored database', { lostHead, restoredHead, sentAgain: sent });
      await expectCleanRecount(inventory.pool);
    }),
  timeoutMs(300_000),
);
