/** The figures of the curve. Pure. */
import { serverSeconds } from './authority-report.ts';
import { othersShare } from './processes.ts';
import type { MeasuredWindow } from './windows.ts';

export interface GrowthPoint {
  /** In the log before this point's trial and window. */
  readonly events: number;
  /** Processor time of central and Postgres in the window, whatever they did: also recounting by the auditor, and consumers. */
  readonly microsecondsPerOperation: number;
  /** Of that, the server's processes that work for the authority's batches alone. */
  readonly decidingMicrosecondsPerOperation: number;
  /** Central and Postgres after the window, until every consumer had read what it wrote. */
  readonly afterwardsMicrosecondsPerOperation: number;
  readonly operationsPerSecond: number;
  readonly databaseMb: number;
  /** Part of the machine's used processor time that other programs had. */
  readonly othersCpuShare: number;
}

export function growthPointOf(events: number, window: MeasuredWindow, databaseBytes: number): GrowthPoint {
  const { cpu, afterCpu, operations, operationsInAll, decidingCpuSeconds } = window;
  const microseconds = (seconds: number, count: number) => Math.round((seconds / count) * 1e7) / 10;
  return {
    events,
    microsecondsPerOperation: microseconds(serverSeconds(cpu), operations),
    decidingMicrosecondsPerOperation: microseconds(decidingCpuSeconds, operationsInAll),
    afterwardsMicrosecondsPerOperation: microseconds(serverSeconds(afterCpu), operationsInAll),
    operationsPerSecond: Math.round(window.operationsPerSecond),
    databaseMb: Math.round(databaseBytes / 2 ** 20),
    othersCpuShare: Math.round(othersShare(cpu) * 1_000) / 1_000,
  };
}

/** The last point's cost by the first one's: 1 is flat. */
export function growthRatio(
  points: readonly GrowthPoint[],
  figure: 'microsecondsPerOperation' | 'decidingMicrosecondsPerOperation',
): number {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return Number.NaN;
  return Math.round((last[figure] / first[figure]) * 100) / 100;
}
