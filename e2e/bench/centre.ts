/** What is measured: a Postgres with the product's own settings, and a central process over it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '@gondola/central/platform/embedded-postgres.ts';
import { clusterPaths, findServer } from '@gondola/central/platform/postgres-cluster.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { z } from 'zod';

export interface BenchServer {
  /** The superuser. */
  readonly adminUrl: string;
  readonly postmasterPid: number;
  /** For the data of whoever uses the server; removed at the end. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** One server for everything that is measured: fsync on and Postgres's default settings. */
export async function startServer(makeSecret: () => string): Promise<BenchServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const dataDir = path.join(folder, 'server');
    const postgres = await startEmbeddedPostgres({ dataDir, purpose: 'npm run bench', makeSecret });
    const postmasterPid = must(
      await findServer(clusterPaths(dataDir).data),
      'a server that was started has a process',
    );
    const stop = () => postgres.stop().finally(remove);
    return { adminUrl: postgres.adminUrl, postmasterPid, folder, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

export interface BenchCentre {
  readonly url: URL;
  readonly apiKey: string;
  readonly pid: number;
  /** Where a profiler can speak to it; null unless it was asked for. */
  readonly inspectorUrl: string | null;
  stop(): Promise<void>;
}

const repository = path.resolve(import.meta.dirname, '../..');
const readySchema = z.object({ url: z.string(), apiKey: z.string() });
/** So long that no hold of the workload ends by itself within a run. */
export const RESERVATION_TIMEOUT_SECONDS = 86_400;

/** The environment of every central program of this run. */
export function centralEnvironment({ adminUrl, folder }: BenchServer): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PORT: '0',
    GONDOLA_DATA_DIR: path.join(folder, 'central'),
    DATABASE_URL: adminUrl,
    KAFKA_BROKERS: '',
    RESERVATION_TIMEOUT_SECONDS: String(RESERVATION_TIMEOUT_SECONDS),
    LOG_LEVEL: 'warn',
  };
}

export async function startCentral(server: BenchServer, inspected: boolean): Promise<BenchCentre> {
  const child = spawn(
    process.execPath,
    [...(inspected ? ['--inspect=127.0.0.1:0'] : []), 'central/start.ts', '--json', '--no-sample'],
    { cwd: repository, env: centralEnvironment(server), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const inspector = inspected ? lineOf(child.stderr, /ws:\/\/\S+/) : Promise.resolve(null);
  child.stderr.pipe(process.stderr);
  try {
    const ready = readySchema.parse(JSON.parse(await lineOf(child.stdout, /^\{.*/)));
    child.stdout.resume();
    return {
      url: new URL(ready.url),
      apiKey: ready.apiKey,
      pid: must(child.pid, 'central was started'),
      inspectorUrl: await inspector,
      stop: () => endProcess(child),
    };
  } catch (error) {
    await endProcess(child);
    throw error;
  }
}

async function lineOf(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    const [found] = wanted.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error('central ended before it was ready; its reason stands above');
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
