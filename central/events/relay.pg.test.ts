/** Goal: one relay works at a time, and one that was stopped and wakes late cannot move the cursor. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { createRelayCursor } from './postgres-relay-cursor.ts';

let databases: TestDatabases;
let pool: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['stores'] });
  pool = createPool(databases.urls.stores.runtimeUrl, { max: 10, applicationName: 'gondola relay test' });
});

afterEach(async () => {
  await pool.end();
  await databases.drop();
});

const cursor = () => createRelayCursor(pool, 'kafka', randomUUID());
const endLease = () => pool.query("update relay_cursors set lease_until = now() - interval '1 s'");

test('of ten that claim at once one holds; it keeps its epoch while it works', async () => {
  const cursors = Array.from({ length: 10 }, cursor);
  const claims = await Promise.all(cursors.map((each) => each.claim()));
  expect(claims.filter((claim) => claim !== null)).toEqual([{ epoch: 1, position: 0 }]);
  const holder = cursors[claims.findIndex((claim) => claim !== null)];
  expect(await holder?.advance(1, 5)).toBe(true);
  expect(await holder?.claim()).toEqual({ epoch: 1, position: 5 });
});

test('a holder whose lease ended is fenced by the next one, even when it goes on', async () => {
  const [stopped, next] = [cursor(), cursor()];
  const old = await stopped.claim();
  expect(await next.claim()).toBeNull();
  await endLease();
  expect(await next.claim()).toEqual({ epoch: 2, position: 0 });
  expect(await next.advance(2, 10)).toBe(true);
  expect(await stopped.advance(old?.epoch ?? 0, 20)).toBe(false);
  expect(await stopped.claim()).toBeNull();
  expect(await next.claim()).toEqual({ epoch: 2, position: 10 });
});

test('a lease given back is taken at once, and a cursor never moves back', async () => {
  const [first, second] = [cursor(), cursor()];
  const claim = await first.claim();
  await first.advance(claim?.epoch ?? 0, 7);
  await first.release(claim?.epoch ?? 0);
  expect(await second.claim()).toEqual({ epoch: 2, position: 7 });
  expect(await second.advance(2, 6)).toBe(false);
});
