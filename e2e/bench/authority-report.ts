/** The figures of one run and what they should be. Pure. */
import type { Windows } from './authority.ts';
import type { AuthorityOptions } from './authority-options.ts';
import type { InsideCounts, VerdictCounts } from './postgres-look.ts';
import type { BaselineForm } from './postgres-reserve.ts';
import { type CpuSeconds, othersShare } from './processes.ts';
import type { MeasuredWindow } from './windows.ts';
import type { Best, Yardsticks } from './yardsticks.ts';

export interface AuthorityFindings {
  readonly options: AuthorityOptions;
  readonly yardsticks: Yardsticks;
  readonly windows: Windows;
  readonly reserveP50Ms: number;
  readonly peakRssMb: number;
  readonly tillsEnrolled: number;
  readonly allotments: number;
  readonly auditMismatches: number;
  readonly verdicts: VerdictCounts;
  readonly inside: InsideCounts;
  readonly events: number;
  readonly databaseBytes: number;
}

/** Microseconds of processor time per operation of a window. */
export interface CpuPerOperation {
  readonly central: number;
  readonly postgres: number;
  readonly generator: number;
  /** Central and Postgres, after the window, until every consumer had read what it wrote. */
  readonly consumersAfterwards: number;
}

export interface AuthorityReport {
  /** Pushes of 10, uniform. */
  readonly authorityOpsPerSecond: number;
  /** Pushes of 100, uniform. */
  readonly drainOpsPerSecond: number;
  /** Pushes of 1, uniform. */
  readonly singleOpsPerSecond: number;
  readonly hotOpsPerSecond: number;
  /** The better of the two forms of the usual design; every ratio is to it. */
  readonly baselineOpsPerSecond: number;
  readonly baselineForm: BaselineForm;
  readonly baselineConnections: number;
  readonly baselineProcesses: number;
  readonly fiveStatementsOpsPerSecond: number;
  readonly oneStatementOpsPerSecond: number;
  readonly pgbenchTps: number | null;
  readonly pgbenchClients: number | null;
  readonly baselineToPgbench: number | null;
  readonly ratioToBaseline: number;
  readonly drainRatioToBaseline: number;
  readonly ratioToPgbench: number | null;
  readonly hotToUniform: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly reserveP50Ms: number;
  readonly cpuSecondsPer1000Ops: number;
  readonly peakRssMb: number;
  /** Of all processor time that central, Postgres and the generator used in the window of pushes of 10. */
  readonly generatorCpuShare: number;
  readonly acceptedShare: number;
  /** Of the tills' operations: sold out of an allotment, held inside one, or a commit of such a hold; from the events. */
  readonly insideShare: number;
  readonly guaranteedBroken: number;
  readonly auditMismatches: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** By yardstick. */
  readonly yardstickCpuMicrosecondsPerOp: Readonly<Record<string, Best['cpuMicrosecondsPerOp']>>;
  readonly cpuMicrosecondsPerOp: Readonly<Record<'tens' | 'ones' | 'hundreds' | 'hot', CpuPerOperation>>;
  /** Part of the machine's used processor time that other programs had, by window: what is above a few percent bends it. */
  readonly othersCpuShare: Readonly<Record<string, number>>;
  /** Events that the consumers had not read when the window of pushes of 10 ended, and how long they took. */
  readonly lagEvents: number;
  readonly lagSeconds: number;
  /** Windows whose prepared pushes did not last. */
  readonly cutWindows: readonly string[];
  readonly sizes: Readonly<Record<string, number>>;
}

/** What is hoped for: at least, or at most. */
export const TARGETS: Partial<
  Record<keyof AuthorityReport, { readonly min: number } | { readonly max: number }>
> = {
  ratioToBaseline: { min: 6 },
  drainRatioToBaseline: { min: 10 },
  ratioToPgbench: { min: 6 },
  hotToUniform: { min: 1 },
  p99Ms: { max: 50 },
  reserveP50Ms: { max: 5 },
  peakRssMb: { max: 512 },
  baselineToPgbench: { min: 0.9 },
  acceptedShare: { min: 0.95 },
  insideShare: { min: 0.45 },
  guaranteedBroken: { max: 0 },
  auditMismatches: { max: 0 },
};

export function reportOf(findings: AuthorityFindings): AuthorityReport {
  const { options, yardsticks, windows, verdicts } = findings;
  const { tens, ones, hundreds, hot, half } = windows;
  const { pgbench } = yardsticks;
  const form = bestForm(yardsticks);
  const baseline = yardsticks.baseline[form];
  const { central, postgres, generator } = tens.cpu;
  return {
    authorityOpsPerSecond: Math.round(tens.operationsPerSecond),
    drainOpsPerSecond: Math.round(hundreds.operationsPerSecond),
    singleOpsPerSecond: Math.round(ones.operationsPerSecond),
    hotOpsPerSecond: Math.round(hot.operationsPerSecond),
    baselineOpsPerSecond: Math.round(baseline.perSecond),
    baselineForm: form,
    baselineConnections: baseline.connections,
    baselineProcesses: baseline.processes,
    fiveStatementsOpsPerSecond: Math.round(yardsticks.baseline['five-statements'].perSecond),
    oneStatementOpsPerSecond: Math.round(yardsticks.baseline['one-statement'].perSecond),
    pgbenchTps: pgbench === null ? null : Math.round(pgbench.perSecond),
    pgbenchClients: pgbench?.connections ?? null,
    baselineToPgbench: pgbench === null ? null : round(baseline.perSecond / pgbench.perSecond),
    ratioToBaseline: round(tens.operationsPerSecond / baseline.perSecond),
    drainRatioToBaseline: round(hundreds.operationsPerSecond / baseline.perSecond),
    ratioToPgbench: pgbench === null ? null : round(tens.operationsPerSecond / pgbench.perSecond),
    hotToUniform: round(hot.operationsPerSecond / tens.operationsPerSecond),
    p50Ms: round(half.p50Ms),
    p99Ms: round(half.p99Ms),
    reserveP50Ms: round(findings.reserveP50Ms),
    cpuSecondsPer1000Ops: round(((central + postgres) / tens.operations) * 1_000, 4),
    peakRssMb: Math.round(findings.peakRssMb),
    generatorCpuShare: round(generator / (central + postgres + generator), 3),
    acceptedShare: round(verdicts.accepted / verdicts.operations, 4),
    insideShare: round(findings.inside.inside / findings.inside.operations, 4),
    guaranteedBroken: verdicts.guaranteedBroken,
    auditMismatches: findings.auditMismatches,
    verdicts: verdicts.byVerdict,
    yardstickCpuMicrosecondsPerOp: Object.fromEntries(
      Object.entries(bestsOf(yardsticks)).map(([name, best]) => [name, best.cpuMicrosecondsPerOp]),
    ),
    cpuMicrosecondsPerOp: {
      tens: cpuPerOperation(tens),
      ones: cpuPerOperation(ones),
      hundreds: cpuPerOperation(hundreds),
      hot: cpuPerOperation(hot),
    },
    othersCpuShare: othersByWindow(findings),
    lagEvents: tens.lagEvents,
    lagSeconds: round(tens.afterSeconds),
    cutWindows: Object.entries(windows)
      .filter(([, { ranOut }]) => ranOut)
      .map(([name]) => name),
    sizes: {
      stores: options.stores,
      items: options.items,
      pushesAtOnce: options.tills,
      tills: findings.tillsEnrolled,
      allotments: findings.allotments,
      seconds: options.seconds,
      seed: options.seed,
      operations: verdicts.operations,
      events: findings.events,
      databaseMb: Math.round(findings.databaseBytes / 2 ** 20),
    },
  };
}

function bestForm({ baseline }: Yardsticks): BaselineForm {
  const isFive = baseline['five-statements'].perSecond > baseline['one-statement'].perSecond;
  return isFive ? 'five-statements' : 'one-statement';
}

function bestsOf({ baseline, pgbench }: Yardsticks): Record<string, Best> {
  return { ...baseline, ...(pgbench !== null && { pgbench }) };
}

function othersByWindow({ windows, yardsticks }: AuthorityFindings): Record<string, number> {
  const ours = Object.entries(windows).map(([name, { cpu }]) => [name, othersShare(cpu)] as const);
  const theirs = Object.entries(bestsOf(yardsticks)).map(
    ([name, best]) => [name, best.othersCpuShare] as const,
  );
  return Object.fromEntries([...ours, ...theirs].map(([name, share]) => [name, round(share, 3)]));
}

export function cpuPerOperation(window: MeasuredWindow): CpuPerOperation {
  const microseconds = (cpuSeconds: number, operations: number) =>
    Math.round((cpuSeconds / operations) * 1e6);
  const { cpu, operations, operationsInAll, afterCpu } = window;
  return {
    central: microseconds(cpu.central, operations),
    postgres: microseconds(cpu.postgres, operations),
    generator: microseconds(cpu.generator, operations),
    consumersAfterwards: microseconds(serverSeconds(afterCpu), operationsInAll),
  };
}

export function serverSeconds({ central, postgres }: CpuSeconds): number {
  return central + postgres;
}

interface TableRow {
  readonly figure: unknown;
  readonly target?: string;
  readonly met?: boolean;
}

/** One row per figure, with its target where it has one. */
export function tableOf(report: AuthorityReport): Record<string, TableRow> {
  return Object.fromEntries(
    flatten(report).map(([name, figure]) => {
      const target = TARGETS[name as keyof AuthorityReport];
      if (target === undefined || typeof figure !== 'number') return [name, { figure }];
      const met = 'min' in target ? figure >= target.min : figure <= target.max;
      return [name, { figure, target: 'min' in target ? `≥ ${target.min}` : `≤ ${target.max}`, met }];
    }),
  );
}

function flatten(tree: object, path = ''): (readonly [string, unknown])[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value, `${path}${name}.`)
      : [[`${path}${name}`, Array.isArray(value) ? value.join(', ') : value] as const],
  );
}

function round(value: number, digits = 2): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
