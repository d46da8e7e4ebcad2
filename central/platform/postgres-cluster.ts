/**
 * The folder of an embedded Postgres: `cluster.json` (port and admin password, 0600), `server.log` and the
 * cluster itself in `data/`. It is made beside its place and moved there by one rename, so that a folder
 * which exists is complete.
 */
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import type { PostgresPrograms } from './postgres-binaries.ts';
import { reasonOf, StartupProblem } from './startup-problem.ts';

/** The superuser of an embedded cluster; its password never leaves `cluster.json`. */
export const adminUser = 'gondola_admin';

const clusterFileSchema = z.object({ port: z.int().min(1).max(65_535), password: z.string().min(16) });
export type ClusterFile = z.infer<typeof clusterFileSchema>;

/** Names inside GONDOLA_DATA_DIR. */
export function clusterPaths(dataDir: string): { folder: string; data: string; log: string; file: string } {
  const folder = path.resolve(dataDir, 'postgres');
  return {
    folder,
    data: path.join(folder, 'data'),
    log: path.join(folder, 'server.log'),
    file: path.join(folder, 'cluster.json'),
  };
}

/** Whether a cluster was made here before. */
export async function clusterExists(dataDir: string): Promise<boolean> {
  return (await stat(clusterPaths(dataDir).folder).catch(() => null)) !== null;
}

/** Reads and checks `cluster.json`; a folder that is not a whole cluster of our version is a StartupProblem. */
export async function readCluster(dataDir: string): Promise<ClusterFile> {
  const { folder, data, file } = clusterPaths(dataDir);
  const cure = 'put the folder back from a backup, or run npm run reset to start over without its data';
  const version = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') {
        throw new StartupProblem(
          `The database folder ${folder} belongs to another user: start as that user, or set GONDOLA_DATA_DIR to a folder of your own.`,
        );
      }
      throw new StartupProblem(`The database folder ${folder} is damaged (PG_VERSION is missing): ${cure}.`);
    },
  );
  if (version.trim() !== '18') {
    throw new StartupProblem(
      `The database folder ${folder} is of Postgres ${version.trim().slice(0, 20)}, not 18: ${cure}.`,
    );
  }
  try {
    return clusterFileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new StartupProblem(`The file ${file} is missing or damaged: ${cure}.`, { cause });
  }
}

/** Keeps the port for the next start. */
export async function writeCluster(file: string, cluster: ClusterFile): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(cluster)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Makes a new cluster by initdb; a crash in between leaves only a folder that the next start removes. */
export async function createCluster(
  dataDir: string,
  open: (folder: string) => Promise<PostgresPrograms>,
  makeSecret: () => string,
  durable: boolean,
): Promise<void> {
  const { folder } = clusterPaths(dataDir);
  await removeUnfinished(dataDir);
  const staging = `${folder}.new-${makeSecret().replaceAll(/\W/g, '').slice(0, 8)}`;
  try {
    await mkdir(staging, { mode: 0o700 });
    const programs = await open(staging);
    const password = makeSecret();
    const passwordFile = path.join(staging, 'password');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (programs.owner !== null) await chown(passwordFile, programs.owner.uid, programs.owner.gid);
    const made = await programs.run('initdb', [
      '-D',
      path.join(staging, 'data'),
      '-U',
      adminUser,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--locale=C.UTF-8',
      '--encoding=UTF8',
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (made.code !== 0) {
      throw new StartupProblem(
        `The embedded Postgres could not make its folder in ${dataDir}: ${lastLine(made.output)}.`,
      );
    }
    await rm(passwordFile);
    await writeCluster(path.join(staging, 'cluster.json'), { port: await freePort(), password });
    await rename(staging, folder);
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    if (cause instanceof StartupProblem) throw cause;
    throw new StartupProblem(
      `The database folder could not be made in ${dataDir} (${reasonOf(cause)}): free some space or set GONDOLA_DATA_DIR to another folder.`,
      { cause },
    );
  }
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith('postgres.new-')) continue;
    await rm(path.join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * The process id of a server that runs on this very folder, or null. Removes a pid file whose number now
 * belongs to something else: Postgres itself would refuse to start beside another process of the same user.
 * A number that belongs to nothing is left to Postgres, which knows how to look for what is left of a server.
 */
export async function findServer(data: string): Promise<number | null> {
  const pidFile = path.join(data, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program = '', ...args] = commandLine.split('\0');
  if (path.basename(program) === 'postgres' && args.includes(data)) return pid;
  if (commandLine !== '') await rm(pidFile, { force: true });
  return null;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Whether nobody listens on this port of 127.0.0.1. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The last line of a program's output, without the full stop. */
export function lastLine(output: string): string {
  return (output.trim().split('\n').at(-1) ?? '').trim().replace(/\.$/, '');
}
