/** The curve of cost per operation while the log grows. */
import type { BenchParts } from './authority.ts';
import { type AuthorityOptions, FIRST_POINT_EVENTS, halfDecades } from './authority-options.ts';
import { startServer } from './centre.ts';
import { type GrowthPoint, growthPointOf, growthRatio } from './growth-point.ts';
import { peakRssMb } from './processes.ts';
import { auditMismatches } from './public-api.ts';
import { openSetting, type Setting, windowPartsOf } from './setting.ts';
import { measureWindow, settle } from './windows.ts';

export interface GrowthReport {
  readonly growth: readonly GrowthPoint[];
  /** Microseconds per operation at the last point by those at the first. */
  readonly growthRatio: number;
  readonly decidingGrowthRatio: number;
  readonly insideShare: number;
  readonly fillOpsPerSecond: number;
  readonly peakRssMb: number;
  readonly auditMismatches: number;
}

const RECORDS = 100;
/** Records prepared at once while the log is only filled. */
const FILL_RECORDS = 100_000;
/** An operation makes about as many; the last stretch must not overshoot the point by much. */
const EVENTS_PER_OPERATION = 2;
const FILL_MAX_MS = 600_000;
/** Tills that were silent for longer would not count as alive, and their stores would be dealt out anew afterwards. */
const PULL_EVERY_MS = 60_000;

/**
 * Fills the log over the same road as it is measured by, so that every row is what the authority writes: pushes of 100, as
 * many at once as in the windows. The way to the first point is the warm-up.
 */
export async function benchGrowth(options: AuthorityOptions, parts: BenchParts): Promise<GrowthReport> {
  const closers: (() => Promise<void>)[] = [];
  try {
    parts.onProgress('starting Postgres');
    const server = await startServer(parts.makeSecret);
    closers.push(server.stop);
    const setting = await openSetting(server, options, parts.onProgress, closers);
    const growth: GrowthPoint[] = [];
    const filled = { operations: 0, seconds: 0 };
    for (const events of halfDecades(options.growthEvents ?? FIRST_POINT_EVENTS)) {
      await fillTo(events, options, setting, parts, filled);
      const point = await measurePoint(`growth-${events}`, options, setting, parts);
      parts.onProgress(`growth: ${JSON.stringify(point)}`);
      growth.push(point);
    }
    const peakMb = Math.round(peakRssMb(setting.centre.pid));
    await settle(setting);
    parts.onProgress('recounting');
    const { inside, operations } = await setting.look.inside(setting.startPosition);
    return {
      growth,
      growthRatio: growthRatio(growth, 'microsecondsPerOperation'),
      decidingGrowthRatio: growthRatio(growth, 'decidingMicrosecondsPerOperation'),
      insideShare: Math.round((inside / operations) * 10_000) / 10_000,
      fillOpsPerSecond: Math.round(filled.operations / filled.seconds),
      peakRssMb: peakMb,
      auditMismatches: await auditMismatches(setting.centre),
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function fillTo(
  events: number,
  options: AuthorityOptions,
  { load, look }: Setting,
  { onProgress }: BenchParts,
  filled: { operations: number; seconds: number },
): Promise<void> {
  let pulledMs = Number.NEGATIVE_INFINITY;
  for (let position = await look.position(); position < events; position = await look.position()) {
    onProgress(`growth: ${position} of ${events} events`);
    if (performance.now() - pulledMs > PULL_EVERY_MS) {
      await load.pull();
      pulledMs = performance.now();
    }
    const records = Math.min(FILL_RECORDS, Math.ceil((events - position) / EVENTS_PER_OPERATION));
    await load.prepare('uniform', RECORDS, Math.ceil(records / RECORDS));
    const run = await load.run({
      pace: { kind: 'at-once', pushes: options.tills },
      leadMs: 0,
      windowMs: FILL_MAX_MS,
    });
    filled.operations += run.operationsInAll;
    filled.seconds += run.secondsInAll;
  }
}

async function measurePoint(
  name: string,
  options: AuthorityOptions,
  setting: Setting,
  { onProgress }: BenchParts,
): Promise<GrowthPoint> {
  await settle(setting);
  const events = await setting.look.position();
  const window = await measureWindow(
    { name, workload: 'uniform', records: RECORDS, pushesAtOnce: options.tills, seconds: options.seconds },
    windowPartsOf(setting, onProgress),
  );
  return growthPointOf(events, window, await setting.look.sizeBytes());
}
