/** The columns of the write statement's typed arrays. `place` is an event's index in the batch, from 1. */
import type { Column } from '../platform/postgres-columns.ts';
import type { Allotment, PoolState, Reservation } from './model.ts';
import { type BatchWrite, type DecidedHead, lifeKeyText, poolKeyText } from './ports.ts';
import { foundAllotment } from './postgres-pool-reads.ts';
import type { ResidentPool } from './resident-book.ts';

/** What the transaction had found before it decided. */
export interface Found {
  readonly pool: (key: string) => ResidentPool;
  readonly isMissing: (key: string) => boolean;
  /** null for a life that was never heard of. */
  readonly head: (key: string) => DecidedHead | null;
}

interface WrittenPool {
  readonly storeId: string;
  readonly sku: string;
  readonly state: PoolState;
  readonly seenVersion: number;
  readonly isNew: boolean;
  readonly place: number;
}

export const POOL_COLUMNS: readonly Column<WrittenPool>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['seen_version', 'bigint', ({ seenVersion }) => seenVersion],
  ['free', 'bigint', ({ state }) => state.pool.free],
  ['held', 'bigint', ({ state }) => state.pool.held],
  ['allotted', 'bigint', ({ state }) => state.pool.allotted],
  ['in_doubt', 'bigint', ({ state }) => state.pool.inDoubt],
  ['deficit', 'bigint', ({ state }) => state.pool.deficit],
  ['version', 'bigint', ({ state }) => state.version],
  ['recount_needed', 'boolean', ({ state }) => state.recountNeeded],
  ['counted_at', 'timestamptz', ({ state }) => state.lastCount?.recordedAt ?? null],
  ['counted_by', 'uuid', ({ state }) => state.lastCount?.tillId ?? null],
  ['web_units', 'double precision', ({ state }) => state.webDemand.units],
  ['web_largest_line', 'double precision', ({ state }) => state.webDemand.largestLine],
  ['web_at', 'timestamptz', ({ state }) => (state.webDemand.units === 0 ? null : state.webDemand.at)],
  ['place', 'bigint', ({ place }) => place],
];

export function poolRows(write: BatchWrite, found: Found): WrittenPool[] {
  return write.pools.map(({ storeId, sku, state, lastEventIndex }) => {
    const key = poolKeyText(storeId, sku);
    const seenVersion = found.pool(key).state.version;
    return { storeId, sku, state, isNew: found.isMissing(key), seenVersion, place: lastEventIndex + 1 };
  });
}

interface WrittenReservation extends Reservation {
  readonly isNew: boolean;
  readonly place: number;
}

export const RESERVATION_COLUMNS: readonly Column<WrittenReservation>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['reservation_id', 'uuid', ({ reservationId }) => reservationId],
  ['sku', 'text', ({ sku }) => sku],
  ['quantity', 'bigint', ({ quantity }) => quantity],
  ['state', 'text', ({ state }) => state],
  ['till_id', 'uuid', ({ tillId }) => tillId],
  ['allotted_life', 'bigint', ({ allottedLife }) => allottedLife],
  ['held_at', 'timestamptz', ({ heldAt }) => heldAt],
  ['expires_at', 'timestamptz', ({ expiresAt }) => expiresAt],
  ['place', 'bigint', ({ place }) => place],
];

export function reservationRows(write: BatchWrite): WrittenReservation[] {
  const heldNow = new Set<string>(
    write.events.flatMap((event) => (event.type === 'ReservationHeld' ? [event.reservationId] : [])),
  );
  return write.reservations.map(({ reservation, lastEventIndex }) => ({
    ...reservation,
    isNew: heldNow.has(reservation.reservationId),
    place: lastEventIndex + 1,
  }));
}

interface WrittenHead extends DecidedHead {
  readonly isNew: boolean;
  readonly seenSequence: number;
  readonly wasRetired: boolean;
}

export const HEAD_COLUMNS: readonly Column<WrittenHead>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['till_id', 'uuid', ({ tillId }) => tillId],
  ['life', 'bigint', ({ life }) => life],
  ['seen_sequence', 'bigint', ({ seenSequence }) => seenSequence],
  ['was_retired', 'boolean', ({ wasRetired }) => wasRetired],
  ['sequence', 'bigint', ({ sequence }) => sequence],
  ['hash', 'text', ({ hash }) => hash],
  ['is_retired', 'boolean', ({ isRetired }) => isRetired],
];

export function headRows(write: BatchWrite, found: Found): WrittenHead[] {
  return write.heads.map((head) => {
    const before = found.head(lifeKeyText(head));
    return {
      ...head,
      isNew: before === null,
      seenSequence: before?.sequence ?? 0,
      wasRetired: before?.isRetired ?? false,
    };
  });
}

interface WrittenAllotment extends Allotment {
  readonly isNew: boolean;
  /** null when only the memory of demand moved: tills need not hear of that, and no index entry is made. */
  readonly place: number | null;
}

export const ALLOTMENT_COLUMNS: readonly Column<WrittenAllotment>[] = [
  ['store_id', 'uuid', ({ storeId }) => storeId],
  ['sku', 'text', ({ sku }) => sku],
  ['till_id', 'uuid', ({ tillId }) => tillId],
  ['life', 'bigint', ({ life }) => life],
  ['number', 'bigint', ({ number }) => number],
  ['state', 'text', ({ state }) => state],
  ['mode', 'text', ({ mode }) => mode],
  ['granted', 'bigint', ({ granted }) => granted],
  ['consumed', 'bigint', ({ consumed }) => consumed],
  ['held', 'bigint', ({ held }) => held],
  ['surrendered', 'bigint', ({ surrendered }) => surrendered],
  ['recalled', 'bigint', ({ recalled }) => recalled],
  ['demand_units', 'double precision', ({ demand }) => demand.units],
  ['demand_largest_line', 'double precision', ({ demand }) => demand.largestLine],
  ['demand_at', 'timestamptz', ({ demand }) => (demand.units === 0 ? null : demand.at)],
  ['place', 'bigint', ({ place }) => place],
];

export function allotmentRows(write: BatchWrite, found: Found): WrittenAllotment[] {
  return write.allotments.map(({ allotment, lastEventIndex }) => {
    const before = foundAllotment(found.pool(poolKeyText(allotment.storeId, allotment.sku)), allotment);
    return {
      ...allotment,
      isNew: before === undefined,
      place: before !== undefined && isSame(before, allotment) ? null : lastEventIndex + 1,
    };
  });
}

function isSame(left: Allotment, right: Allotment): boolean {
  return (
    left.number === right.number &&
    left.state === right.state &&
    left.mode === right.mode &&
    left.granted === right.granted &&
    left.consumed === right.consumed &&
    left.held === right.held &&
    left.surrendered === right.surrendered &&
    left.recalled === right.recalled
  );
}
