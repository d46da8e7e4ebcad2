/** Goal: each role reaches its own database and may do there only what migrations grant. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import '../testing/postgres-global-setup.ts';
import { type DatabaseUrls, prepareDatabases } from './databases.ts';

const prefix = `priv_${randomBytes(4).toString('hex')}`;
const services = ['inventory', 'stores', 'notifications', 'console'] as const;
let urls: DatabaseUrls;

const makeSecret = (): string => randomBytes(24).toString('base64url');
const options = () => ({
  adminUrl: inject('postgresAdminUrl'),
  secretsFile: inject('postgresSecretsFile'),
  makeSecret,
  ownsServer: true,
  prefix,
});

async function run(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  const both = await Promise.all([prepareDatabases(options()), prepareDatabases(options())]); // raced
  urls = both[0];
  expect(both[1]).toEqual(urls);
});

afterAll(async () => {
  for (const service of services)
    await run(inject('postgresAdminUrl'), `drop database if exists ${prefix}_${service} with (force)`);
});

test('prepared twice at once and once more: the same URLs, a private secrets file', async () => {
  expect(await prepareDatabases(options())).toEqual(urls);
  expect((await stat(inject('postgresSecretsFile'))).mode & 0o777).toBe(0o600);
});

test('no role of a service can connect to the database of another', async () => {
  for (const from of services) {
    for (const to of services.filter((service) => service !== from)) {
      for (const url of [urls[from].runtimeUrl, urls[from].ownerUrl]) {
        const foreign = Object.assign(new URL(url), { pathname: `/${prefix}_${to}` }).href;
        await expect(run(foreign, 'select 1'), `${from} to ${to}`).rejects.toMatchObject({ code: '42501' });
      }
    }
  }
});

test.each(services)(
  'the runtime role of %s can make nothing and read nothing that was not granted',
  async (service) => {
    const { ownerUrl, runtimeUrl } = urls[service];
    await run(
      ownerUrl,
      'create table granted (n int); create table kept (n int); grant select on granted to gondola_' +
        service +
        '_runtime',
    );
    expect((await run(runtimeUrl, 'select * from granted')).rowCount).toBe(0);
    for (const sql of [
      'select * from kept',
      'insert into granted values (1)',
      'create table mine (n int)',
      'create temp table mine (n int)',
      'create schema mine',
      'drop table granted',
      'alter role current_user createdb',
      `set role gondola_${service}_owner`,
    ]) {
      await expect(run(runtimeUrl, sql), sql).rejects.toMatchObject({ code: '42501' });
    }
  },
);

test('a stranger node that lacks the passwords is told so and changes nothing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-node-'));
  const secretsFile = path.join(folder, 'secrets.json');
  await expect(prepareDatabases({ ...options(), secretsFile, ownsServer: false })).rejects.toThrow(
    /gondola_inventory_owner exists already.*copy that file/,
  );
  await writeFile(secretsFile, 'not json');
  await expect(prepareDatabases({ ...options(), secretsFile })).rejects.toThrow(/is damaged/);
  expect((await run(urls.inventory.runtimeUrl, 'select 1')).rowCount).toBe(1);
  await rm(folder, { recursive: true });
});

test('an admin without the right to create roles gets one clear sentence', async () => {
  await run(inject('postgresAdminUrl'), `create role ${prefix}_weak login password 'weak-password'`);
  const adminUrl = Object.assign(new URL(inject('postgresAdminUrl')), {
    username: `${prefix}_weak`,
    password: 'weak-password',
  }).href;
  await expect(prepareDatabases({ ...options(), adminUrl, prefix: `${prefix}_none` })).rejects.toThrow(
    /may not create databases and roles.*CREATEDB/,
  );
  await run(inject('postgresAdminUrl'), `drop role ${prefix}_weak`);
});

test('a server that does not answer gets one clear sentence without the password', async () => {
  const problem = await prepareDatabases({
    ...options(),
    adminUrl: 'postgres://me:hidden-word@127.0.0.1:1/postgres',
  }).catch((error: Error) => error.message);
  expect(problem).toMatch(/127\.0\.0\.1:1 does not accept the connection \(.+\): check DATABASE_URL/);
  expect(problem).not.toContain('hidden-word');
  expect(await readFile(inject('postgresSecretsFile'), 'utf8')).toContain('gondola_console_runtime');
});
