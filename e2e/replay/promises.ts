import { type Observed, type ObservedTill, verdictOf } from './observe.ts';
import type { LoggedEvent } from './postgres-truth.ts';
import type { Recount } from './recount.ts';

/** What the tills promised and what became of it. */
export interface Promises {
  /** Records whose label said that it is final. */
  readonly guaranteed: number;
  /** Of these, refused, or sold out of somebody else's promise. Must be 0. */
  readonly guaranteedBroken: number;
  /** Broken because the till's life was forked, or a person took its units by force: counted apart. */
  readonly guaranteedVoidedByFork: number;
  readonly guaranteedVoidedByForce: number;
  readonly provisional: number;
  readonly provisionalRejected: number;
  /** Reserves refused, by the web and by tills, although their store had that many unspent units. */
  readonly refusedWhileUnitsExisted: number;
  readonly webRefusedWhileUnitsExisted: number;
  readonly webReserves: number;
  /** Lines sold or held offline whose pool had, when the outage began, the line's quantity for every till. */
  readonly coverable: number;
  /** Of these, told to the cashier as guaranteed. */
  readonly coverableGuaranteed: number;
}

/** Pure. */
export function judgePromises(
  observed: Observed,
  events: readonly LoggedEvent[],
  counted: Recount,
): Promises {
  const labels = observed.tills.map((till) => judgeLabels(till, events));
  const sum = (figure: keyof ReturnType<typeof judgeLabels>) =>
    labels.reduce((total, one) => total + one[figure], 0);
  const { web, tills } = counted.refusedWhileUnitsExisted;
  return {
    guaranteed: sum('guaranteed'),
    guaranteedBroken: sum('broken'),
    guaranteedVoidedByFork: sum('voidedByFork'),
    guaranteedVoidedByForce: sum('voidedByForce'),
    provisional: sum('provisional'),
    provisionalRejected: sum('provisionalRejected'),
    refusedWhileUnitsExisted: web + tills,
    webRefusedWhileUnitsExisted: web,
    webReserves: observed.web.filter(({ kind }) => kind === 'reserve').length,
    ...judgeCover(observed, counted),
  };
}

function judgeLabels(till: ObservedTill, events: readonly LoggedEvent[]) {
  const figures = {
    ...{ guaranteed: 0, broken: 0, voidedByFork: 0, voidedByForce: 0 },
    ...{ provisional: 0, provisionalRejected: 0 },
  };
  const isMine = ({ event }: LoggedEvent) => event.tillId === till.tillId && event.life === till.life;
  const isForked = events.some((one) => one.event.type === 'LifeRetired' && isMine(one));
  const isForced = events.some((one) => one.event.type === 'AllotmentForced' && isMine(one));
  for (const record of till.records) {
    const { label } = JSON.parse(record.raw) as { label: string };
    const verdict = verdictOf(till, record);
    const isRefused = verdict?.verdict === 'REJECTED';
    if (label === 'GUARANTEED') {
      figures.guaranteed += 1;
      if (!isRefused && (verdict?.excess.length ?? 0) === 0) continue;
      if (isForked) figures.voidedByFork += 1;
      else if (isForced) figures.voidedByForce += 1;
      else figures.broken += 1;
    } else if (label === 'PROVISIONAL') {
      figures.provisional += 1;
      if (isRefused) figures.provisionalRejected += 1;
    }
  }
  return figures;
}

function judgeCover({ outages, tillsPerStore }: Observed, { atOutage }: Recount) {
  let coverable = 0;
  let coverableGuaranteed = 0;
  for (const [index, { lines }] of outages.entries()) {
    const unspent = atOutage.get(index);
    for (const { sku, quantity, isGuaranteed } of lines) {
      if ((unspent?.get(sku) ?? 0) < tillsPerStore * quantity) continue;
      coverable += 1;
      if (isGuaranteed) coverableGuaranteed += 1;
    }
  }
  return { coverable, coverableGuaranteed };
}
