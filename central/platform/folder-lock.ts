/**
 * One process per data folder, by a lock that cannot go stale.
 *
 * The lock is a listening socket in Linux's abstract namespace, named after the folder. The kernel gives
 * it to exactly one process and takes it back the moment that process ends, SIGKILL included: no lock
 * file to clean up, no process id that another process may have inherited. Whoever finds it taken
 * connects and is told who holds it.
 */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

/** Who holds a folder: shown to the process that wanted it too. */
export interface LockHolder {
  readonly pid: number;
  readonly purpose: string;
}

/** The lock, or the process that has it. */
export type FolderLock =
  | { readonly held: true; readonly release: () => Promise<void> }
  | { readonly held: false; readonly holder: LockHolder };

const answerBytesMax = 400;
const answerTimeoutMs = 1_000;
const attemptsMax = 5;

/** Takes the folder for this process, creating it when missing. `purpose` reads like `npm start`. */
export async function lockFolder(folder: string, purpose: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const name = `\0gondola-${createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 40)}`;
  for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
    const release = await listenOn(name, { pid: process.pid, purpose });
    if (release !== null) return { held: true, release };
    const holder = await askHolder(name);
    if (holder !== null) return { held: false, holder }; // null: it ended between the two calls
  }
  return { held: false, holder: { pid: 0, purpose: 'another process' } };
}

function listenOn(name: string, holder: LockHolder): Promise<(() => Promise<void>) | null> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(holder));
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(name, () => resolve(() => new Promise((done) => server.close(() => done()))));
  });
}

function askHolder(name: string): Promise<LockHolder | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    const unknown: LockHolder = { pid: 0, purpose: 'another process' };
    socket.setTimeout(answerTimeoutMs, () => {
      socket.destroy();
      resolve(unknown); // it lives but is too busy to answer
    });
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      answer = (answer + part).slice(0, answerBytesMax);
    });
    socket.on('error', () => resolve(null));
    socket.on('end', () => resolve(parseHolder(answer) ?? unknown));
  });
}

function parseHolder(answer: string): LockHolder | null {
  try {
    const { pid, purpose } = JSON.parse(answer) as Partial<LockHolder>;
    return typeof pid === 'number' && typeof purpose === 'string' ? { pid, purpose } : null;
  } catch {
    return null;
  }
}
