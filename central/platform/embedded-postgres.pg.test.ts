/**
 * Goal: whatever is killed, the next start works and has lost nothing; whatever is wrong is one sentence.
 * Method: real clusters in temporary folders, with fsync as in the product, real SIGKILLs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { findNativeFolder } from './postgres-binaries.ts';
import { clusterPaths, findServer } from './postgres-cluster.ts';
import { StartupProblem } from './startup-problem.ts';

let folder: string;
let open: EmbeddedPostgres[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-pg-'));
  open = [];
});

afterEach(async () => {
  for (const server of open) await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const makeSecret = (): string => randomBytes(24).toString('base64url');

async function start(
  options: { dataDir?: string; share?: boolean; native?: string } = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: folder, purpose: 'a test', makeSecret, ...options });
  open.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function postmasterPid(): Promise<number> {
  const pid = await findServer(clusterPaths(folder).data);
  if (pid === null) throw new Error('no server runs');
  return pid;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 10_000, interval: 25 });
}

test('a new cluster is private, durable and ours alone; a second start keeps port and data', async () => {
  const first = await start();
  const settings = await query(
    first.adminUrl,
    "select name, setting from pg_settings where name in ('fsync', 'listen_addresses', 'unix_socket_directories', 'synchronous_commit')",
  );
  expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
    fsync: 'on',
    listen_addresses: '127.0.0.1',
    synchronous_commit: 'on',
    unix_socket_directories: '',
  });
  expect(
    await query(
      first.adminUrl,
      "select datcollate, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'",
    ),
  ).toEqual([{ datcollate: 'C.UTF-8', encoding: 'UTF8' }]);
  await query(first.adminUrl, 'create table kept (n int)');
  await first.stop();
  const second = await start();
  expect(second.port).toBe(first.port);
  expect(await query(second.adminUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  await expect(query(second.adminUrl.replace(/:[^:@/]+@/, ':wrong-password@'), 'select 1')).rejects.toThrow(
    /password authentication failed/,
  );
});

test('a SIGKILLed server is started again under us, on the same port, with everything committed', async () => {
  const server = await start();
  await query(server.adminUrl, 'create table kept (n int)');
  await query(server.adminUrl, 'insert into kept values (1), (2)');
  process.kill(await postmasterPid(), 'SIGKILL');
  await until(async () => (await query(server.adminUrl, 'select 1').catch(() => [])).length === 1);
  expect(await query(server.adminUrl, 'select sum(n)::int as sum from kept')).toEqual([{ sum: 3 }]);
});

test('what was acknowledged under load survives SIGKILL of the server, again and again', async () => {
  const server = await start();
  await query(server.adminUrl, 'create table kept (writer int, n int, primary key (writer, n))');
  const acknowledged: string[] = [];
  let stop = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !stop; n += 1) {
      const done = await query(
        server.adminUrl,
        `insert into kept values (${writer}, ${n}) returning n`,
      ).catch(() => []);
      if (done.length === 1) acknowledged.push(`${writer}/${n}`);
    }
  };
  const writers = Promise.all([write(1), write(2), write(3)]);
  for (let kill = 1; kill <= 3; kill += 1) {
    const before = acknowledged.length;
    await until(async () => acknowledged.length > before + 20);
    process.kill(await postmasterPid(), 'SIGKILL');
    await until(async () => (await findServer(clusterPaths(folder).data)) === null);
  }
  await until(async () => (await query(server.adminUrl, 'select 1').catch(() => [])).length === 1);
  stop = true;
  await writers;
  const kept = new Set(
    (await query(server.adminUrl, "select writer || '/' || n as id from kept")).map((row) => row['id']),
  );
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(60);
});

test('a parent killed by SIGKILL leaves a server behind; the next start takes the folder over', async () => {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'))});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(folder)}, purpose: 'the parent', makeSecret: () => 'a-secret-of-sixteen-or-more' });
    console.log(server.adminUrl);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (part: Buffer) => resolve(part.toString().trim())),
  );
  await query(url, 'create table kept (n int)');
  await expect(start()).rejects.toThrow(/in use by process \d+ \(the parent\)/);
  const joined = await start({ share: true });
  expect([joined.shared, joined.adminUrl]).toEqual([true, url]);
  const left = await postmasterPid();
  const ended = new Promise((resolve) => parent.once('exit', resolve));
  parent.kill('SIGKILL');
  await ended;
  expect(await postmasterPid()).toBe(left);
  const next = await start();
  expect(await postmasterPid()).not.toBe(left);
  expect(await query(next.adminUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
});

test('a port that someone else took is replaced', async () => {
  const first = await start();
  await first.stop();
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(first.port, '127.0.0.1', resolve));
  const second = await start();
  expect(second.port).not.toBe(first.port);
  expect(await query(second.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await new Promise((resolve) => thief.close(resolve));
});

test('a pid file whose number now belongs to another program does not stop us', async () => {
  await (await start()).stop();
  const pidFile = path.join(clusterPaths(folder).data, 'postmaster.pid');
  await writeFile(pidFile, `${process.pid}\n${clusterPaths(folder).data}\n`);
  expect(await query((await start()).adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.each([
  [
    'PG_VERSION gone',
    async (data: string) => rm(path.join(data, 'PG_VERSION')),
    /damaged \(PG_VERSION is missing\).*npm run reset/,
  ],
  [
    'another version',
    async (data: string) => writeFile(path.join(data, 'PG_VERSION'), '17\n'),
    /is of Postgres 17, not 18/,
  ],
  [
    'pg_control destroyed',
    async (data: string) => writeFile(path.join(data, 'global/pg_control'), 'x'.repeat(100)),
    /does not start \(.*server\.log.*npm run reset/,
  ],
  [
    'cluster.json broken',
    async (data: string) => writeFile(path.join(data, '../cluster.json'), '{'),
    /cluster\.json is missing or damaged/,
  ],
])('a corrupt folder is one clear sentence: %s', async (_name, corrupt, sentence) => {
  await (await start()).stop();
  await corrupt(clusterPaths(folder).data);
  const problem = await start().catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(StartupProblem);
  expect((problem as Error).message).toMatch(sentence);
  expect((problem as Error).message.split('\n')).toHaveLength(1);
});

test('a data folder that cannot be made is one clear sentence', async () => {
  await writeFile(path.join(folder, 'file'), '');
  await expect(start({ dataDir: path.join(folder, 'file', 'data') })).rejects.toThrow(
    /cannot be made .*set GONDOLA_DATA_DIR/,
  );
});

const isRoot = process.getuid?.() === 0;
test.skipIf(!isRoot)(
  'root with a clone and data under a home of mode 0700: runs, and not as root',
  async () => {
    const home = await mkdtemp(path.join(homedir(), 'gondola-home-'));
    try {
      await chmod(home, 0o700);
      const native = path.join(home, 'native');
      await cp(findNativeFolder(), native, { recursive: true, verbatimSymlinks: true });
      const dataDir = path.join(home, 'clone', '.gondola');
      await mkdir(path.dirname(dataDir), { mode: 0o700 });
      const server = await start({ dataDir, native });
      expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
      const pid = await findServer(clusterPaths(dataDir).data);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      expect(status).not.toMatch(/^Uid:\s+0\b/m);
      expect(status).toMatch(/^CapEff:\s+0000000000000004$/m); // dac_read_search and nothing else
      await server.stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

test.skipIf(!isRoot)(
  'root elsewhere: no capability at all, and files private to this user work too',
  async () => {
    await chmod(folder, 0o755);
    const server = await start();
    const status = await readFile(`/proc/${await postmasterPid()}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\s+0\b/m);
    expect(status).toMatch(/^CapEff:\s+0000000000000000$/m);
    await server.stop();
    const native = path.join(folder, 'native');
    await cp(findNativeFolder(), native, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'go-rwx', native]); // as an install under umask 077 leaves it
    expect(await query((await start({ native })).adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  },
);
