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

/** How far a script has been played. Small, so that records which were prepared and not sent can be taken back. */
export interface ScriptPlace {
  readonly operations: number;
  readonly reserves: number;
  readonly commits: number;
}

export const SCRIPT_START: ScriptPlace = { operations: 0, reserves: 0, commits: 0 };

/** The rest commits the oldest reserve of the same till that stands. */
export const SELL_SHARE = 0.7;
export const RESERVE_SHARE = 0.2;

export const QUANTITY_MAX_UNITS = 3;
/** Of each pool: more than any window can sell out of one. */
export const OPENING_STOCK_UNITS = 1_000_000;

/** Hot pools, one in each of as many stores. */
export const HOT_POOLS = 5;
/** Part of all operations that goes to the hot pools. */
export const HOT_SHARE = 0.9;

const FIRST_RECORD_AT_MS = Date.UTC(2026, 2, 2, 9);
const RECORD_EVERY_MS = 1_000;
const UNIT_PRICE_MINOR = 249;
/** What a scripted UUID names. */
const BASKET = 1;
const RESERVATION = 2;

/** The operation at a place, and the place after it. */
export function nextOperation(
  script: TillScript,
  place: ScriptPlace,
): { readonly content: RecordContent; readonly place: ScriptPlace } {
  const random = seededRandom(seedOf(script.seed, `operation ${script.tillNumber}/${place.operations}`));
  const draw = random.next();
  const sku = script.hotSku ?? script.skus[Math.floor(random.next() * script.skus.length)] ?? script.skus[0];
  const quantity = 1 + Math.floor(random.next() * QUANTITY_MAX_UNITS);
  const operations = place.operations + 1;
  const kind =
    draw < SELL_SHARE
      ? 'sell'
      : draw < SELL_SHARE + RESERVE_SHARE || place.commits === place.reserves
        ? 'reserve'
        : 'commit';
  if (kind === 'sell') {
    const totalMinor = quantity * UNIT_PRICE_MINOR;
    const body = {
      type: 'sell',
      basketId: scriptedUuid(script, BASKET, place.operations),
      lines: [{ sku, quantity, unitPriceMinor: UNIT_PRICE_MINOR }],
      totalMinor,
      cashGivenMinor: totalMinor,
      receiptNumber: `${script.tillNumber}-${operations}`,
    };
    return { content: recordOf(script, place, 'RECORDED', body), place: { ...place, operations } };
  }
  if (kind === 'reserve') {
    const reservationId = scriptedUuid(script, RESERVATION, place.reserves);
    const body = { type: 'reserve', reservationId, sku, quantity };
    return {
      content: recordOf(script, place, 'PROVISIONAL', body),
      place: { ...place, operations, reserves: place.reserves + 1 },
    };
  }
  const body = { type: 'commit', reservationId: scriptedUuid(script, RESERVATION, place.commits) };
  return {
    content: recordOf(script, place, 'PROVISIONAL', body),
    place: { ...place, operations, commits: place.commits + 1 },
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
