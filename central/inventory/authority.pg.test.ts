import { randomUUID } from 'node:crypto';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { batchSettings } from '../testing/batch-settings.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { authorityContract, HOLD_MS, type LedgerUnderTest, sell, TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { handleBatch } from './handle-batch.ts';
import { livesContract } from './lives.contract.ts';
import { audit } from './postgres-audit.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { readSubmission } from './submission.ts';

/** One decided record of a till, as a row. */
const RUN = {
  first_position: 1,
  last_position: 1,
  life: 1,
  first_sequence: 1,
  last_sequence: 1,
  events: '[]',
  operations: '[]',
  verdicts: ['RECORDED'],
  skus: [] as string[],
  places: [] as number[],
  from_accounts: [] as string[],
  to_accounts: [] as string[],
  quantities: [] as number[],
};

const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };

const opened: { readonly pool: Pool; readonly databases: TestDatabases }[] = [];

async function openPool(): Promise<Pool> {
  const databases = await createTestDatabases({ services: ['inventory'] });
  const pool = createPool(databases.urls.inventory.runtimeUrl, { max: 4, applicationName: 'gondola test' });
  opened.push({ pool, databases });
  return pool;
}

afterEach(async () => {
  for (const { pool, databases } of opened.splice(0)) {
    await pool.end();
    await databases.drop();
  }
});

async function open(): Promise<LedgerUnderTest> {
  const pool = await openPool();
  return {
    ledger: new PostgresLedger(pool),
    passHolds: async () => {
      // The database's clock rules: waits for it, not for ours.
      await pool.query('select pg_sleep($1)', [HOLD_MS / 1000]);
    },
  };
}

describe('the authority over Postgres', () => {
  authorityContract(open);
});

describe('leases and lives over Postgres', () => {
  livesContract(open);
});

describe('a node whose memory is old', () => {
  it('answers as the other node left the book, in refusals and repeats as in all else', async () => {
    const pool = await openPool();
    const open = () =>
      new Authority(new PostgresLedger(pool), batchSettings(), quiet, { monotonicMs: () => 0 });
    const [here, there] = [open(), open()];
    const storeId = randomUUID();
    const [walking, staying] = [new TestTill('walking', storeId), new TestTill('staying', storeId)];
    const push = async (node: Authority, till: TestTill, first: number) => {
      const records = till.records.slice(first - 1);
      return node.submit({ kind: 'journal', identity: till.identity, firstSequence: first, records });
    };
    const reserve = (till: TestTill, name: string, quantity: number) =>
      till.write({ type: 'reserve', reservationId: derivedUuid(name), sku: 'tea', quantity });
    staying.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 1 }] });
    walking.write(sell('tea', 1));
    await push(here, staying, 1);
    await push(here, walking, 1);
    walking.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 9 }] });
    await push(there, walking, 2);
    // Here the pool is remembered empty, and the walking till's journal one record long.
    reserve(staying, 'first', 3);
    await push(here, staying, 2);
    reserve(walking, 'second', 3);
    const third = await push(here, walking, 3);
    expect(third).toMatchObject({ ok: true, value: { refusal: null, acknowledged: walking.head } });
    reserve(walking, 'third', 3);
    await push(there, walking, 4);
    expect(await push(here, walking, 4)).toMatchObject({ ok: true, value: { refusal: null } });
    const { rows } = await pool.query<{ verdict: string }>(
      `select verdict from verdicts where operation_type = 'reserve' order by position`,
    );
    expect(rows.map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
    expect(await audit(pool)).toMatchObject({ ledgerMismatches: 0, versionMismatches: 0, gaps: 0 });
  });
});

it('tells no till that it is ahead of a journal which another node has decided meanwhile', async () => {
  const pool = await openPool();
  const open = () =>
    new Authority(new PostgresLedger(pool), batchSettings(), quiet, { monotonicMs: () => 0 });
  const [here, there] = [open(), open()];
  const till = new TestTill('walking', randomUUID());
  for (const [index, node] of [here, there, here, there, here].entries()) {
    till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 1 }] });
    const records = till.records.slice(index);
    expect(
      await node.submit({ kind: 'journal', identity: till.identity, firstSequence: index + 1, records }),
    ).toMatchObject({ ok: true, value: { refusal: null, acknowledged: till.head } });
  }
});

/** Makes the database refuse every run that names the article `poison`; by its owner. */
async function plantPoison(): Promise<Pool> {
  const { ownerUrl } = must(opened.at(-1), 'just opened').databases.urls.inventory;
  const owner = createPool(ownerUrl, { max: 2, applicationName: 'gondola test owner' });
  await owner.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin raise exception 'poison'; end $$;
    create trigger refuse_poison before insert on log_runs
      for each row when (new.events like '%"poison"%') execute function refuse_poison()`);
  return owner;
}

const TILLS = 30;
const RECORDS = 40;

describe('batches decided over one that is not written yet', () => {
  it('are decided again when that one fails, though another node has left the version that it would have left', async () => {
    const pool = await openPool();
    const owner = await plantPoison();
    const ledger = new PostgresLedger(pool);
    const storeId = randomUUID();
    const receive = (till: TestTill, quantities: Readonly<Record<string, number>>) => {
      const lines = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity }));
      till.write({ type: 'receive', lines });
      const firstSequence = till.records.length;
      const records = till.records.slice(-1);
      const push = readSubmission({ kind: 'journal', identity: till.identity, firstSequence, records });
      const decided = Promise.withResolvers<void>();
      return {
        whole: handleBatch(ledger, [push], batchSettings(), decided.resolve),
        decided: decided.promise,
      };
    };
    const [one, two] = [new TestTill('one', storeId), new TestTill('two', storeId)];
    await receive(one, { tea: 1 }).whole;
    await receive(two, { tea: 2 }).whole;
    const other = await owner.connect();
    await other.query('begin; select from log for update');
    const failing = receive(one, { tea: 10, poison: 1 });
    await failing.decided;
    // Its last question before it is decided waits for a connection: asked for anew, since a till was just heard.
    await ledger.renewTerm({ ...two.identity, tillId: randomUUID() }, { termMs: 60_000, renewAfterMs: 1 });
    const held = [await pool.connect(), await pool.connect()];
    const second = receive(two, { tea: 100 });
    held.push(await pool.connect());
    await other.query("update pools set free = free + 1000, version = version + 1 where sku = 'tea'; commit");
    other.release();
    await expect(failing.whole).rejects.toThrow(/poison/);
    for (const connection of held) connection.release();
    await second.whole;
    const { rows } = await owner.query<{ free: number }>("select free from pools where sku = 'tea'");
    expect(rows).toEqual([{ free: 1 + 2 + 1000 + 100 }]);
    await owner.end();
  });

  it('are decided again when that one fails, and lose nothing with it', async () => {
    const pool = await openPool();
    await (await plantPoison()).end();
    let failures = 0;
    const observer = {
      ...quiet,
      batchFailed: () => {
        failures += 1;
      },
    };
    const authority = new Authority(new PostgresLedger(pool), batchSettings(), observer, {
      monotonicMs: () => 0,
    });
    const storeId = randomUUID();
    const tills = Array.from({ length: TILLS }, (_, index) => {
      const till = new TestTill(`till ${index}`, storeId);
      for (let record = 0; record < RECORDS; record += 1)
        till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 1 }] });
      return till;
    });
    const poisoned = new TestTill('poisoned', storeId);
    poisoned.write({ type: 'receive', lines: [{ sku: 'poison', quantity: 1 }] });
    tills.splice(5, 0, poisoned);
    const outcomes = await Promise.all(
      tills.map(({ identity, records }) =>
        authority.submit({ kind: 'journal', identity, firstSequence: 1, records }),
      ),
    );
    expect(failures).toBeGreaterThan(0);
    for (const [index, till] of tills.entries())
      expect(outcomes[index]).toMatchObject(
        till === poisoned ? { ok: false, error: 'failed' } : { ok: true, value: { acknowledged: till.head } },
      );
    const { rows } = await pool.query<{ free: number }>(
      'select free from pools where store_id = $1 and sku = $2',
      [storeId, 'tea'],
    );
    expect(rows).toEqual([{ free: TILLS * RECORDS }]);
    expect(await audit(pool)).toMatchObject({
      ...{ ledgerMismatches: 0, eventMismatches: 0, versionMismatches: 0, gaps: 0, verdictMismatches: 0 },
    });
  });
});

describe('the database’s own guard', () => {
  it('lets the running program neither change nor delete what was decided', async () => {
    const pool = await openPool();
    await expect(pool.query('update log_runs set last_position = 0')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(pool.query('delete from log_runs')).rejects.toMatchObject({ code: '42501' });
    for (const view of ['events', 'verdicts', 'ledger'])
      await expect(pool.query(`delete from ${view}`)).rejects.toThrow();
  });

  it('keeps the log dense, a record decided once, and its words and accounts within their lists', async () => {
    const pool = await openPool();
    const tillId = randomUUID();
    const insert = (run: Partial<typeof RUN>) => {
      const row = { ...RUN, store_id: randomUUID(), till_id: tillId, ...run };
      const names = Object.keys(row);
      return pool.query(
        `with l as (update log set position = $${names.length + 1}::bigint)
         insert into log_runs (${names.join(', ')}, occurred_at)
         values (${names.map((_, index) => `$${index + 1}`).join(', ')}, now())`,
        [...Object.values(row), row.last_position],
      );
    };
    await expect(insert({ first_position: 7, last_position: 7 })).rejects.toThrow(/without a gap/);
    await insert({ first_position: 1, last_position: 2 });
    const second = { first_sequence: 2, last_sequence: 2 };
    await expect(insert({ ...second, first_position: 2, last_position: 3 })).rejects.toThrow(/without a gap/);
    await expect(insert({ ...second, first_position: 4, last_position: 4 })).rejects.toThrow(/without a gap/);
    const next = { first_position: 3, last_position: 3 };
    await expect(insert(next)).rejects.toMatchObject({ code: '23505' });
    await expect(insert({ ...next, first_sequence: 2, last_sequence: 3 })).rejects.toMatchObject({
      code: '23514',
    });
    const both = { first_sequence: 0, last_sequence: 1, verdicts: ['RECORDED', 'RECORDED'] };
    await expect(insert({ ...next, ...both })).rejects.toThrow(/decided before/);
    const fresh = { ...next, ...second };
    await expect(insert({ ...fresh, verdicts: ['MAYBE'] })).rejects.toMatchObject({ code: '23514' });
    const pair = { skus: ['x'], places: [0], from_accounts: ['F'], to_accounts: ['V'], quantities: [1] };
    await expect(insert({ ...fresh, ...pair, quantities: [0] })).rejects.toMatchObject({ code: '23514' });
    await expect(insert({ ...fresh, ...pair, to_accounts: ['Z'] })).rejects.toMatchObject({ code: '23514' });
    await expect(insert({ ...fresh, ...pair, places: [] })).rejects.toMatchObject({ code: '23514' });
    await insert({ ...fresh, ...pair });
  });

  it('keeps a retired life retired, an ended transfer ended, and an allotment within its grant', async () => {
    const pool = await openPool();
    await pool.query(
      `insert into journal_heads (store_id, till_id, life, hash, sequence, retired_at)
       values (gen_random_uuid(), gen_random_uuid(), 1, '', 3, now())`,
    );
    await expect(pool.query('update journal_heads set retired_at = null')).rejects.toThrow(/is retired/);
    await expect(pool.query('update journal_heads set sequence = 2')).rejects.toThrow(/cannot go back/);
    await pool.query(
      `insert into transfers (transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, position)
       values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'RECEIVED', '[]', now(), now(), 1)`,
    );
    await expect(pool.query(`update transfers set state = 'REQUESTED'`)).rejects.toThrow(/has ended/);
    const overspent = pool.query(
      `insert into allotments (store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered, position)
       values (gen_random_uuid(), 'x', gen_random_uuid(), 1, 1, 'ACTIVE', 'settlement-only', 2, 1, 1, 1, 1)`,
    );
    await expect(overspent).rejects.toMatchObject({ code: '23514' });
  });

  it('refuses a bucket below zero and free units beside a deficit', async () => {
    const pool = await openPool();
    const insert = (free: number, deficit: number) =>
      pool.query('insert into pools (store_id, sku, free, deficit) values (gen_random_uuid(), $1, $2, $3)', [
        'x',
        free,
        deficit,
      ]);
    await expect(insert(-1, 0)).rejects.toMatchObject({ code: '23514' });
    await expect(insert(1, 1)).rejects.toMatchObject({ code: '23514' });
  });
});
