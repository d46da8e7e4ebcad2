/** Measured windows over one central: warm up, prepare, run, and let what hangs on the decisions come to rest. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { LoadResult, Pace } from './load-messages.ts';
import type { Look } from './postgres-look.ts';
import {
  type CpuSeconds,
  cpuBetween,
  cpuSecondsOf,
  readCpuSeconds,
  type WatchedProcesses,
} from './processes.ts';
import type { Profiler } from './profiler.ts';
import type { WorkloadName } from './workloads.ts';

export interface WindowPlan {
  /** Names the profile. */
  readonly name: string;
  readonly workload: WorkloadName;
  /** Records in one push. */
  readonly records: number;
  readonly pushesAtOnce: number;
  readonly seconds: number;
  /** Push at this rate instead of as fast as answers come. */
  readonly pushesPerSecond?: number;
}

export interface WindowParts {
  readonly load: Load;
  readonly look: Look;
  readonly watched: WatchedProcesses;
  readonly profiler: Profiler | null;
  readonly onProgress: (sentence: string) => void;
}

/** A window with what it left to do: central's consumers read the log behind the decisions. */
export interface MeasuredWindow extends LoadResult {
  readonly operationsPerSecond: number;
  /** Of the server's processes that work for the authority's batches alone, from the lead to the last answer. */
  readonly decidingCpuSeconds: number;
  /** Events written and not yet read by all consumers when the load ended. */
  readonly lagEvents: number;
  /** From the end of the load until every consumer was at the head. */
  readonly afterSeconds: number;
  readonly afterCpu: CpuSeconds;
}

const LEAD_MS = 1_000;
/** The rate is found by a short run before it: too few prepared pushes would cut the window, too many waste memory. */
const TRIAL_MS = 1_500;
const TRIAL_RECORDS = 20_000;
const SPARE = 2;
const LOOK_MS = 250;
/** Part of one processor that central uses while it rests. */
const IDLE_SHARE = 0.2;

export async function measureWindow(plan: WindowPlan, parts: WindowParts): Promise<MeasuredWindow> {
  const { load, look, onProgress, profiler } = parts;
  onProgress(`${plan.name}: every till pulls`);
  await load.pull();
  const seconds = (LEAD_MS + plan.seconds * 1_000) / 1_000;
  const pushesPerSecond = plan.pushesPerSecond ?? (await tryRate(plan, parts));
  // What is under way when the window ends must have been prepared as well.
  const pushes = Math.ceil(pushesPerSecond * seconds * SPARE) + plan.pushesAtOnce * 2;
  onProgress(`${plan.name}: preparing ${pushes * plan.records} records`);
  await load.prepare(plan.workload, plan.records, pushes);
  await settle(parts);
  await look.checkpoint();
  onProgress(`${plan.name}: measuring for ${plan.seconds} s`);
  await profiler?.start();
  const deciding = await look.decidingPids();
  const decidedBefore = cpuSecondsOf(deciding);
  const result = await load.run({ pace: paceOf(plan), leadMs: LEAD_MS, windowMs: plan.seconds * 1_000 });
  const decidingCpuSeconds = cpuSecondsOf(deciding) - decidedBefore;
  await profiler?.stop(plan.name);
  if (result.operations === 0)
    throw new Error(`${plan.name}: nothing was acknowledged in ${plan.seconds} s: take more --seconds`);
  const lagEvents = await look.lagEvents();
  onProgress(`${plan.name}: waiting for the consumers`);
  const after = await settle(parts);
  return {
    ...result,
    operationsPerSecond: result.operations / result.seconds,
    decidingCpuSeconds,
    lagEvents,
    afterSeconds: after.seconds,
    afterCpu: after.cpu,
  };
}

/** Waits until every consumer of the log is at its head and central has nothing else to do, as dealing to tills that came back. */
export async function settle({ look, watched }: Pick<WindowParts, 'look' | 'watched'>): Promise<{
  readonly seconds: number;
  readonly cpu: CpuSeconds;
}> {
  const startedMs = performance.now();
  const before = readCpuSeconds(watched);
  let last = before;
  for (let isQuiet = false; !isQuiet; ) {
    const lookedMs = performance.now();
    await sleep(LOOK_MS);
    const now = readCpuSeconds(watched);
    const busyShare = cpuBetween(last, now).central / ((performance.now() - lookedMs) / 1_000);
    last = now;
    isQuiet = busyShare <= IDLE_SHARE && (await look.lagEvents()) === 0;
  }
  return { seconds: (performance.now() - startedMs) / 1_000, cpu: cpuBetween(before, last) };
}

async function tryRate(plan: WindowPlan, { load, onProgress }: WindowParts): Promise<number> {
  onProgress(`${plan.name}: a trial`);
  await load.prepare(
    plan.workload,
    plan.records,
    Math.ceil(Math.max(TRIAL_RECORDS / plan.records, plan.pushesAtOnce * 4)),
  );
  const { operationsInAll, secondsInAll } = await load.run({
    pace: { kind: 'at-once', pushes: plan.pushesAtOnce },
    leadMs: 0,
    windowMs: TRIAL_MS,
  });
  // With all that was still under way at the end: a slow centre may answer nothing within the trial itself.
  return operationsInAll / plan.records / secondsInAll;
}

function paceOf({ pushesAtOnce, pushesPerSecond }: WindowPlan): Pace {
  return pushesPerSecond === undefined
    ? { kind: 'at-once', pushes: pushesAtOnce }
    : { kind: 'steady', pushesPerSecond };
}
