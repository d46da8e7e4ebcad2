/** A backup of a test's database, and its restore: the same name and roles, the state of then, and a log of a new name. */
import pg from 'pg';
import { inject } from 'vitest';
import '../../testing/postgres-global-setup.ts';
import { closeToOthers, type DatabaseService, roleName, type ServiceUrls } from '../../platform/databases.ts';
import { quoteName } from '../../platform/postgres.ts';

export interface Snapshot {
  /** Puts the database back; every pool over it must be closed. What an operator does after a restore is done too. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

/** Copies the database as it stands; every pool over it must be closed. */
export async function takeSnapshot(service: DatabaseService, urls: ServiceUrls): Promise<Snapshot> {
  const database = new URL(urls.ownerUrl).pathname.slice(1);
  const backup = `${database}_backup`;
  await asAdmin((admin) => copy(admin, service, database, backup));
  return {
    restore: async () => {
      await asAdmin(async (admin) => {
        await admin.query(`drop database ${quoteName(database)} with (force)`);
        await copy(admin, service, backup, database);
        await closeToOthers(admin, database, service);
      });
      const owner = new pg.Client({ connectionString: urls.ownerUrl });
      await owner.connect();
      await owner.query('update log set log_id = gen_random_uuid()');
      await owner.end();
    },
    drop: () =>
      asAdmin(async (admin) => {
        await admin.query(`drop database ${quoteName(backup)} with (force)`);
      }),
  };
}

async function copy(admin: pg.Client, service: DatabaseService, from: string, to: string): Promise<void> {
  const owner = quoteName(roleName(service, 'owner'));
  await admin.query(
    `create database ${quoteName(to)} template ${quoteName(from)} owner ${owner} strategy file_copy`,
  );
}

async function asAdmin(work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
