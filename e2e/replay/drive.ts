import type { Recorded } from '@gondola/edge-app/checkout/counter.ts';
import type { CheckoutRefusal } from '@gondola/edge-app/checkout/refusal.ts';
import { onHand } from '@gondola/shared/domain/pool.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { Fleet, FleetTill } from './fleet.ts';
import type { OutageLog } from './outage-log.ts';
import type { WebShop } from './web.ts';
import type { HoldEnd, Outage, PlacedStep, PlannedLine, Workload } from './workload.ts';

/** Tills that are online may be this many records ahead of the centre before the driver waits: full speed, not a flood. */
const AHEAD_MAX = 600;
const WEB_AT_ONCE_MAX = 16;

export interface DriveOptions {
  readonly workload: Workload;
  readonly fleet: Fleet;
  readonly web: WebShop;
  readonly storeIdOf: (store: string) => string;
  readonly outageLog: OutageLog;
  readonly onProgress: (done: number, total: number) => void;
}

/** Plays the workload in file order; cuts and mends each store's network where the file's time says so. */
export async function drive({
  workload,
  fleet,
  web,
  storeIdOf,
  outageLog,
  onProgress,
}: DriveOptions): Promise<void> {
  const holds = new Map<string, readonly string[]>();
  const buying = new Set<Promise<void>>();
  let webFailure: unknown = null;
  let nowMs = Number.NEGATIVE_INFINITY;
  for (const [index, placed] of workload.steps.entries()) {
    // The end of a hold carries its basket's time, which is past: a network does not come back for it.
    nowMs = Math.max(nowMs, placed.atMs);
    for (const [store, isOnline] of setNetworks(fleet, workload.outages, nowMs))
      outageLog.changed(storeIdOf(store), isOnline);
    const { step } = placed;
    if (step.kind === 'web') {
      const bought = web
        .buy(storeIdOf(placed.store), step.key, step.line)
        .catch((error: unknown) => {
          webFailure = error;
        })
        .finally(() => buying.delete(bought));
      buying.add(bought);
      if (buying.size >= WEB_AT_ONCE_MAX) await Promise.race(buying);
    } else {
      const at = tillOf(fleet, placed);
      const told = (record: Recorded) => outageLog.recorded(at.till.identity.storeId, record);
      await playAtTill(at, placed, holds, told);
    }
    if (webFailure !== null) throw webFailure;
    if (index % 50 === 0) {
      onProgress(index, workload.steps.length);
      await keepPace(fleet);
    }
  }
  await Promise.all(buying);
  if (webFailure !== null) throw webFailure;
  onProgress(workload.steps.length, workload.steps.length);
}

function tillOf(fleet: Fleet, { store, till }: PlacedStep): FleetTill {
  const found = fleet.tills.get(store)?.[till];
  if (found === undefined) throw new Error(`store ${store} has no till ${till}`);
  return found;
}

async function playAtTill(
  { till, replica, hasWholePicture }: FleetTill,
  { step }: PlacedStep,
  holds: Map<string, readonly string[]>,
  told: (record: Recorded) => void,
): Promise<void> {
  switch (step.kind) {
    case 'sell': {
      const sold = await till.ringUp({ basketId: step.basketId, lines: step.lines });
      if (sold.ok) told(sold.value);
      return done(sold);
    }
    case 'hold': {
      const ids: string[] = [];
      for (const line of step.lines) {
        const held = await till.hold(line);
        done(held);
        if (!held.ok) continue;
        ids.push(held.value.reservationId);
        told(held.value);
      }
      holds.set(step.basketId, ids);
      return;
    }
    case 'end-hold':
      return endHold(till, step.basketId, step.lines, step.end, holds.get(step.basketId) ?? []);
    case 'return':
      return done(await till.takeBack({ basketId: step.basketId, lines: [step.line] }));
    case 'receive':
      return done(await till.receive({ lines: [step.line] }));
    case 'count': {
      if (!hasWholePicture()) return;
      const pool = await replica.pool(step.sku);
      const quantity = Math.max(0, (pool === null ? 0 : onHand(pool)) + step.error);
      const counted = await till.count({ sku: step.sku, quantity });
      if (!counted.ok && counted.error.kind !== 'never-synchronised') done(counted);
      return;
    }
    case 'web':
      return;
  }
}

/** The customer comes back: takes the goods, pays for later, or gives them up. Who finds the hold over buys all the same. */
async function endHold(
  till: FleetTill['till'],
  basketId: string,
  lines: readonly PlannedLine[],
  end: HoldEnd,
  ids: readonly string[],
): Promise<void> {
  if (end === 'expire') return;
  if (end === 'collect') {
    const sold = lines.map((line, index) => ({ ...line, reservationId: ids[index] }));
    return done(await till.ringUp({ basketId, lines: sold }));
  }
  for (const reservationId of ids) {
    const ended = end === 'commit' ? await till.commit({ reservationId }) : await till.release(reservationId);
    if (!ended.ok && ended.error.kind !== 'hold-over' && ended.error.kind !== 'hold-unknown') done(ended);
  }
}

function done(outcome: Result<unknown, CheckoutRefusal>): void {
  if (!outcome.ok) throw new Error(`a till refused what the workload asks: ${JSON.stringify(outcome.error)}`);
}

/** Returns the stores whose network has just changed. */
function setNetworks(
  fleet: Fleet,
  outages: ReadonlyMap<string, readonly Outage[]>,
  atMs: number,
): [store: string, isOnline: boolean][] {
  return [...outages].flatMap(([store, ofStore]) => {
    const isOnline = !ofStore.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return fleet.setOnline(store, isOnline) ? [[store, isOnline] as [string, boolean]] : [];
  });
}

/** Waits, by the tills' own news, until those that can reach the centre are not too far ahead of it. */
async function keepPace(fleet: Fleet): Promise<void> {
  const ahead = () =>
    fleet.all().reduce((sum, { till }) => {
      const { sync } = till.status();
      return sum + (sync.state === 'offline' ? 0 : sync.waiting.count);
    }, 0);
  await waitFor(fleet, () => ahead() <= AHEAD_MAX);
}

/** Resolves when `holds` is true, looking again at each change of any till. */
export async function waitFor(fleet: Fleet, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const unsubscribe: (() => void)[] = [];
    const look = () => {
      if (!holds()) return;
      for (const stop of unsubscribe.splice(0)) stop();
      resolve();
    };
    for (const { till } of fleet.all()) unsubscribe.push(till.subscribe(look));
  });
}
