/** The authority's benchmark: yardsticks, windows, and what the database says afterwards. */
import type { AuthorityOptions } from './authority-options.ts';
import { type AuthorityReport, reportOf } from './authority-report.ts';
import { startServer } from './centre.ts';
import { peakRssMb } from './processes.ts';
import { auditMismatches, measureReserveAlone } from './public-api.ts';
import { type OnProgress, openSetting, type Setting, windowPartsOf } from './setting.ts';
import { type MeasuredWindow, measureWindow, settle, type WindowPlan } from './windows.ts';
import { measureYardsticks } from './yardsticks.ts';

export interface BenchParts {
  readonly makeSecret: () => string;
  readonly onProgress: OnProgress;
}

/** Every window of one run. */
export interface Windows {
  readonly tens: MeasuredWindow;
  readonly ones: MeasuredWindow;
  readonly hundreds: MeasuredWindow;
  readonly hot: MeasuredWindow;
  /** At half of what `tens` took. */
  readonly half: MeasuredWindow;
}

export async function benchAuthority(options: AuthorityOptions, parts: BenchParts): Promise<AuthorityReport> {
  const closers: (() => Promise<void>)[] = [];
  try {
    parts.onProgress('starting Postgres');
    const server = await startServer(parts.makeSecret);
    closers.push(server.stop);
    // First, and with nothing else on the server.
    const yardsticks = await measureYardsticks({
      adminUrl: server.adminUrl,
      postmasterPid: server.postmasterPid,
      size: options,
      seed: options.seed,
      seconds: options.seconds,
      onProgress: parts.onProgress,
    });
    const setting = await openSetting(server, options, parts.onProgress, closers);
    const windows = await measureWindows(options, setting, parts.onProgress);
    parts.onProgress('one reserve at a time');
    const reserveP50Ms = await measureReserveAlone(setting.centre, options);
    const peakMb = peakRssMb(setting.centre.pid);
    await settle(setting);
    parts.onProgress('recounting');
    return reportOf({
      options,
      yardsticks,
      windows,
      reserveP50Ms,
      peakRssMb: peakMb,
      tillsEnrolled: setting.tillsEnrolled,
      allotments: setting.allotments,
      auditMismatches: await auditMismatches(setting.centre),
      verdicts: await setting.look.verdicts(),
      inside: await setting.look.inside(setting.startPosition),
      events: await setting.look.position(),
      databaseBytes: await setting.look.sizeBytes(),
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function measureWindows(
  options: AuthorityOptions,
  setting: Setting,
  onProgress: OnProgress,
): Promise<Windows> {
  const parts = windowPartsOf(setting, onProgress);
  const uniform = { workload: 'uniform', pushesAtOnce: options.tills, seconds: options.seconds } as const;
  const measure = (plan: Pick<WindowPlan, 'name' | 'records'> & Partial<WindowPlan>) =>
    measureWindow({ ...uniform, ...plan }, parts);
  // Compiled code and filled caches are what a chain's centre has after its first minute.
  await measure({ name: 'warm-up', records: 10, seconds: Math.min(3, options.seconds) });
  const tens = await measure({ name: 'pushes-of-10', records: 10 });
  const hot = await measure({ name: 'hot', workload: 'hot', records: 10 });
  const ones = await measure({ name: 'pushes-of-1', records: 1 });
  const hundreds = await measure({ name: 'pushes-of-100', records: 100 });
  const pushesPerSecond = tens.pushes / tens.seconds / 2;
  const half = await measure({ name: 'half-load', records: 10, pushesPerSecond });
  return { tens, ones, hundreds, hot, half };
}
