/** One central over one server with a chain, its tills enrolled, and a load process that knows them. */
import type { AuthorityOptions } from './authority-options.ts';
import { type BenchCentre, type BenchServer, startCentral } from './centre.ts';
import { enrolTills, importChain } from './chain.ts';
import { learnGrants, orderForWeb } from './grants.ts';
import { type Load, startLoad } from './load.ts';
import { type Look, openLook } from './postgres-look.ts';
import type { WatchedProcesses } from './processes.ts';
import { openProfiler, type Profiler } from './profiler.ts';
import { settle, type WindowParts } from './windows.ts';
import { allotmentsOf, hotPools, planFleet } from './workloads.ts';

export interface Setting {
  readonly centre: BenchCentre;
  readonly load: Load;
  readonly look: Look;
  readonly watched: WatchedProcesses;
  readonly profiler: Profiler | null;
  readonly tillsEnrolled: number;
  readonly allotments: number;
  /** The log's position when the tills had their allotments and nothing was sold. */
  readonly startPosition: number;
}

export type OnProgress = (sentence: string, share?: number) => void;

/** Ready to be loaded: stock booked, tills enrolled and with allotments. `closers` gets what must be closed, also when it fails. */
export async function openSetting(
  server: BenchServer,
  options: AuthorityOptions,
  onProgress: OnProgress,
  closers: (() => Promise<void>)[],
): Promise<Setting> {
  onProgress('starting central');
  const centre = await startCentral(server, options.profileFolder !== null);
  closers.push(centre.stop);
  const look = await openLook(server.adminUrl);
  closers.push(look.close);
  const watched = { centralPid: centre.pid, postmasterPid: server.postmasterPid };
  await importChain(server, options, (done, total) => onProgress('booking the opening stock', done / total));
  const fleet = planFleet(options.stores, options.items, options.tills);
  const script = { seed: options.seed, items: options.items, logId: look.logId };
  // The curve is measured by the uniform workload alone.
  const planned =
    options.growthEvents === null ? fleet.tills : fleet.tills.filter(({ hotItem }) => hotItem === null);
  const tills = await enrolTills(centre, planned, script, (done, total) =>
    onProgress('enrolling tills', done / total),
  );
  const { hostname, port } = centre.url;
  const load = await startLoad({ hostname, port: Number(port), tills, turns: fleet.turns, watched });
  closers.push(load.stop);
  const profiler = await profilerOf(centre, options);
  if (profiler !== null) closers.push(async () => profiler.close());
  onProgress('waiting for the consumers');
  await settle({ look, watched });
  await orderForWeb(centre, hotPools(options.stores, options.items));
  const allotments = await learnGrants(load, look, allotmentsOf(planned, options.items), (done, total) =>
    onProgress('dealing allotments', done / total),
  );
  const startPosition = await look.position();
  return { centre, load, look, watched, profiler, tillsEnrolled: tills.length, allotments, startPosition };
}

export function windowPartsOf(setting: Setting, onProgress: OnProgress): WindowParts {
  const { load, look, watched, profiler } = setting;
  return { load, look, watched, profiler, onProgress };
}

async function profilerOf(
  { inspectorUrl }: BenchCentre,
  { profileFolder }: AuthorityOptions,
): Promise<Profiler | null> {
  return inspectorUrl === null || profileFolder === null ? null : openProfiler(inspectorUrl, profileFolder);
}
