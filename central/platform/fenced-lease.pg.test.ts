/** Goal: one worker of a kind writes at a time, and one that was replaced writes nothing, whenever it wakes. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { createFencedLease, type Fence, FencedOff, holdFence } from './fenced-lease.ts';
import { createPool, type Pool, withTransaction } from './postgres.ts';

let databases: TestDatabases;
let pool: Pool;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  pool = createPool(databases.urls.inventory.runtimeUrl, { max: 10, applicationName: 'gondola lease test' });
});

afterEach(async () => {
  await pool.end();
  await databases.drop();
});

const lease = (worker = 'sweeper') =>
  createFencedLease(pool, { worker, holder: randomUUID(), leaseMs: 60_000 });
const endLease = () => pool.query('update worker_leases set lease_until = clock_timestamp()');
const write = { isolation: 'read committed', readOnly: false } as const;
const mustClaim = async (of: { claim(): Promise<Fence | null> }): Promise<Fence> => {
  const fence = await of.claim();
  if (fence === null) throw new Error('the lease is free');
  return fence;
};

test('of ten that claim at once one holds, keeps its epoch while it works, and keeps out nobody of another kind', async () => {
  const leases = Array.from({ length: 10 }, () => lease());
  const claims = await Promise.all(leases.map((each) => each.claim()));
  expect(claims.filter((claim) => claim !== null)).toEqual([{ worker: 'sweeper', epoch: 1 }]);
  const holder = leases[claims.findIndex((claim) => claim !== null)];
  expect(await holder?.claim()).toEqual({ worker: 'sweeper', epoch: 1 });
  expect(await lease('dealer').claim()).toEqual({ worker: 'dealer', epoch: 1 });
});

test('a lease that ended or was given back goes to the next with a higher epoch', async () => {
  const [first, second] = [lease(), lease()];
  await mustClaim(first);
  expect(await second.claim()).toBeNull();
  await second.release();
  expect(await second.claim()).toBeNull();
  await first.release();
  expect(await second.claim()).toEqual({ worker: 'sweeper', epoch: 2 });
  await endLease();
  expect(await first.claim()).toEqual({ worker: 'sweeper', epoch: 3 });
});

test('a replaced worker writes nothing, even when it goes on', async () => {
  const old = await mustClaim(lease());
  await endLease();
  const next = await mustClaim(lease());
  const writeUnder = (fence: Fence) =>
    withTransaction(pool, write, async (transaction) => {
      await holdFence(transaction, fence);
      await transaction.query('update log set position = position + 1');
    });
  await expect(writeUnder(old)).rejects.toThrow(FencedOff);
  await writeUnder(next);
  expect((await pool.query('select position from log')).rows).toEqual([{ position: 1 }]);
});

test('no higher epoch is given out while a transaction of the old one may still commit', async () => {
  const fence = await mustClaim(lease());
  await endLease();
  const next = lease();
  let claimed = false;
  const claiming = Promise.withResolvers<Fence>();
  await withTransaction(pool, write, async (transaction) => {
    await holdFence(transaction, fence);
    mustClaim(next).then((given) => {
      claimed = true;
      claiming.resolve(given);
    }, claiming.reject);
    await expect
      .poll(async () => {
        const { rows } = await pool.query(
          "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rows[0]?.n;
      })
      .toBe(1);
    expect(claimed).toBe(false);
  });
  expect(await claiming.promise).toEqual({ worker: 'sweeper', epoch: 2 });
});
