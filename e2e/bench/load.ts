import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { LoadAnswer, LoadRequest, LoadResult, LoadRun, LoadSetting } from './load-messages.ts';
import type { WorkloadName } from './workloads.ts';

/** The load process, seen from the benchmark. */
export interface Load {
  prepare(workload: WorkloadName, records: number, pushes: number): Promise<void>;
  /** Every till pulls its grants and renews its term. Returns how many units they may spend together. */
  pull(): Promise<number>;
  run(run: LoadRun): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** Megabytes of prepared requests do not stand in this heap, but their journal places do. */
const HEAP_MAX_MB = 2_048;

export async function startLoad(setting: LoadSetting): Promise<Load> {
  const child = fork(path.join(import.meta.dirname, 'load-process.ts'), {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${HEAP_MAX_MB}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await ask(child, { kind: 'open', setting });
  return {
    prepare: async (workload, records, pushes) => {
      await ask(child, { kind: 'prepare', workload, records, pushes });
    },
    pull: async () => {
      const answer = await ask(child, { kind: 'pull' });
      if (answer.kind !== 'pulled') throw new Error('the load process pulled and did not say what');
      return answer.unspentUnits;
    },
    run: async (run) => {
      const answer = await ask(child, { kind: 'run', run });
      if (answer.kind !== 'result') throw new Error('the load process answered without a result');
      return answer.result;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function ask(child: ChildProcess, request: LoadRequest): Promise<LoadAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the load process ended; its reason stands above'));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      const said = answer as LoadAnswer;
      if (said.kind === 'failed') reject(new Error(said.sentence));
      else resolve(said);
    });
    child.send(request);
  });
}
