/** The curve of cost per operation while the log grows. */

import type { BenchParts } from './authority.ts';
import { type AuthorityOptions, FIRST_POINT_EVENTS, halfDecades } from './authority-options.ts';
import { serverSeconds } from './authority-report.ts';
import { startServer } from './centre.ts';
import { peakRssMb } from './processes.ts';
import { auditMismatches } from './public-api.ts';
import { openSetting, type Setting, windowPartsOf } from './setting.ts';
import { measureWindow, settle } from './windows.ts';

export interface GrowthPoint {
  /** In the log before this point's trial and window. */
  readonly events: number;
  readonly operationsPerSecond: number;
  /** Central and Postgres, in the window. */
  readonly cpuSecondsPer1000Ops: number;
  /** The same with what the consumers did afterwards with the same operations. */
  readonly cpuSecondsPer1000OpsWithConsumers: number;
  readonly databaseMb: number;
}

export interface GrowthReport {
  readonly growth: readonly GrowthPoint[];
  readonly peakRssMb: number;
  readonly auditMismatches: number;
}

const RECORDS = 100;
/** Records prepared at once while the log is only filled. */
const FILL_RECORDS = 100_000;
const FILL_MAX_MS = 600_000;

export async function benchGrowth(options: AuthorityOptions, parts: BenchParts): Promise<GrowthReport> {
  const closers: (() => Promise<void>)[] = [];
  try {
    parts.onProgress('starting Postgres');
    const server = await startServer(parts.makeSecret);
    closers.push(server.stop);
    const setting = await openSetting(server, options, parts.onProgress, closers);
    const growth: GrowthPoint[] = [];
    for (const events of halfDecades(options.growthEvents ?? FIRST_POINT_EVENTS)) {
      await fillTo(events, options, setting, parts);
      const point = await measurePoint(options, setting, parts);
      parts.onProgress(`growth: ${JSON.stringify(point)}`);
      growth.push(point);
    }
    const peakMb = Math.round(peakRssMb(setting.centre.pid));
    await settle(setting);
    parts.onProgress('recounting');
    return { growth, peakRssMb: peakMb, auditMismatches: await auditMismatches(setting.centre) };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function fillTo(
  events: number,
  options: AuthorityOptions,
  { load, look }: Setting,
  { onProgress }: BenchParts,
): Promise<void> {
  for (let position = await look.position(); position < events; position = await look.position()) {
    onProgress(`growth: ${position} of ${events} events`);
    // An operation makes about two events; the last stretch must not overshoot the point by much.
    const records = Math.min(FILL_RECORDS, Math.ceil((events - position) / 2));
    await load.prepare('uniform', RECORDS, Math.ceil(records / RECORDS));
    await load.run({
      pace: { kind: 'at-once', pushes: options.tills },
      leadMs: 0,
      windowMs: FILL_MAX_MS,
    });
  }
}

async function measurePoint(
  options: AuthorityOptions,
  setting: Setting,
  { onProgress }: BenchParts,
): Promise<GrowthPoint> {
  await settle(setting);
  const events = await setting.look.position();
  const window = await measureWindow(
    {
      name: `growth-${events}`,
      workload: 'uniform',
      records: RECORDS,
      pushesAtOnce: options.tills,
      seconds: options.seconds,
    },
    windowPartsOf(setting, onProgress),
  );
  const inWindow = serverSeconds(window.cpu) / window.operations;
  const afterwards = serverSeconds(window.afterCpu) / window.operationsInAll;
  return {
    events,
    operationsPerSecond: Math.round(window.operationsPerSecond),
    cpuSecondsPer1000Ops: rounded(inWindow * 1_000),
    cpuSecondsPer1000OpsWithConsumers: rounded((inWindow + afterwards) * 1_000),
    databaseMb: Math.round((await setting.look.sizeBytes()) / 2 ** 20),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
