import { createMemoryCatalogue } from '@gondola/edge-app/replica/memory-replica.ts';
import type { Clock, Scheduler } from '@gondola/shared/lib/effects.ts';
import { type Centre, startCentre, storeIdOf } from './centre.ts';
import { check, type Figures } from './check.ts';
import { drive, waitFor } from './drive.ts';
import { type Fleet, type FleetPlant, type FleetTill, openFleet } from './fleet.ts';
import { type Observed, observeTills } from './observe.ts';
import type { ReplayOptions } from './options.ts';
import { createOutageLog, type OutageLog } from './outage-log.ts';
import { readHead, readTruth, type Truth } from './postgres-truth.ts';
import { readProductSkus } from './read-products.ts';
import { readSales } from './read-sales.ts';
import { openWebShop, type WebShop } from './web.ts';
import { planWorkload, type Workload } from './workload.ts';

export interface ReplayParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly makeSecret: () => string;
  readonly productsFile: string;
  readonly onProgress: (sentence: string, share?: number) => void;
  /** Faults on purpose, for the tests of the checks. */
  readonly plant?: ReplayPlant;
}

export interface ReplayPlant extends FleetPlant {
  /** Called when central stands and the opening stock is booked. */
  readonly beforeDriving?: (centre: Centre) => Promise<void>;
  /** Called when everything is quiet, before anything is looked at. */
  readonly beforeLooking?: (centre: Centre) => Promise<void>;
  /** Bends what the outside has seen. */
  readonly bend?: (
    observed: Observed,
    truth: Truth,
  ) => { readonly observed: Observed; readonly truth: Truth };
}

export interface Report extends Figures {
  readonly stores: number;
  readonly tills: number;
  readonly lines: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly operationsPerSecond: number;
  readonly pushP50Ms: number;
  readonly pushP99Ms: number;
  readonly seed: number;
}

/** One whole replay: plan, start, drive, heal, wait for the last verdict and the last expiry, recount. */
export async function replay(options: ReplayOptions, parts: ReplayParts): Promise<Report> {
  const { clock, onProgress } = parts;
  const sales = await readSales(options.sales);
  const workload = planWorkload(sales, await readProductSkus(parts.productsFile), options);
  const centre = await startCentre({ ...parts, workload, allotments: options.allotments });
  try {
    await parts.plant?.beforeDriving?.(centre);
    const fleet = await startFleet(options, parts, workload, centre);
    try {
      const web = openWebShop(centre.url, centre.apiKey);
      const outageLog = createOutageLog(() => readHead(centre.adminUrl));
      onProgress('waiting for the first allotments');
      await waitUntilDealt(centre, parts);
      const startedMs = clock.monotonicMs();
      await drive({
        workload,
        fleet,
        web,
        storeIdOf,
        outageLog,
        onProgress: (done, total) => onProgress('selling', done / total),
      });
      await settle(fleet, centre, parts);
      const seconds = (clock.monotonicMs() - startedMs) / 1000;
      await parts.plant?.beforeLooking?.(centre);
      onProgress('recounting');
      const figures = await look(workload, fleet, web, centre, outageLog, parts.plant);
      return { ...shape(workload, fleet, options, seconds, figures), ...figures };
    } finally {
      await fleet.close();
    }
  } finally {
    await centre.stop();
  }
}

async function startFleet(
  options: ReplayOptions,
  parts: ReplayParts,
  workload: Workload,
  centre: Centre,
): Promise<Fleet> {
  const fleet = await openFleet({
    ...{
      url: centre.url,
      apiKey: centre.apiKey,
      clock: parts.clock,
      scheduler: parts.scheduler,
      seed: options.seed,
    },
    stores: workload.stores.map((number) => ({ number, storeId: storeIdOf(number) })),
    tillsPerStore: options.tills,
    catalogue: createMemoryCatalogue(),
    onProgress: (done, total) => parts.onProgress('enrolling tills', done / total),
    ...(parts.plant === undefined ? {} : { plant: parts.plant }),
  });
  parts.onProgress('first pull of every till');
  await waitFor(fleet, () =>
    fleet
      .all()
      .every(
        ({ till, store, index }) =>
          till.status().sync.state === 'live' || parts.plant?.cutForEver?.(store, index) === true,
      ),
  );
  return fleet;
}

/** The tills have just come: the authority deals out the stores one by one, and is done when its log rests. */
async function waitUntilDealt(centre: Centre, { scheduler }: ReplayParts): Promise<void> {
  const pause = (delayMs: number) => new Promise<void>((resolve) => void scheduler.after(delayMs, resolve));
  for (let before = -1, head = 0; before !== head; ) {
    before = head;
    await pause(DEALING_RESTS_MS);
    head = await readHead(centre.adminUrl);
  }
}

/** Longer than the dealer's own pauses together. */
const DEALING_RESTS_MS = 4_000;

/** Heals the network and waits until nothing waits: queues empty, holds over, replicas at the head of the log. */
async function settle(
  fleet: Fleet,
  centre: Centre,
  { onProgress, plant, scheduler }: ReplayParts,
): Promise<void> {
  const tills = fleet.all().filter(({ store, index }) => plant?.cutForEver?.(store, index) !== true);
  for (const { store } of fleet.all()) fleet.setOnline(store, true);
  onProgress('waiting for the last verdicts');
  await waitFor(fleet, () =>
    tills.every(({ till }) => till.status().undecided === 0 && till.status().sync.waiting.count === 0),
  );
  onProgress('waiting for the last holds to end');
  const pause = (delayMs: number) => new Promise<void>((resolve) => void scheduler.after(delayMs, resolve));
  const isHolding = async () =>
    (await Promise.all(tills.map(({ replica }) => replica.heldReservations()))).some(
      (held) => held.length > 0,
    );
  while (await isHolding()) await pause(LOOK_MS);
  onProgress('waiting for every replica to reach the head');
  for (;;) {
    const head = await readHead(centre.adminUrl);
    const behind: FleetTill[] = [];
    for (const till of tills) {
      const { inventory } = await till.replica.checkpoints();
      if ((inventory?.position ?? 0) < head) behind.push(till);
    }
    if (behind.length === 0) return;
    // A poke tells only the store it concerns; the others' checkpoints rest below the head until they ask.
    for (const { askForNews } of behind) askForNews();
    await pause(LOOK_MS);
  }
}

const LOOK_MS = 100;

async function look(
  workload: Workload,
  fleet: Fleet,
  web: WebShop,
  centre: Centre,
  outageLog: OutageLog,
  plant: ReplayPlant | undefined,
): Promise<Figures> {
  const opening = [...workload.opening].flatMap(([store, pools]) =>
    [...pools]
      .filter(([, quantity]) => quantity > 0)
      .map(([sku, quantity]) => ({ storeId: storeIdOf(store) as string, sku, quantity })),
  );
  const seen = {
    observed: {
      opening,
      tills: await observeTills(fleet),
      outages: await outageLog.outages(),
      tillsPerStore: Math.max(...[...fleet.tills.values()].map((ofStore) => ofStore.length)),
      web: web.answers,
    },
    truth: await readTruth(centre.adminUrl),
  };
  const { observed, truth } = plant?.bend?.(seen.observed, seen.truth) ?? seen;
  return check(observed, truth);
}

function shape(workload: Workload, fleet: Fleet, options: ReplayOptions, seconds: number, figures: Figures) {
  const pushes = fleet.pushMs.toSorted((left, right) => left - right);
  const quantile = (share: number) =>
    round(pushes[Math.min(pushes.length - 1, Math.floor(pushes.length * share))] ?? 0);
  return {
    stores: workload.stores.length,
    tills: fleet.all().length,
    lines: workload.lines,
    skipped: workload.skipped,
    seconds: round(seconds),
    operationsPerSecond: Math.round(figures.operations / seconds),
    pushP50Ms: quantile(0.5),
    pushP99Ms: quantile(0.99),
    seed: options.seed,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
