/** Processes that a test starts, freezes, thaws and ends by their ids, and talks to by lines of JSON. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const repository = path.resolve(import.meta.dirname, '../../..');

export type Said = Readonly<Record<string, unknown>>;

export interface Program {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Sends one line of JSON to the program; while it is frozen the line waits in the pipe. */
  say(line: Said): void;
  /** The first line not heard yet that fits. Rejects when the program ends before it says so. */
  hear(fits: (line: Said) => boolean): Promise<Said>;
  /** Every line that has come and fits and was not heard yet; they count as heard then. */
  takeHeard(fits: (line: Said) => boolean): Said[];
  /** What it wrote to standard error so far. */
  errors(): string;
  /** SIGSTOP; resolves when the kernel says that it stands still. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): void;
  /** Sends the signal and waits until the process is gone. Wakes it first when it is frozen. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const lookEveryMs = 2;

/** Starts a program of this repository with this Node; `environment` is all it gets beside PATH. */
export function startProgram(args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  const unheard: Said[] = [];
  const listeners = new Set<() => void>();
  let errors = '';
  let gone = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    unheard.push(JSON.parse(line) as Said);
    for (const listener of listeners) listener();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      gone = true;
      for (const listener of listeners) listener();
      resolve();
    });
  });
  const hear = (fits: (line: Said) => boolean): Promise<Said> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const index = unheard.findIndex(fits);
        const [line] = index < 0 ? [] : unheard.splice(index, 1);
        if (line === undefined && !gone) return;
        listeners.delete(look);
        if (line === undefined) reject(new Error(`the program ${args[0]} ended:\n${errors}`));
        else resolve(line);
      };
      listeners.add(look);
      look();
    });
  return {
    pid,
    ended,
    hear,
    takeHeard: (fits) => {
      const taken = unheard.filter(fits);
      unheard.splice(0, unheard.length, ...unheard.filter((line) => !fits(line)));
      return taken;
    },
    errors: () => errors,
    say: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    freeze: async () => {
      process.kill(pid, 'SIGSTOP');
      while (stateOf(pid) !== 'T') await sleep(lookEveryMs);
    },
    thaw: () => void process.kill(pid, 'SIGCONT'),
    end: async (signal) => {
      if (!gone) {
        process.kill(pid, signal);
        process.kill(pid, 'SIGCONT');
      }
      await ended;
    },
  };
}

/** `T`: stopped by a signal. */
function stateOf(pid: number): string {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}
