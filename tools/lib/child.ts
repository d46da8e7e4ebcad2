/** A server that must not outlive the test run, however the run ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';

export interface Server {
  readonly pid: number;
  readonly exited: Promise<number>;
  log(): string;
  stop(): Promise<void>;
}

// A SIGKILL of this process closes the pipe, and the shell then ends the server: no handler of ours could run.
const GUARD = [
  'exec 3<&0',
  '"$@" 3<&- </dev/null &',
  'server=$!',
  'trap \'kill "$server" 2>/dev/null\' TERM INT',
  '{ cat <&3 >/dev/null; kill "$server"; } 2>/dev/null &',
  'wait "$server"; code=$?',
  'while kill -0 "$server" 2>/dev/null; do wait "$server"; code=$?; done',
  'exit "$code"',
].join('\n');

export function startGuarded(command: string, args: readonly string[], logFile?: string): Server {
  // Detached: Ctrl-C reaches this process alone, which then stops the server in its own order.
  const child = spawn('sh', ['-c', GUARD, 'sh', command, ...args], { stdio: 'pipe', detached: true });
  let text = '';
  const file = logFile ? createWriteStream(logFile) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-50_000);
      file?.write(chunk);
    });
  }
  const exited = new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
  child.unref();
  return { pid: child.pid ?? 0, exited, log: () => text, stop: () => stopGuarded(child, exited) };
}

async function stopGuarded(child: ChildProcess, exited: Promise<number>): Promise<void> {
  child.stdin?.end();
  const late = setTimeout(() => {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }, 15_000);
  await exited;
  clearTimeout(late);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
