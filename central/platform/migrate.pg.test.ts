/** Goal: each file is applied once, whole, in order, by whoever comes first; history cannot be edited. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { migrate } from './migrate.ts';

let folder: string;
let databases: TestDatabases;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-migrations-'));
  databases = await createTestDatabases({ services: ['console'] });
  await query('drop schema public cascade; create schema public');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  await databases.drop();
});

const file = (number: number, sql: string): Promise<void> =>
  writeFile(path.join(folder, `${String(number).padStart(6, '0')}.sql`), sql);
const run = (): Promise<number> => migrate({ ownerUrl: databases.urls.console.ownerUrl, folder });

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databases.urls.console.ownerUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('files are applied once, in order, and a later one continues', async () => {
  await file(1, 'create table a (n int); insert into a values (1)');
  await file(2, 'insert into a values (2)');
  expect(await run()).toBe(2);
  await file(3, 'insert into a values (3)');
  expect([await run(), await run()]).toEqual([1, 0]);
  expect(await query('select n from a order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('eight processes at once apply each file once', async () => {
  await file(1, 'create table a (n int)');
  await file(2, 'insert into a values (1); select pg_sleep(0.2)');
  const counts = await Promise.all(Array.from({ length: 8 }, run));
  expect(counts.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
  expect(await query('select n from a')).toEqual([{ n: 1 }]);
});

test('a file that fails leaves nothing behind and can be corrected', async () => {
  await file(1, 'create table a (n int)');
  await file(2, 'create table b (n int); insert into nowhere values (1)');
  await expect(run()).rejects.toThrow(
    /000002\.sql in .* failed and was rolled back \(relation "nowhere" does not exist\)/,
  );
  await file(2, 'create table b (n int)');
  expect(await run()).toBe(1);
});

test('an edited, a missing and a misnumbered file are refused in one sentence each', async () => {
  await file(1, 'create table a (n int)');
  await run();
  await file(1, 'create table a (n bigint)');
  await expect(run()).rejects.toThrow(/000001\.sql in .* was edited after it had been applied/);
  await rm(path.join(folder, '000001.sql'));
  await expect(run()).rejects.toThrow(/migrated by a newer Gondola/);
  await file(2, 'select 1');
  await expect(run()).rejects.toThrow(/000002\.sql in .* breaks the numbering/);
});
