/** Columns of the read model as the shared row types name them. */
import type { ConflictRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';

export const poolFigures = `free, held, allotted, in_doubt as "inDoubt", deficit, version,
  recount_needed as "recountNeeded", position`;

export const poolColumns = `store_id as "storeId", sku, ${poolFigures}`;

export const reservationColumns = `reservation_id as "reservationId", store_id as "storeId", sku, quantity, state,
  till_id as "tillId", allotted_life as "allottedLife", held_at as "heldAt", expires_at as "expiresAt", position`;

/** Whether a conflict waits for other tills, is open or closed; with conflicts as c, closings as k, moves as m. */
export const conflictState = `case when k.conflict_id is not null then 'CLOSED'
  when c.state = 'PENDING' and m.due_quantity is null then 'PENDING' else 'OPEN' end`;

/** What moved a conflict that is not closed: its last position, and how much remained. */
export const conflictMoves = `left join lateral (select max(position) as position, max(due_quantity) as due_quantity
  from conflict_moves where conflict_id = c.conflict_id) m on true`;

/** With conflicts as c, their closings as k, their moves as m. */
export const conflictColumns = `c.conflict_id as "conflictId", c.store_id as "storeId", c.till_id as "tillId",
  c.operation_id as "operationId", c.kind, ${conflictState} as state,
  c.operation_type as "operationType", c.label, c.reason, c.sku, coalesce(m.due_quantity, c.quantity) as quantity, c.recorded_at as "recordedAt",
  c.seen_position as "seenPosition", c.free_at_decision as "freeAtDecision", c.opened_at as "openedAt",
  k.closed_at as "closedAt", k.closed_by as "closedBy", k.closing_reason as "closingReason",
  greatest(c.position, m.position, k.position) as position`;

export type ReservationColumns = Omit<ReservationRow, 'heldAt' | 'expiresAt'> & {
  readonly heldAt: Date;
  readonly expiresAt: Date;
};

export function toReservation(row: ReservationColumns): ReservationRow {
  return { ...row, heldAt: row.heldAt.toISOString(), expiresAt: row.expiresAt.toISOString() };
}

export type ConflictColumns = Omit<ConflictRow, 'recordedAt' | 'openedAt' | 'closedAt'> & {
  readonly recordedAt: Date | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
};

export function toConflict(row: ConflictColumns): ConflictRow {
  return {
    ...row,
    recordedAt: row.recordedAt?.toISOString() ?? null,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}
