/** Goal: no connection without bounds, retries only where nothing has happened, numbers that cannot lie. */
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { createPool, type Pool, withTransaction } from './postgres.ts';
import { listen } from './postgres-listen.ts';

let databases: TestDatabases;
let pool: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['console'] });
  pool = createPool(databases.urls.console.ownerUrl, { max: 4, applicationName: 'gondola test' });
  await pool.query('create table counter (id int primary key, n bigint not null)');
  await pool.query('insert into counter values (1, 0), (2, 0)');
});

afterEach(async () => {
  if (!pool.ended) await pool.end();
  await databases.drop();
});

const write = { isolation: 'read committed', readOnly: false } as const;

test('every connection of the pool is bounded in time', async () => {
  const shown = await pool.query(
    "select name, setting from pg_settings where name in ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout', 'application_name') order by name",
  );
  expect(shown.rows.map((row) => row.setting)).toEqual(['gondola test', '2000', '5000', '15000']);
});

test('a holder that stops mid-transaction loses its locks within the bound, and the process survives', async () => {
  let lost: unknown;
  const locked = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  const frozen = withTransaction(pool, write, async (transaction) => {
    await transaction.query('update counter set n = n + 1 where id = 1');
    locked.resolve();
    await thawed.promise;
    await transaction.query('update counter set n = n + 1 where id = 1');
  }).catch((error: unknown) => {
    lost = error;
  });
  await locked.promise;
  await withTransaction(pool, write, (transaction) =>
    transaction.query('update counter set n = n + 10 where id = 1'),
  );
  thawed.resolve();
  await frozen;
  expect(lost).toBeInstanceOf(Error);
  expect((await pool.query('select n from counter where id = 1')).rows).toEqual([{ n: 10 }]);
});

test('serialization failures and deadlocks are tried again and add up', async () => {
  const bump = (ids: readonly number[], isolation: 'serializable' | 'read committed') =>
    withTransaction(pool, { isolation, readOnly: false }, async (transaction) => {
      for (const id of ids) {
        await transaction.query('update counter set n = n + 1 where id = $1', [id]);
        await transaction.query('select pg_sleep(0.02)');
      }
    });
  await Promise.all([
    bump([1, 2], 'read committed'),
    bump([2, 1], 'read committed'),
    bump([1], 'serializable'),
    bump([1], 'serializable'),
  ]);
  expect((await pool.query('select n from counter order by id')).rows).toEqual([{ n: 4 }, { n: 2 }]);
}, 30_000);

test('what keeps failing is given up after a bounded number of attempts', async () => {
  let attempts = 0;
  const failing = withTransaction(pool, write, async () => {
    attempts += 1;
    throw Object.assign(new Error('could not serialize'), { code: '40001' });
  });
  await expect(failing).rejects.toThrow('could not serialize');
  expect(attempts).toBe(5);
});

test('other failures roll back once; a swallowed one cannot pass for a commit', async () => {
  await expect(
    withTransaction(pool, write, async (transaction) => {
      await transaction.query('update counter set n = 7');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await expect(
    withTransaction(pool, write, async (transaction) => {
      await transaction.query('update counter set n = 7');
      await transaction.query('select 1 / 0').catch(() => undefined);
    }),
  ).rejects.toThrow(/had failed before its commit/);
  await expect(
    withTransaction(pool, { isolation: 'read committed', readOnly: true }, (transaction) =>
      transaction.query('update counter set n = 7'),
    ),
  ).rejects.toMatchObject({ code: '25006' });
  expect((await pool.query('select n from counter')).rows).toEqual([{ n: 0 }, { n: 0 }]);
});

test('a bigint is a number while it is safe, and an error when it is not', async () => {
  expect(
    (await pool.query("select 9007199254740991::bigint as n, '{1,null,3}'::bigint[] as list")).rows,
  ).toEqual([{ n: 9_007_199_254_740_991, list: [1, null, 3] }]);
  await expect(pool.query('select 9007199254740992::bigint')).rejects.toThrow(
    /9007199254740992 does not fit/,
  );
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a listener hears, and hears again after its connection was cut', async () => {
  const heard: string[] = [];
  const listener = listen(databases.urls.console.runtimeUrl, 'news', (payload) => heard.push(payload));
  await listener.ready;
  await pool.query("notify news, 'first'");
  await expect.poll(() => heard).toEqual(['', 'first']);
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gondola listen news'",
  );
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['', 'first', '']);
  await pool.query("notify news, 'second'");
  await expect.poll(() => heard).toEqual(['', 'first', '', 'second']);
  await listener.stop();
  await admin.end();
});

test('a pool left open fails the drop of its database, and the database is gone all the same', async () => {
  const leaky = await createTestDatabases({ services: ['stores'] });
  const left = createPool(leaky.urls.stores.runtimeUrl, { max: 1, applicationName: 'gondola forgotten' });
  await left.query('select 1');
  await expect(leaky.drop()).rejects.toThrow(/a pool was left open: .* by gondola forgotten/);
  await left.end();
  await leaky.drop();
});
