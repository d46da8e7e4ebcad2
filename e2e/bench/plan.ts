/** What each till of the benchmark writes: a pure function of seed, till and place, so that a run can be repeated. */
import type { RecordContent } from '@gondola/shared/domain/journal-record.ts';
import { seededRandom, seedOf } from '../replay/seeded-random.ts';

/** One till's endless script. */
export interface TillScript {
  readonly seed: number;
  /** Unique in the run. */
  readonly tillNumber: number;
  readonly skus: readonly [string, ...string[]];
  /** The one article that this till sells, or null for all alike. */
  readonly hotSku: string | null;
  /** Named by every record as the log that the till had read. */
  readonly logId: string;
}

/** A row of holds, committed in the order in which they were reserved. */
export interface HoldCounts {
  readonly reserves: number;
  readonly commits: number;
}

/** How far a script has been played. Small, so that records which were prepared and not sent can be taken back. */
export interface ScriptPlace {
  readonly operations: number;
  /** Holds inside allotments, and the others. */
  readonly inside: HoldCounts;
  readonly outside: HoldCounts;
  /** Charged to allotments, of all articles together. */
  readonly chargedUnits: number;
}

export const SCRIPT_START: ScriptPlace = {
  operations: 0,
  inside: { reserves: 0, commits: 0 },
  outside: { reserves: 0, commits: 0 },
  chargedUnits: 0,
};

/** What a till has learned of its allotments by its last pull. */
export interface BenchPurse {
  /** Unspent then, by article. */
  readonly unspentUnits: ReadonlyMap<string, number>;
  /** `chargedUnits` of the place it stood at then. */
  readonly chargedUnits: number;
}

export const EMPTY_PURSE: BenchPurse = { unspentUnits: new Map(), chargedUnits: 0 };

/** The rest commits the oldest reserve of the same till that stands. */
export const SELL_SHARE = 0.7;
export const RESERVE_SHARE = 0.2;
/** Part of each kind that is charged to allotments as far as they reach: the others are what a till whose purse is closed writes. */
export const INSIDE_SHARE = 0.5;

export const QUANTITY_MAX_UNITS = 3;
/** Of each pool: more than any run can sell out of one, also of the part that a single till is granted. */
export const OPENING_STOCK_UNITS = 1_000_000;
/** Deliveries of the opening stock that a hot pool gets: many tills must hold much of it. */
export const HOT_DELIVERIES = 100;

/** Hot pools, one in each of as many stores. */
export const HOT_POOLS = 5;
/** Part of all operations that goes to the hot pools. */
export const HOT_SHARE = 0.9;

const FIRST_RECORD_AT_MS = Date.UTC(2026, 2, 2, 9);
const RECORD_EVERY_MS = 1_000;
const UNIT_PRICE_MINOR = 249;
/** What a scripted UUID names: a basket, or a hold of either side. */
const UUID_OF = { basket: 1, inside: 2, outside: 3 } as const;

interface Next {
  readonly content: RecordContent;
  readonly place: ScriptPlace;
}

/** What one operation moves, drawn from the seed. */
interface Draw {
  readonly sku: string;
  readonly quantity: number;
  /** Charged to the till's allotment, or a commit of what was. */
  readonly isInside: boolean;
}

/** The operation at a place, and the place after it. */
export function nextOperation(script: TillScript, place: ScriptPlace, purse: BenchPurse): Next {
  const random = seededRandom(seedOf(script.seed, `operation ${script.tillNumber}/${place.operations}`));
  const kind = random.next();
  const sku = script.hotSku ?? script.skus[Math.floor(random.next() * script.skus.length)] ?? script.skus[0];
  const quantity = 1 + Math.floor(random.next() * QUANTITY_MAX_UNITS);
  const wantsInside = random.next() < INSIDE_SHARE;
  const draw = { sku, quantity, isInside: wantsInside && isCovered(purse, place, sku, quantity) };
  if (kind < SELL_SHARE) return sell(script, place, draw);
  if (kind < SELL_SHARE + RESERVE_SHARE || !(stands(place.inside) || stands(place.outside)))
    return reserve(script, place, draw);
  return commit(
    script,
    place,
    stands(wantsInside ? place.inside : place.outside) ? wantsInside : !wantsInside,
  );
}

function stands({ reserves, commits }: HoldCounts): boolean {
  return commits < reserves;
}

/**
 * Whether the till's own units cover it. All that was charged since the pull is counted against every article: no till
 * charges more than it has left, and no sum per article need be carried along.
 */
function isCovered(purse: BenchPurse, place: ScriptPlace, sku: string, quantity: number): boolean {
  const chargedSince = place.chargedUnits - purse.chargedUnits;
  return (purse.unspentUnits.get(sku) ?? 0) - chargedSince >= quantity;
}

function sell(script: TillScript, place: ScriptPlace, { sku, quantity, isInside }: Draw): Next {
  const operations = place.operations + 1;
  const totalMinor = quantity * UNIT_PRICE_MINOR;
  const line = { sku, quantity, unitPriceMinor: UNIT_PRICE_MINOR };
  const body = {
    type: 'sell',
    basketId: scriptedUuid(script, UUID_OF.basket, place.operations),
    lines: [isInside ? { ...line, allottedQuantity: quantity } : line],
    totalMinor,
    cashGivenMinor: totalMinor,
    receiptNumber: `${script.tillNumber}-${operations}`,
  };
  const chargedUnits = place.chargedUnits + (isInside ? quantity : 0);
  const label = isInside ? 'GUARANTEED' : 'RECORDED';
  return { content: recordOf(script, place, label, body), place: { ...place, operations, chargedUnits } };
}

function reserve(script: TillScript, place: ScriptPlace, { sku, quantity, isInside }: Draw): Next {
  const side = isInside ? 'inside' : 'outside';
  const holds = place[side];
  const reservationId = scriptedUuid(script, UUID_OF[side], holds.reserves);
  const body = { type: 'reserve', reservationId, sku, quantity, ...(isInside && { allotted: true }) };
  return {
    content: recordOf(script, place, isInside ? 'GUARANTEED' : 'PROVISIONAL', body),
    place: {
      ...place,
      operations: place.operations + 1,
      [side]: { ...holds, reserves: holds.reserves + 1 },
      chargedUnits: place.chargedUnits + (isInside ? quantity : 0),
    },
  };
}

/** Of the oldest hold that stands on that side. */
function commit(script: TillScript, place: ScriptPlace, isInside: boolean): Next {
  const side = isInside ? 'inside' : 'outside';
  const holds = place[side];
  const body = { type: 'commit', reservationId: scriptedUuid(script, UUID_OF[side], holds.commits) };
  return {
    content: recordOf(script, place, isInside ? 'GUARANTEED' : 'PROVISIONAL', body),
    place: {
      ...place,
      operations: place.operations + 1,
      [side]: { ...holds, commits: holds.commits + 1 },
    },
  };
}

function recordOf(
  { logId }: TillScript,
  { operations }: ScriptPlace,
  label: RecordContent['label'],
  body: RecordContent['body'],
): RecordContent {
  const recordedAt = new Date(FIRST_RECORD_AT_MS + operations * RECORD_EVERY_MS).toISOString();
  return { recordedAt, label, seen: { logId, position: operations }, body };
}

/**
 * A UUID of version 4 in form. Its first 32 bits are spread, as a real one's are, so that indexes are met at random places;
 * the others make it unique by till and number.
 */
function scriptedUuid({ seed, tillNumber }: TillScript, kind: number, number: number): string {
  const spread = Math.floor(seededRandom(seedOf(seed, `${kind} ${tillNumber}/${number}`)).next() * 2 ** 32);
  return `${hex(spread, 8)}-${hex(tillNumber, 4)}-4${hex(spread % 0xfff, 3)}-a${hex(kind, 3)}-${hex(number, 12)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
