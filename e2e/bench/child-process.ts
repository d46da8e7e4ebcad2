/** A process of the benchmark's own that answers one request at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

export interface Child<Request, Answer> {
  ask(request: Request): Promise<Answer>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** `file` stands beside this one. An answer that says `failed` is thrown as its sentence. */
export function startChild<Request extends object, Answer extends { readonly kind: string }>(
  file: string,
  nodeOptions: readonly string[] = [],
): Child<Request, Exclude<Answer, { kind: 'failed' }>> {
  const child = fork(path.join(import.meta.dirname, file), {
    serialization: 'advanced',
    execArgv: [...nodeOptions],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ask: (request) => ask(child, request, file),
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

interface Failed {
  readonly kind: 'failed';
  readonly sentence: string;
}

function ask<Answer extends { readonly kind: string }>(
  child: ChildProcess,
  request: object,
  file: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${file} ended; its reason stands above`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      const said = answer as Answer | Failed;
      if (isFailed(said)) reject(new Error(said.sentence));
      else resolve(said);
    });
    child.send(request);
  });
}

function isFailed(said: { readonly kind: string }): said is Failed {
  return said.kind === 'failed';
}
