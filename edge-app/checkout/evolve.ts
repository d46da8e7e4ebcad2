import type { Label, ReservationState } from '@gondola/shared/domain/labels.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { PoolRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { HoldFacts } from './decide.ts';

/** A journal record whose verdict has not come down yet. */
export interface UndecidedRecord {
  readonly sequence: number;
  readonly recordedAt: string;
  readonly label: Label;
  readonly body: OperationBody;
  /** Length of the raw text: what is still to be sent. */
  readonly bytes: number;
}

/** The least and the most that may be free, given what this till knows and has itself done since. */
export interface Availability {
  readonly sku: string;
  /** Whether the centre has told this till of the pool at all. */
  readonly known: boolean;
  readonly low: number;
  readonly high: number;
  readonly held: number;
  readonly recountNeeded: boolean;
}

interface Fold {
  low: number;
  high: number;
  /** Units taken from `low` for reserves without a verdict, by reservation. */
  readonly pending: Map<string, { readonly quantity: number; readonly taken: number }>;
  readonly ended: Set<string>;
}

/**
 * Folds the till's undecided records over the centre's row. Facts move both bounds; a request moves only the bound it
 * might move, as its verdict may go either way. Bounds are kept signed while folding (a deficit is repaid first) and
 * cut at zero at the end.
 */
export function availabilityOf(
  sku: string,
  row: PoolRow | null,
  undecided: readonly UndecidedRecord[],
  reservations: ReadonlyMap<string, ReservationRow>,
): Availability {
  const start = row === null ? 0 : row.free - row.deficit;
  const fold: Fold = { low: start, high: start, pending: new Map(), ended: new Set() };
  const held = row?.held ?? 0;
  for (const { body } of undecided) foldBody(fold, sku, held, body, reservations);
  return {
    sku,
    known: row !== null,
    low: Math.max(0, fold.low),
    high: Math.max(0, fold.high),
    held,
    recountNeeded: row?.recountNeeded ?? false,
  };
}

function foldBody(
  fold: Fold,
  sku: string,
  held: number,
  body: OperationBody,
  reservations: ReadonlyMap<string, ReservationRow>,
): void {
  switch (body.type) {
    case 'sell':
      for (const line of body.lines) {
        if (line.sku === sku)
          foldSold(fold, line.quantity - (line.allottedQuantity ?? 0), line.reservationId, reservations);
      }
      return;
    case 'return':
    case 'receive':
      for (const line of body.lines) if (line.sku === sku) shift(fold, line.quantity);
      return;
    case 'count':
      if (body.sku === sku) foldCount(fold, body.quantity - held);
      return;
    case 'reserve':
      if (body.sku === sku && body.allotted !== true) foldReserve(fold, body.reservationId, body.quantity);
      return;
    case 'expire':
    case 'release':
      foldRelease(fold, sku, reservations.get(body.reservationId), body.reservationId);
      return;
    case 'commit':
      // The units leave what is held, not what is free.
      fold.ended.add(body.reservationId);
      return;
    case 'adjust':
      if (body.sku === sku) shift(fold, body.difference);
      return;
    case 'surrender':
      // Given back units are free once the centre knows.
      for (const line of body.lines) if (line.sku === sku) fold.high += line.quantity;
      return;
    case 'transfer-dispatch':
      for (const line of body.lines) if (line.sku === sku) shift(fold, -line.quantity);
      return;
    case 'transfer-receive':
      for (const line of body.lines) if (line.sku === sku) shift(fold, line.quantity);
      return;
    case 'settle':
    case 'salvage':
    case 'transfer-request':
    case 'transfer-cancel':
      return;
  }
}

function shift(fold: Fold, quantity: number): void {
  fold.low += quantity;
  fold.high += quantity;
}

function foldSold(
  fold: Fold,
  quantity: number,
  reservationId: string | undefined,
  reservations: ReadonlyMap<string, ReservationRow>,
): void {
  if (reservationId === undefined || fold.ended.has(reservationId)) {
    shift(fold, -quantity);
    return;
  }
  const row = reservations.get(reservationId);
  const pending = fold.pending.get(reservationId);
  fold.ended.add(reservationId);
  if (row?.state === 'HELD') {
    // What is held and not taken returns; what is taken beyond the hold comes from the free units.
    shift(fold, row.quantity - quantity);
  } else if (pending !== undefined) {
    fold.low += pending.taken - quantity;
    fold.high -= quantity;
    fold.pending.delete(reservationId);
  } else {
    shift(fold, -quantity);
  }
}

function foldCount(fold: Fold, free: number): void {
  let pendingTaken = 0;
  for (const { taken } of fold.pending.values()) pendingTaken += taken;
  fold.high = free;
  fold.low = free - pendingTaken;
}

function foldReserve(fold: Fold, reservationId: string, quantity: number): void {
  // Certainly refused when even the most is too little; otherwise it may be granted.
  const taken = fold.high < quantity ? 0 : Math.max(0, Math.min(quantity, fold.low));
  fold.low -= taken;
  fold.pending.set(reservationId, { quantity, taken });
}

function foldRelease(fold: Fold, sku: string, row: ReservationRow | undefined, reservationId: string): void {
  if (fold.ended.has(reservationId)) return;
  const pending = fold.pending.get(reservationId);
  if (pending !== undefined) {
    fold.low += pending.taken;
    fold.pending.delete(reservationId);
    fold.ended.add(reservationId);
  } else if (row?.sku === sku && row.state === 'HELD') {
    fold.high += row.quantity;
    fold.ended.add(reservationId);
  }
}

/** A hold as a cashier sees it. `pending`: asked for, without an answer yet. */
export interface HoldView {
  readonly reservationId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: 'pending' | 'held' | 'releasing' | 'committing' | 'collected';
  readonly heldAt: string;
  /** By the centre's clock; null while it has not answered. */
  readonly expiresAt: string | null;
  /** Asked for at this till, at another one, or outside the store by the API. */
  readonly origin: 'this-till' | 'other-till' | 'api';
  /** The units stand inside a till's own allotment: nothing can contradict the hold, and only that till ends it. */
  readonly guaranteed: boolean;
}

/** Holds that stand or may stand: the centre's, and this till's own requests that wait for an answer. */
export function holdsOf(
  rows: readonly ReservationRow[],
  undecided: readonly UndecidedRecord[],
  tillId: string,
): HoldView[] {
  const ends = endsOf(undecided);
  const views = rows
    .filter((row) => row.state === 'HELD')
    .map((row): HoldView => {
      const origin = row.tillId === null ? 'api' : row.tillId === tillId ? 'this-till' : 'other-till';
      const { reservationId, sku, quantity, heldAt, expiresAt, allottedLife } = row;
      return {
        reservationId,
        sku,
        quantity,
        heldAt,
        expiresAt,
        origin,
        guaranteed: allottedLife !== null,
        state: ends.get(reservationId) ?? 'held',
      };
    });
  const known = new Set(rows.map((row) => row.reservationId as string));
  for (const { body, recordedAt } of undecided) {
    if (body.type !== 'reserve' || known.has(body.reservationId)) continue;
    views.push({
      reservationId: body.reservationId,
      sku: body.sku,
      quantity: body.quantity,
      state: ends.get(body.reservationId) ?? 'pending',
      heldAt: recordedAt,
      expiresAt: null,
      origin: 'this-till',
      guaranteed: body.allotted === true,
    });
  }
  return views.sort((a, b) => (a.heldAt < b.heldAt ? -1 : 1));
}

function endsOf(
  undecided: readonly UndecidedRecord[],
): Map<string, 'releasing' | 'committing' | 'collected'> {
  const ends = new Map<string, 'releasing' | 'committing' | 'collected'>();
  for (const { body } of undecided) {
    if (body.type === 'release' || body.type === 'expire') ends.set(body.reservationId, 'releasing');
    if (body.type === 'commit') ends.set(body.reservationId, 'committing');
    if (body.type === 'sell') {
      for (const line of body.lines)
        if (line.reservationId !== undefined) ends.set(line.reservationId, 'collected');
    }
  }
  return ends;
}

/** What is known of one hold, for `refuseEndOfHold`. */
export function holdFacts(
  reservationId: string,
  row: ReservationRow | null,
  undecided: readonly UndecidedRecord[],
): HoldFacts {
  const end = endsOf(undecided).get(reservationId);
  const pendingEnd: ReservationState | null =
    end === undefined ? null : end === 'releasing' ? 'RELEASED' : 'COMMITTED';
  const pendingReserve = undecided.some(
    ({ body }) => body.type === 'reserve' && body.reservationId === reservationId,
  );
  return { rowState: row?.state ?? null, pendingReserve, pendingEnd };
}

/** The articles whose free units an operation may move, as far as its body and the known holds tell. */
export function touchedSkus(
  body: OperationBody,
  skuOfHold: (reservationId: string) => string | undefined,
): string[] {
  switch (body.type) {
    case 'sell':
    case 'return':
    case 'receive':
    case 'surrender':
    case 'settle':
    case 'transfer-dispatch':
    case 'transfer-receive':
      return [...new Set(body.lines.map((line) => line.sku as string))];
    case 'count':
    case 'adjust':
    case 'reserve':
      return [body.sku];
    // The units are another store's, or stay where they are, or left long ago.
    case 'salvage':
    case 'transfer-request':
    case 'transfer-cancel':
      return [];
    case 'commit':
    case 'expire':
    case 'release': {
      const sku = skuOfHold(body.reservationId);
      return sku === undefined ? [] : [sku];
    }
  }
}
