import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import { type Demand, NO_DEMAND } from './grant-policy.ts';
import type { Allotment, PoolState, Reservation, Transfer } from './model.ts';
import type { DecidedHead } from './ports.ts';

/** How rows of the inventory's tables read as values. Timestamps come as Date, or as text where the row came inside JSON. */

export interface PoolRecord {
  readonly store_id: string;
  readonly sku: string;
  readonly free: number;
  readonly held: number;
  readonly allotted: number;
  readonly in_doubt: number;
  readonly deficit: number;
  readonly version: number;
  readonly recount_needed: boolean;
  readonly counted_at: Date | null;
  readonly counted_by: string | null;
  readonly web_units: number;
  readonly web_largest_line: number;
  readonly web_at: Date | null;
  readonly position: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a row of select * is untyped by nature; these functions are where it gets its type
type Row = any;

const iso = (at: Date | string): string => new Date(at).toISOString();
const isoOrNull = (at: Date | string | null): string | null => (at === null ? null : iso(at));

export function toPoolState(row: PoolRecord): PoolState {
  return {
    pool: {
      free: row.free,
      held: row.held,
      allotted: row.allotted,
      inDoubt: row.in_doubt,
      deficit: row.deficit,
    },
    version: row.version,
    recountNeeded: row.recount_needed,
    lastCount:
      row.counted_at === null && row.counted_by === null
        ? null
        : { recordedAt: isoOrNull(row.counted_at), tillId: row.counted_by },
    webDemand: toDemand(row.web_units, row.web_largest_line, row.web_at),
  };
}

function toDemand(units: number, largestLine: number, at: Date | null): Demand {
  return at === null ? NO_DEMAND : { units, largestLine, at: iso(at) };
}

export function toAllotment(row: Row): Allotment {
  return {
    storeId: row.store_id,
    ...toAllotmentFigures(row),
    demand: toDemand(row.demand_units, row.demand_largest_line, row.demand_at),
  };
}

export function toAllotmentRow(row: Row): AllotmentRow {
  return { ...toAllotmentFigures(row), position: row.position } as AllotmentRow;
}

function toAllotmentFigures(row: Row) {
  return {
    sku: row.sku,
    tillId: row.till_id,
    life: row.life,
    number: row.number,
    state: row.state,
    mode: row.mode,
    granted: row.granted,
    consumed: row.consumed,
    held: row.held,
    surrendered: row.surrendered,
    recalled: row.recalled,
  };
}

export function toDecidedHead(row: Row): DecidedHead {
  return {
    tillId: row.till_id,
    life: row.life,
    storeId: row.store_id,
    sequence: row.sequence,
    hash: row.hash,
    isRetired: row.retired_at !== null,
    termEndsAt: isoOrNull(row.term_ends_at),
  };
}

export function toTransfer(row: Row): Transfer {
  return {
    transferId: row.transfer_id,
    fromStoreId: row.from_store_id,
    toStoreId: row.to_store_id,
    state: row.state,
    lines: row.lines,
    requestedAt: iso(row.requested_at),
    expiresAt: iso(row.expires_at),
    reason: row.reason,
  };
}

export function toTransferRow(row: Row): TransferRow {
  return { ...toTransfer(row), position: row.position } as TransferRow;
}

export function toPolicyRow(row: Row): PolicyRow {
  return {
    sku: row.sku,
    provisionalMaxUnits: row.provisional_max_units,
    version: row.version,
    position: row.position,
  };
}

export function toPoolRow(row: PoolRecord): PoolRow {
  return {
    sku: row.sku as PoolRow['sku'],
    free: row.free,
    held: row.held,
    allotted: row.allotted,
    inDoubt: row.in_doubt,
    deficit: row.deficit,
    version: row.version,
    recountNeeded: row.recount_needed,
    position: row.position,
  };
}

export function toReservation(row: Row): Reservation {
  return {
    reservationId: row.reservation_id,
    storeId: row.store_id,
    sku: row.sku,
    quantity: row.quantity,
    state: row.state,
    tillId: row.till_id,
    allottedLife: row.allotted_life,
    heldAt: iso(row.held_at),
    expiresAt: iso(row.expires_at),
  };
}

export function toReservationRow(row: Row): ReservationRow {
  return { ...toReservation(row), position: row.position } as ReservationRow;
}

export function toVerdictRowOf(row: Row): VerdictRow {
  return {
    operationId: row.operation_id,
    life: row.life,
    sequence: row.sequence,
    verdict: row.verdict,
    reason: row.reason,
    decidedAt: iso(row.decided_at),
    reservationId: row.reservation_id,
    expiresAt: isoOrNull(row.expires_at),
    excess: row.excess,
    position: row.position,
  };
}

export function toConflictRow(row: Row): ConflictRow {
  return {
    conflictId: row.conflict_id,
    storeId: row.store_id,
    tillId: row.till_id,
    operationId: row.operation_id,
    kind: row.kind,
    state: row.state,
    operationType: row.operation_type,
    label: row.label,
    reason: row.reason,
    sku: row.sku,
    quantity: row.quantity,
    recordedAt: isoOrNull(row.recorded_at),
    seenPosition: row.seen_position,
    freeAtDecision: row.free_at_decision,
    openedAt: iso(row.opened_at),
    closedAt: isoOrNull(row.closed_at),
    closedBy: row.closed_by,
    closingReason: row.closing_reason,
    position: row.position,
  };
}
