/** What the benchmark and its load process say to each other: one request, one answer. */
import type { CpuSeconds, WatchedProcesses } from './processes.ts';
import type { BenchTill } from './push-journal.ts';
import type { WorkloadName } from './workloads.ts';

export interface LoadSetting {
  readonly hostname: string;
  readonly port: number;
  readonly tills: readonly BenchTill[];
  readonly turns: Readonly<Record<WorkloadName, readonly number[]>>;
  readonly watched: WatchedProcesses;
}

export type Pace =
  /** Each answer lets the next push go: the most that the authority takes. */
  | { readonly kind: 'at-once'; readonly pushes: number }
  /** Pushes fall due evenly, whether or not the ones before were answered. */
  | { readonly kind: 'steady'; readonly pushesPerSecond: number };

export interface LoadRun {
  readonly pace: Pace;
  /** Load before the measured window begins. */
  readonly leadMs: number;
  readonly windowMs: number;
}

export type LoadRequest =
  | { readonly kind: 'open'; readonly setting: LoadSetting }
  /** Forgets what was prepared and not sent. */
  | {
      readonly kind: 'prepare';
      readonly workload: WorkloadName;
      readonly records: number;
      readonly pushes: number;
    }
  | { readonly kind: 'run'; readonly run: LoadRun }
  /** Every till pulls: its term is renewed, and what is prepared after it charges what it was granted. */
  | { readonly kind: 'pull' };

/** One measured window. */
export interface LoadResult {
  readonly operations: number;
  readonly pushes: number;
  readonly seconds: number;
  /** Acknowledged in all, with lead and stragglers. */
  readonly operationsInAll: number;
  readonly secondsInAll: number;
  /** The prepared pushes did not last to the end of the window, which was cut there. */
  readonly ranOut: boolean;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpu: CpuSeconds;
}

export type LoadAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'result'; readonly result: LoadResult }
  | { readonly kind: 'pulled'; readonly unspentUnits: number }
  | { readonly kind: 'failed'; readonly sentence: string };
