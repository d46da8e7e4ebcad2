/**
 * Fresh migrated databases for a test, cloned from a template that is migrated once per run.
 *
 * `drop()` fails when a pool of the test is still open: a leak in a test is a leak in the program.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import './postgres-global-setup.ts';
import {
  closeToOthers,
  type DatabaseService,
  type DatabaseUrls,
  databaseServices,
  prepareDatabases,
  roleName,
} from '../platform/databases.ts';
import { migrate } from '../platform/migrate.ts';
import { quoteName } from '../platform/postgres.ts';

export interface TestDatabases {
  readonly urls: DatabaseUrls;
  /** Drops the databases; rejects, after dropping, when connections to them were still open. */
  readonly drop: () => Promise<void>;
}

const centralFolder = path.resolve(import.meta.dirname, '..');
const leakLooksMax = 40; // a connection that was just ended takes a moment to leave the list
const leakPauseMs = 25;

/** Databases for these services; URLs of the others are present but lead nowhere. */
export async function createTestDatabases(options: {
  readonly services: readonly DatabaseService[];
}): Promise<TestDatabases> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  const suffix = randomBytes(5).toString('hex');
  try {
    await admin.query('select pg_advisory_lock(4736127003)'); // a template in use cannot be cloned; ends with the connection
    const template = await prepareTemplate();
    const name = (service: DatabaseService): string => `t_${suffix}_${service}`;
    for (const service of options.services) {
      const owner = quoteName(roleName(service, 'owner'));
      await admin.query(
        `create database ${name(service)} template ${quoteName(template.name(service))} owner ${owner} strategy file_copy`,
      );
      await closeToOthers(admin, name(service), service);
    }
    const pairs = databaseServices.map((service) => {
      const move = (url: string): string =>
        Object.assign(new URL(url), { pathname: `/${name(service)}` }).href;
      const { ownerUrl, runtimeUrl } = template.urls[service];
      return [service, { ownerUrl: move(ownerUrl), runtimeUrl: move(runtimeUrl) }];
    });
    return {
      urls: Object.fromEntries(pairs) as DatabaseUrls,
      drop: () => dropAll(options.services.map(name)),
    };
  } finally {
    await admin.end();
  }
}

interface Template {
  readonly urls: DatabaseUrls;
  readonly name: (service: DatabaseService) => string;
}

/** The template's name holds a hash of all migrations, so an edit while vitest watches makes a new one. */
async function prepareTemplate(): Promise<Template> {
  const prefix = `tpl_${await hashMigrations()}`;
  const urls = await prepareDatabases({
    adminUrl: inject('postgresAdminUrl'),
    secretsFile: inject('postgresSecretsFile'),
    makeSecret: () => randomBytes(24).toString('base64url'),
    ownsServer: true,
    prefix,
  });
  for (const service of databaseServices) {
    const folder = migrationsFolder(service);
    if ((await sqlFiles(folder)).length > 0) await migrate({ ownerUrl: urls[service].ownerUrl, folder });
  }
  return { urls, name: (service) => `${prefix}_${service}` };
}

/** Where a service keeps its numbered SQL. */
export function migrationsFolder(service: DatabaseService): string {
  return path.join(centralFolder, service, 'migrations');
}

async function sqlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name.endsWith('.sql')).sort();
}

async function hashMigrations(): Promise<string> {
  const hash = createHash('sha256');
  for (const service of databaseServices) {
    const folder = migrationsFolder(service);
    for (const file of await sqlFiles(folder))
      hash
        .update(service)
        .update(file)
        .update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function dropAll(databases: readonly string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  try {
    const leaks = await findLeaks(admin, databases);
    for (const database of databases)
      await admin.query(`drop database if exists ${quoteName(database)} with (force)`);
    if (leaks.length > 0) throw new Error(`a pool was left open: ${leaks.join('; ')}`);
  } finally {
    await admin.end();
  }
}

async function findLeaks(admin: pg.Client, databases: readonly string[]): Promise<string[]> {
  for (let look = 1; ; look += 1) {
    const open = await admin.query<{ leak: string }>(
      `select datname || ' by ' || application_name || ', last: ' || left(query, 80) as leak
         from pg_stat_activity where datname = any($1) and backend_type = 'client backend'`,
      [databases],
    );
    if (open.rows.length === 0 || look >= leakLooksMax) return open.rows.map((row) => row.leak);
    await new Promise((resolve) => setTimeout(resolve, leakPauseMs));
  }
}
