import { startChild } from './child-process.ts';
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
  const { ask, stop } = startChild<LoadRequest, LoadAnswer>('load-process.ts', [
    `--max-old-space-size=${HEAP_MAX_MB}`,
  ]);
  await ask({ kind: 'open', setting });
  return {
    prepare: async (workload, records, pushes) => {
      await ask({ kind: 'prepare', workload, records, pushes });
    },
    pull: async () => {
      const answer = await ask({ kind: 'pull' });
      if (answer.kind !== 'pulled') throw new Error('the load process pulled and did not say what');
      return answer.unspentUnits;
    },
    run: async (run) => {
      const answer = await ask({ kind: 'run', run });
      if (answer.kind !== 'result') throw new Error('the load process answered without a result');
      return answer.result;
    },
    stop,
  };
}
