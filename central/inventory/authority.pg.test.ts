import { afterEach, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { authorityContract, HOLD_MS } from './authority.contract.ts';
import { PostgresLedger } from './postgres-ledger.ts';

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

describe('the authority over Postgres', () => {
  authorityContract(async () => {
    const pool = await openPool();
    return {
      ledger: new PostgresLedger(pool),
      passHolds: async () => {
        // The database's clock rules: waits for it, not for ours.
        await pool.query('select pg_sleep($1)', [HOLD_MS / 1000]);
      },
    };
  });
});

describe('the database’s own guard', () => {
  it('lets the running program neither change nor delete what was decided', async () => {
    const pool = await openPool();
    for (const table of ['events', 'verdicts', 'ledger']) {
      await expect(pool.query(`update ${table} set position = 0`)).rejects.toMatchObject({ code: '42501' });
      await expect(pool.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
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
