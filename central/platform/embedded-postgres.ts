/**
 * A Postgres of our own, under GONDOLA_DATA_DIR, started and stopped with the program.
 *
 * Goal: no set-up, and nothing lost whatever is killed. The cluster is made once, listens on 127.0.0.1
 * only, on a port of its own that is kept in the folder. A server left over by a killed parent is stopped
 * and started again; a server that dies under us is started again on the same port. Only one process owns
 * a folder (folder-lock.ts); another may join its server with `share`.
 */
import { mkdir, readFile, realpath, stat, truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { lockFolder } from './folder-lock.ts';
import { findNativeFolder, openPrograms, type PostgresPrograms } from './postgres-binaries.ts';
import {
  adminUser,
  type ClusterFile,
  clusterExists,
  clusterPaths,
  createCluster,
  findServer,
  freePort,
  lastLine,
  portIsFree,
  readCluster,
  writeCluster,
} from './postgres-cluster.ts';
import { reasonOf, StartupProblem } from './startup-problem.ts';

export interface EmbeddedPostgresOptions {
  /** GONDOLA_DATA_DIR; the cluster lives in its folder `postgres`. */
  readonly dataDir: string;
  /** What this process is, told to another one that finds the folder taken: `npm start`. */
  readonly purpose: string;
  /** Join the server of a process that owns the folder already, instead of refusing. [false] */
  readonly share?: boolean;
  /** `relaxed` switches fsync off: for test clusters only. [full] */
  readonly durability?: 'full' | 'relaxed';
  /** A fresh random secret of at least 16 URL-safe characters. */
  readonly makeSecret: () => string;
  /** Folder of the binaries. [the installed package] */
  readonly native?: string;
}

export interface EmbeddedPostgres {
  /** URL of the superuser, for prepareDatabases and nothing else. */
  readonly adminUrl: string;
  readonly port: number;
  /** True when another process owns the server; `stop` then leaves it running. */
  readonly shared: boolean;
  /** Stops the server (fast shutdown) and gives the folder back. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

const startAttemptsMax = 20; // a killed server's children hold its memory for a moment
const startPauseMs = 250;
const watchEveryMs = 500;
const logBytesMax = 10 * 1024 * 1024;
const shareAttemptsMax = 120;

/** Starts (or joins) the embedded Postgres; what a person can cure is thrown as StartupProblem. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await ownFolder(options.dataDir);
  const lock = await lockFolder(dataDir, options.purpose);
  if (!lock.held) {
    const { pid, purpose } = lock.holder;
    if (options.share === true) return joinServer(dataDir);
    throw new StartupProblem(
      `The data folder ${dataDir} is in use by process ${pid} (${purpose}): stop it first, or set GONDOLA_DATA_DIR to another folder.`,
    );
  }
  try {
    const server = await startOwn(dataDir, options);
    return { ...server, stop: once(() => server.stop().finally(lock.release)) };
  } catch (problem) {
    await lock.release();
    throw problem;
  }
}

async function startOwn(dataDir: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const native = options.native ?? findNativeFolder();
  const durable = options.durability !== 'relaxed';
  const open = (folder: string): Promise<PostgresPrograms> => openPrograms(native, folder);
  if (!(await clusterExists(dataDir))) await createCluster(dataDir, open, options.makeSecret, durable);
  const cluster = await readCluster(dataDir);
  const { data, folder, file } = clusterPaths(dataDir);
  const programs = await open(folder);
  await stopServer(programs, data);
  const port = await startServer({ programs, dataDir, port: cluster.port, durable });
  if (port !== cluster.port) await writeCluster(file, { ...cluster, port });
  const stopWatching = watchServer(data, () =>
    startServer({ programs, dataDir, port, durable, keepPort: true }),
  );
  return {
    adminUrl: adminUrlOf({ ...cluster, port }),
    port,
    shared: false,
    stop: async () => {
      await stopWatching();
      await stopServer(programs, data);
    },
  };
}

interface ServerStart {
  readonly programs: PostgresPrograms;
  readonly dataDir: string;
  readonly port: number;
  readonly durable: boolean;
  /** Pools already know this port: take no other. */
  readonly keepPort?: boolean;
}

/** Starts the server and answers the port it listens on: the wanted one, or another when that is taken. */
async function startServer(start: ServerStart): Promise<number> {
  const { data, log } = clusterPaths(start.dataDir);
  let port = start.port;
  let reason = '';
  for (let attempt = 1; attempt <= startAttemptsMax; attempt += 1) {
    if (start.keepPort !== true && !(await portIsFree(port))) port = await freePort();
    const seen = await logSize(log);
    const started = await start.programs.run('pg_ctl', [
      'start',
      '-w',
      '-t',
      '60',
      '-D',
      data,
      '-l',
      log,
      '-o',
      serverOptions(port, start.durable),
    ]);
    if (started.code === 0) return port;
    const words = (await readFile(log, 'utf8').catch(() => '')).slice(seen);
    reason = fatalLine(words) ?? lastLine(started.output);
    if (!/shared memory block|Address already in use|could not bind|lock file/.test(words)) break;
    await sleep(startPauseMs);
    await stopServer(start.programs, data); // one that an orphaned pg_ctl has started meanwhile
  }
  throw new StartupProblem(
    `The embedded Postgres in ${start.dataDir} does not start (${reason}): see ${log}, put the folder back from a backup, or run npm run reset to start over without its data.`,
  );
}

function serverOptions(port: number, durable: boolean): string {
  const relaxed = durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
    'max_connections=200',
    'log_timezone=UTC',
    'timezone=UTC',
    ...relaxed,
  ];
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

async function logSize(log: string): Promise<number> {
  const size = (await stat(log).catch(() => null))?.size ?? 0;
  if (size <= logBytesMax) return size;
  await truncate(log, 0);
  return 0;
}

function fatalLine(log: string): string | null {
  const lines = log.split('\n').filter((line) => /\b(FATAL|PANIC|ERROR):/.test(line));
  const last = lines.at(-1);
  return last === undefined ? null : last.replace(/^.*?\b(FATAL|PANIC|ERROR):\s*/, '').replace(/\.$/, '');
}

async function stopServer(programs: PostgresPrograms, data: string): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if ((await findServer(data)) === null) return;
    await programs.run('pg_ctl', ['stop', '-w', '-t', '30', '-m', mode, '-D', data]);
  }
  const pid = await findServer(data);
  if (pid === null) return;
  throw new StartupProblem(
    `The Postgres process ${pid} on ${data} does not stop: end it with kill ${pid} and try again.`,
  );
}

/** Starts the server again when it dies under us; pools reconnect by themselves. */
function watchServer(data: string, restart: () => Promise<unknown>): () => Promise<void> {
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(watchEveryMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted || (await findServer(data)) !== null) continue;
      await restart().catch(() => undefined); // tried again at the next look; readiness says that it is down
    }
  };
  const done = watch();
  return async () => {
    stopping.abort();
    await done;
  };
}

async function joinServer(dataDir: string): Promise<EmbeddedPostgres> {
  let reason = 'its folder is not there yet';
  for (let attempt = 1; attempt <= shareAttemptsMax; attempt += 1) {
    if (await clusterExists(dataDir)) {
      const cluster = await readCluster(dataDir);
      const adminUrl = adminUrlOf(cluster);
      const answer = await tryConnect(adminUrl);
      if (answer === null) return { adminUrl, port: cluster.port, shared: true, stop: async () => undefined };
      reason = answer;
    }
    await sleep(startPauseMs);
  }
  throw new StartupProblem(
    `The embedded Postgres that another process runs in ${dataDir} does not answer (${reason}): restart that process.`,
  );
}

async function tryConnect(url: string): Promise<string | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function adminUrlOf(cluster: ClusterFile): string {
  return `postgres://${adminUser}:${encodeURIComponent(cluster.password)}@127.0.0.1:${cluster.port}/postgres`;
}

async function ownFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await realpath(dataDir);
  } catch (cause) {
    throw new StartupProblem(
      `The data folder ${dataDir} cannot be made (${reasonOf(cause)}): set GONDOLA_DATA_DIR to a folder that can be written.`,
      { cause },
    );
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= run());
}
