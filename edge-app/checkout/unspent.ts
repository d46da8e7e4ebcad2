import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { AllotmentRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { UndecidedRecord } from './evolve.ts';

/** What this till knows of a hold by its id, from the centre; null when it has not heard of it. */
export type KnownHold = (reservationId: string) => ReservationRow | null;

/**
 * Units of its allotment that a till may still spend: what the centre says, less what its own undecided records have
 * taken, in journal order, as the authority will fold them. Pure.
 */
export function unspentAfter(
  row: AllotmentRow | null,
  undecided: readonly UndecidedRecord[],
  knownHold: KnownHold,
): number {
  if (row === null || row.state !== 'ACTIVE') return 0;
  const holds = new Map<string, number>();
  let unspent = unspentOf(row);
  for (const { body } of undecided) unspent += changeBy(body, row, holds, knownHold);
  return Math.max(0, unspent);
}

function changeBy(
  body: OperationBody,
  row: AllotmentRow,
  holds: Map<string, number>,
  knownHold: KnownHold,
): number {
  const end = (reservationId: string, taken: number): number => {
    const held = holds.get(reservationId) ?? ownUnits(knownHold(reservationId), row);
    holds.set(reservationId, 0);
    return Math.max(0, held - taken);
  };
  switch (body.type) {
    case 'sell':
      return body.lines.reduce((change, line) => {
        if (line.sku !== row.sku) return change;
        const back = line.reservationId === undefined ? 0 : end(line.reservationId, line.quantity);
        return change + back - (line.allottedQuantity ?? 0);
      }, 0);
    case 'reserve':
      if (body.sku !== row.sku || body.allotted !== true) return 0;
      holds.set(body.reservationId, body.quantity);
      return -body.quantity;
    case 'commit':
      return end(body.reservationId, body.quantity ?? Number.POSITIVE_INFINITY);
    case 'release':
    case 'expire':
      return end(body.reservationId, 0);
    case 'surrender':
      return -quantityOf(body.lines, row.sku);
    case 'settle':
      return body.lines.some(({ sku }) => sku === row.sku) ? Number.NEGATIVE_INFINITY : 0;
    default:
      return 0;
  }
}

function ownUnits(hold: ReservationRow | null, { sku, tillId, life }: AllotmentRow): number {
  const isOwn =
    hold?.state === 'HELD' && hold.sku === sku && hold.tillId === tillId && hold.allottedLife === life;
  return isOwn ? hold.quantity : 0;
}

function quantityOf(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
  sku: string,
): number {
  return lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
}

/** A hold inside this life's allotments that still stands, as far as this till knows. */
export interface OwnHold {
  readonly reservationId: string;
  readonly sku: string;
  readonly quantity: number;
  /** By the centre's clock; null while it has not answered. */
  readonly expiresAt: string | null;
  /** By the till's clock, from its record; null of a hold that the centre told of. */
  readonly recordedAt: string | null;
}

/** Every hold that stands inside this life's allotments. Pure. */
export function ownHolds(
  rows: readonly ReservationRow[],
  undecided: readonly UndecidedRecord[],
  life: { readonly tillId: string; readonly life: number },
): OwnHold[] {
  const holds = new Map<string, OwnHold>();
  for (const row of rows) {
    if (row.state !== 'HELD' || row.tillId !== life.tillId || row.allottedLife !== life.life) continue;
    const { reservationId, sku, quantity, expiresAt } = row;
    holds.set(reservationId, { reservationId, sku, quantity, expiresAt, recordedAt: null });
  }
  for (const { body, recordedAt } of undecided) {
    if (body.type === 'reserve' && body.allotted === true && !holds.has(body.reservationId)) {
      const { reservationId, sku, quantity } = body;
      holds.set(reservationId, { reservationId, sku, quantity, expiresAt: null, recordedAt });
    } else if (body.type === 'sell') {
      for (const { reservationId } of body.lines)
        if (reservationId !== undefined) holds.delete(reservationId);
    } else if (body.type === 'commit' || body.type === 'release' || body.type === 'expire') {
      holds.delete(body.reservationId);
    }
  }
  return [...holds.values()];
}
