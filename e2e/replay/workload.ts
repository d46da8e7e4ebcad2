import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { RandomSource } from '@gondola/shared/lib/effects.ts';
import type { Mix } from './options.ts';
import type { SaleLine } from './read-sales.ts';
import { pick, seededRandom, seedOf } from './seeded-random.ts';

/** What the tills and the web will do, in file order. Pure: the same file and seed make the same plan. */

export interface PlannedLine {
  readonly sku: string;
  readonly quantity: number;
}

export type HoldEnd = 'collect' | 'commit' | 'release' | 'expire';

export type Step =
  | { readonly kind: 'sell'; readonly basketId: string; readonly lines: readonly PlannedLine[] }
  | { readonly kind: 'hold'; readonly basketId: string; readonly lines: readonly PlannedLine[] }
  /** Ends the hold that was made under the same basket id. */
  | {
      readonly kind: 'end-hold';
      readonly basketId: string;
      readonly lines: readonly PlannedLine[];
      readonly end: HoldEnd;
    }
  | { readonly kind: 'web'; readonly key: string; readonly line: PlannedLine }
  | { readonly kind: 'return'; readonly basketId: string; readonly line: PlannedLine }
  | { readonly kind: 'receive'; readonly line: PlannedLine }
  /** `error`: how far the person's count is off the till's own figure. */
  | { readonly kind: 'count'; readonly sku: string; readonly error: number };

export interface PlacedStep {
  readonly atMs: number;
  readonly store: string;
  readonly till: number;
  readonly step: Step;
}

export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Workload {
  readonly stores: readonly string[];
  readonly steps: readonly PlacedStep[];
  readonly outages: ReadonlyMap<string, readonly Outage[]>;
  /** Opening stock by store, then article. */
  readonly opening: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly lines: number;
  readonly skipped: number;
}

export interface WorkloadOptions {
  readonly fold: number | null;
  readonly tills: number;
  readonly outage: number;
  readonly stockRatio: number;
  readonly slack: number | 'auto';
  readonly mix: Mix;
  readonly seed: number;
}

/** A held basket is resolved after at most this many further baskets of the file. */
const HOLD_BASKETS_MAX = 400;
const OUTAGES_PER_STORE_MAX = 6;

export function planWorkload(
  sales: readonly SaleLine[],
  knownSkus: ReadonlySet<string>,
  options: WorkloadOptions,
): Workload {
  const known = sales.filter(({ sku }) => knownSkus.has(sku));
  const storeOf = foldStores(sales, options.fold);
  const stores = [...new Set(sales.map(({ storeNumber }) => storeOf(storeNumber)))];
  const random = seededRandom(seedOf(options.seed, 'steps'));
  const steps: PlacedStep[] = [];
  const later: { readonly after: number; readonly step: PlacedStep }[] = [];
  const baskets = groupBaskets(known);
  for (const [index, basket] of baskets.entries()) {
    const due = later.filter(({ after }) => after <= index);
    for (const one of due) {
      steps.push(one.step);
      later.splice(later.indexOf(one), 1);
    }
    const [first] = basket;
    if (first === undefined) continue;
    const store = storeOf(first.storeNumber);
    const till = seedOf(options.seed, first.basketId) % options.tills;
    const place = (step: Step): PlacedStep => ({ atMs: first.soldAtMs, store, till, step });
    planBasket(basket, options, random, place, steps, (step) => {
      later.push({ after: index + 1 + Math.floor(random.next() * HOLD_BASKETS_MAX), step });
    });
  }
  steps.push(...later.map(({ step }) => step));
  return {
    stores,
    steps,
    outages: planOutages(stores, sales, options),
    opening: openingStock(known, storeOf, options),
    lines: sales.length,
    skipped: sales.length - known.length,
  };
}

function planBasket(
  basket: readonly SaleLine[],
  { mix, seed }: WorkloadOptions,
  random: RandomSource,
  place: (step: Step) => PlacedStep,
  steps: PlacedStep[],
  planLater: (step: PlacedStep) => void,
): void {
  const [first] = basket;
  if (first === undefined) return;
  const basketId = derivedUuid(`replay/${seed}/${first.storeNumber}/${first.basketId}`);
  const own: PlannedLine[] = [];
  for (const [index, { sku, quantity }] of basket.entries()) {
    const line = { sku, quantity };
    if (random.next() < mix.web) steps.push(place({ kind: 'web', key: `${basketId}-${index}`, line }));
    else own.push(line);
  }
  if (own.length > 0) {
    if (random.next() < mix.held) {
      const end = pick<HoldEnd>(random, ['collect', 'collect', 'commit', 'release', 'expire']);
      steps.push(place({ kind: 'hold', basketId, lines: own }));
      planLater(place({ kind: 'end-hold', basketId, lines: own, end }));
    } else {
      steps.push(place({ kind: 'sell', basketId, lines: own }));
    }
  }
  const line = { sku: first.sku, quantity: first.quantity };
  if (random.next() < mix.return) {
    steps.push(
      place({ kind: 'return', basketId: derivedUuid(`return/${basketId}`), line: { ...line, quantity: 1 } }),
    );
  }
  if (random.next() < mix.receive) {
    steps.push(place({ kind: 'receive', line: { ...line, quantity: 1 + Math.floor(random.next() * 6) } }));
  }
  if (random.next() < mix.count) {
    steps.push(place({ kind: 'count', sku: first.sku, error: Math.floor(random.next() * 3) - 1 }));
  }
}

function groupBaskets(sales: readonly SaleLine[]): SaleLine[][] {
  const baskets = new Map<string, SaleLine[]>();
  for (const line of sales) {
    const key = `${line.storeNumber}/${line.basketId}`;
    const basket = baskets.get(key);
    if (basket === undefined) baskets.set(key, [line]);
    else basket.push(line);
  }
  return [...baskets.values()];
}

/** Store numbers as they are, or dealt in order of appearance onto as many folded ones as asked for. */
function foldStores(sales: readonly SaleLine[], fold: number | null): (storeNumber: string) => string {
  if (fold === null) return (storeNumber) => storeNumber;
  const folded = new Map<string, string>();
  for (const { storeNumber } of sales) {
    if (!folded.has(storeNumber)) folded.set(storeNumber, `folded-${(folded.size % fold) + 1}`);
  }
  return (storeNumber) => folded.get(storeNumber) ?? storeNumber;
}

/** Each store is offline for `outage` of the file's time, in a few stretches at seeded places. */
function planOutages(
  stores: readonly string[],
  sales: readonly SaleLine[],
  { outage, seed }: WorkloadOptions,
): Map<string, Outage[]> {
  const startMs = sales[0]?.soldAtMs ?? 0;
  const spanMs = Math.max(1, (sales.at(-1)?.soldAtMs ?? 0) - startMs);
  return new Map(
    stores.map((store) => {
      const random = seededRandom(seedOf(seed, `outages of ${store}`));
      const count = outage === 0 ? 0 : 1 + Math.floor(random.next() * OUTAGES_PER_STORE_MAX);
      const offline = shares(random, count).map((part) => part * outage * spanMs);
      const online = shares(random, count + 1).map((part) => part * (1 - outage) * spanMs);
      let atMs = startMs;
      const outages = offline.map((lengthMs, index) => {
        const fromMs = atMs + (online[index] ?? 0);
        atMs = fromMs + lengthMs;
        return { fromMs, toMs: atMs };
      });
      return [store, outages];
    }),
  );
}

/** Random parts that add up to one. */
function shares(random: RandomSource, count: number): number[] {
  const parts = Array.from({ length: count }, () => 0.1 + random.next());
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

function openingStock(
  sales: readonly SaleLine[],
  storeOf: (storeNumber: string) => string,
  { stockRatio, slack, tills }: WorkloadOptions,
): Map<string, Map<string, number>> {
  const pools = new Map<string, Map<string, { units: number; largest: number }>>();
  for (const { storeNumber, sku, quantity } of sales) {
    const store = storeOf(storeNumber);
    const ofStore = pools.get(store) ?? new Map();
    pools.set(store, ofStore);
    const pool = ofStore.get(sku) ?? { units: 0, largest: 0 };
    ofStore.set(sku, { units: pool.units + quantity, largest: Math.max(pool.largest, quantity) });
  }
  return new Map(
    [...pools].map(([store, ofStore]) => [
      store,
      new Map(
        [...ofStore].map(([sku, { units, largest }]) => [
          sku,
          // 1e-9: a ratio such as 1.1 times ten is 11.000000000000002 in binary.
          Math.ceil(stockRatio * units - 1e-9) + (slack === 'auto' ? tills * largest : slack),
        ]),
      ),
    ]),
  );
}
