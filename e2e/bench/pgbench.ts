/** Postgres's own measure of short transactions, as the yardstick that anybody can repeat. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { administer, databaseUrl } from './postgres-look.ts';

export interface Pgbench {
  /** Writes all dirty pages, so that no measurement pays for the one before. */
  checkpoint(): Promise<void>;
  measure(clients: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

const DATABASE = 'bench_pgbench';
/** A million accounts: several times the pools that the authority has, and more rows than clients could ever contend for. */
const SCALE = 10;
const THREADS_MAX = 2;
const execute = promisify(execFile);

/** Null, with the reason told, where there is no pgbench and none can be had. */
export async function openPgbench(
  adminUrl: string,
  tell: (sentence: string) => void,
): Promise<Pgbench | null> {
  if (!(await isThere()) && !(await install(tell))) {
    tell('pgbench is not here and could not be installed by apt: pgbenchTps is null');
    return null;
  }
  await administer(adminUrl, `create database ${DATABASE}`);
  const connection = connectionOf(adminUrl);
  await execute('pgbench', ['-i', '-q', '-s', String(SCALE), ...connection.args], { env: connection.env });
  return {
    measure: async (clients, seconds) => {
      const threads = Math.min(clients, THREADS_MAX);
      const { stdout } = await execute(
        'pgbench',
        [
          ...['-n', '-N', '-M', 'prepared', '-c', String(clients), '-j', String(threads)],
          ...['-T', String(Math.ceil(seconds)), ...connection.args],
        ],
        { env: connection.env },
      );
      return tpsOf(stdout);
    },
    checkpoint: () => administer(adminUrl, 'checkpoint'),
    close: () => administer(adminUrl, `drop database ${DATABASE} with (force)`),
  };
}

/** Transactions per second as pgbench prints them, without the time of connecting. */
export function tpsOf(output: string): number {
  // It states no rate where a machine that is busy elsewhere let not one of many clients finish in time.
  if (/^number of transactions actually processed: 0$/m.test(output)) return 0;
  const [, tps] = /^tps = ([\d.]+) \(without initial connection time\)/m.exec(output) ?? [];
  if (tps === undefined) throw new Error(`pgbench did not say its rate: ${output.slice(-500)}`);
  return Number(tps);
}

function connectionOf(adminUrl: string) {
  const { hostname, port, username, password } = new URL(databaseUrl(adminUrl, DATABASE));
  return {
    args: ['-h', hostname, '-p', port, '-U', username, DATABASE],
    env: { ...process.env, PGPASSWORD: decodeURIComponent(password) },
  };
}

async function isThere(): Promise<boolean> {
  return execute('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
}

async function install(tell: (sentence: string) => void): Promise<boolean> {
  tell('installing pgbench by apt (postgresql-contrib)');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await execute('apt-get', ['install', '-y', '-q', 'postgresql-contrib'], { env });
  } catch {
    return false;
  }
  return isThere();
}
