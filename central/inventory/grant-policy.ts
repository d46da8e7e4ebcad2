/**
 * How many units of a pool each till may hold for itself (its allotment), decided from what was taken of the pool lately.
 *
 * A pool's units are split among claimants: its tills that are alive, and the web, whose part stays free. Each claimant gets
 * one largest line first, what is left goes by demand. A pool that has less than that is scarce: the web's lines are kept
 * free, then whole lines go to tills. A plan is made only when somebody is below the low water, so that a sale of a
 * plentiful article causes no event. Pure: the same claims make the same plan, and a plan that was applied plans nothing.
 */

/** What somebody took of a pool lately. Plain data, stored per claimant; fades by the authority's clock. */
export interface Demand {
  readonly units: number;
  readonly largestLine: number;
  readonly at: string;
}

/** A claimant that took nothing yet. */
export const NO_DEMAND: Demand = { units: 0, largestLine: 0, at: '1970-01-01T00:00:00.000Z' };

export interface TillClaim {
  readonly tillId: string;
  /** Its connection stands: it hears of grants and recalls at once. */
  readonly alive: boolean;
  /** Units of the pool that it holds and has not spent, as far as the authority knows. */
  readonly outstanding: number;
  /** Of these, the units already asked back and not yet surrendered. */
  readonly recalled: number;
  readonly demand: Demand;
}

export interface PoolClaims {
  readonly free: number;
  readonly deficit: number;
  readonly web: Demand;
  readonly tills: readonly TillClaim[];
  readonly now: string;
}

/** `off` recalls everything; `everything` keeps nothing for the web: the control experiment. */
export type GrantMode = 'off' | 'balanced' | 'everything';

export interface GrantSettings {
  readonly mode: GrantMode;
  /** After this time a taken unit counts half. */
  readonly halfLifeMs: number;
  /**
   * Largest lines of a known demand that are kept free before any till gets one: the dial between web and tills. Two where
   * a web request is decided by what is free at once; one is enough where it may wait for tills to surrender.
   */
  readonly webLines: number;
}

export interface TillQuantity {
  readonly tillId: string;
  readonly quantity: number;
}

export interface GrantPlan {
  /** Units to add to a till's allotment. */
  readonly grants: readonly TillQuantity[];
  /** The new total to ask back from a till, what was asked before included. */
  readonly recalls: readonly TillQuantity[];
}

/**
 * Tuned on half a year of real sales with every store offline half of the time: with these, tills cover most where stock is
 * normal, and where it is scarce at most one web request in twenty is refused units that tills hold.
 */
export const DEFAULT_GRANT_SETTINGS: GrantSettings = {
  mode: 'balanced',
  // Most articles of a store sell once in months: a shorter memory forgets them between two sales.
  halfLifeMs: 7_776_000_000,
  webLines: 2,
};

/** Every claimant counts as if it had taken this many largest lines: a first sale at one till must not empty the other. */
const ASSUMED_LINES = 2;
/** A claimant asks for more only below this part of its target (and never below one largest line). */
const LOW_WATER_SHARE = 0.5;

/** What a line is taken for while none was seen. */
const SMALLEST_LINE_UNITS = 1;

const NOTHING: GrantPlan = { grants: [], recalls: [] };

/** The demand after one more line. A clock that went back fades nothing. */
export function remember(demand: Demand, quantity: number, now: string, halfLifeMs: number): Demand {
  const left = remaining(demand, Date.parse(now), halfLifeMs);
  return {
    units: demand.units * left + quantity,
    largestLine: Math.max(demand.largestLine * left, quantity),
    at: Date.parse(now) > Date.parse(demand.at) ? now : demand.at,
  };
}

/** What to grant and to recall now. Tills that are not alive are left as they are: they could not hear of it. */
export function planGrants(claims: PoolClaims, settings: GrantSettings): GrantPlan {
  // In one order however they were read: the odd unit must not wander.
  const tills = claims.tills
    .filter(({ alive }) => alive)
    .map(withoutSpent)
    .sort((left, right) => (left.tillId < right.tillId ? -1 : 1));
  if (tills.length === 0) return NOTHING;
  const recalled = sum(tills.map((till) => till.recalled));
  // As if all that was asked back had come: a plan must not ask for the same units again.
  const stand: Stand = {
    free: claims.free - claims.deficit + recalled,
    held: tills.map((till) => till.outstanding - till.recalled),
  };
  const split = splitPool(claims, tills, stand, settings);
  return isSettled(stand, split) ? NOTHING : planTowards(claims, tills, stand.held, split);
}

/** What a till sold since it was asked cannot come back. */
function withoutSpent(till: TillClaim): TillClaim {
  return { ...till, recalled: Math.min(till.recalled, till.outstanding) };
}

/** Where the units are; `free` is below zero while the book lacks more than is on its way back. */
interface Stand {
  readonly free: number;
  readonly held: readonly number[];
}

/** Where they should be. */
interface Split {
  readonly free: number;
  readonly targets: readonly number[];
  /** Below these somebody has too little to wait. */
  readonly freeLow: number;
  readonly targetLows: readonly number[];
}

function isSettled({ free, held }: Stand, { freeLow, targetLows }: Split): boolean {
  return free >= freeLow && held.every((units, index) => units >= unitsAt(targetLows, index));
}

function planTowards(
  { free }: PoolClaims,
  tills: readonly TillClaim[],
  held: readonly number[],
  split: Split,
): GrantPlan {
  const wanted = tills.map(({ tillId, recalled }, index) => ({
    tillId,
    recalled,
    change: unitsAt(split.targets, index) - unitsAt(held, index),
  }));
  // With a deficit nothing is free, so nothing is granted.
  let grantable = free - split.free;
  const grants: TillQuantity[] = [];
  // Who lacks most comes first: what is free now may not be enough for all.
  for (const { tillId, change } of wanted.toSorted((left, right) => right.change - left.change)) {
    const quantity = Math.min(change, grantable);
    if (quantity <= 0) break;
    grants.push({ tillId, quantity });
    grantable -= quantity;
  }
  const recalls = wanted
    .filter(({ change }) => change < 0)
    .map(({ tillId, recalled, change }) => ({ tillId, quantity: recalled - change }));
  return { grants, recalls };
}

function splitPool(
  claims: PoolClaims,
  tills: readonly TillClaim[],
  stand: Stand,
  settings: GrantSettings,
): Split {
  const units = Math.max(0, stand.free + sum(stand.held));
  if (settings.mode === 'off') return exactly(units, tills.map(toZero));
  const nowMs = Date.parse(claims.now);
  const web = fade(claims.web, nowMs, settings.halfLifeMs);
  const demands = tills.map(({ demand }) => fade(demand, nowMs, settings.halfLifeMs));
  const known = Math.round(Math.max(web.largestLine, ...demands.map(({ largestLine }) => largestLine)));
  const line = Math.max(SMALLEST_LINE_UNITS, known);
  const weigh = ({ units: taken }: Faded) => taken + ASSUMED_LINES * line;
  const weights = demands.map(weigh);
  if (settings.mode === 'everything') return exactly(units, apportion(units, weights));
  const kept = known === 0 ? line : Math.ceil(settings.webLines * line);
  const spare = units - kept - tills.length * line;
  if (spare >= 0) {
    // The web is first: of equal fractions the odd unit stays free.
    const [, ...parts] = apportion(spare, [weigh(web), ...weights]);
    const targets = parts.map((part) => part + line);
    return withSlack(units, targets, line);
  }
  // Of a scarce pool nobody knows whether it will sell in ones or at once: a first line must tell.
  const targets = known === 0 ? tills.map(toZero) : wholeLines(units - kept, line, stand.held, weights);
  return exactly(units, targets);
}

/** Whole lines to the tills that hold one already (moving them would only cost events), then to those that sell most. */
function wholeLines(
  units: number,
  line: number,
  held: readonly number[],
  weights: readonly number[],
): readonly number[] {
  const lines = Math.max(0, Math.floor(units / line));
  const has = (index: number) => Math.min(line, unitsAt(held, index));
  const first = held
    .map((_, index) => index)
    .sort((left, right) => has(right) - has(left) || unitsAt(weights, right) - unitsAt(weights, left))
    .slice(0, lines);
  return held.map((_, index) => (first.includes(index) ? line : 0));
}

function exactly(units: number, targets: readonly number[]): Split {
  const free = units - sum(targets);
  return { free, targets, freeLow: free, targetLows: targets };
}

function withSlack(units: number, targets: readonly number[], line: number): Split {
  const free = units - sum(targets);
  const low = (target: number) => Math.min(target, Math.max(line, Math.ceil(target * LOW_WATER_SHARE)));
  return { free, targets, freeLow: low(free), targetLows: targets.map(low) };
}

function toZero(): number {
  return 0;
}

/** A demand as it counts now. */
type Faded = Pick<Demand, 'units' | 'largestLine'>;

function fade(demand: Demand, nowMs: number, halfLifeMs: number): Faded {
  // Most claimants took nothing yet: parsing dates was a twentieth of central's time.
  if (demand.units === 0) return NO_DEMAND;
  const left = remaining(demand, nowMs, halfLifeMs);
  return { units: demand.units * left, largestLine: demand.largestLine * left };
}

/** Whole units by weight; what rounding leaves goes to the largest fractions, of equal ones to the first. */
function apportion(units: number, weights: readonly number[]): readonly number[] {
  const whole = sum(weights);
  const exact = weights.map((weight) => (units * weight) / whole);
  const floors = exact.map(Math.floor);
  const fraction = (index: number) => unitsAt(exact, index) - unitsAt(floors, index);
  const raised = floors
    .map((_, index) => index)
    .sort((left, right) => fraction(right) - fraction(left))
    .slice(0, units - sum(floors));
  return floors.map((floor, index) => (raised.includes(index) ? floor + 1 : floor));
}

function remaining(demand: Demand, nowMs: number, halfLifeMs: number): number {
  const ageMs = Math.max(0, nowMs - Date.parse(demand.at));
  return 0.5 ** (ageMs / halfLifeMs);
}

function sum(quantities: readonly number[]): number {
  return quantities.reduce((total, quantity) => total + quantity, 0);
}

function unitsAt(quantities: readonly number[], index: number): number {
  return quantities[index] ?? 0;
}
