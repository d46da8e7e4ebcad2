/** Columns of the read model as the shared row types name them. */
import type { ConflictRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';

export const poolColumns = `store_id as "storeId", sku, free, held, allotted, in_doubt as "inDoubt", deficit, version,
  recount_needed as "recountNeeded", position`;

export const reservationColumns = `reservation_id as "reservationId", store_id as "storeId", sku, quantity, state,
  till_id as "tillId", held_at as "heldAt", expires_at as "expiresAt", position`;

/** With conflicts as c and their closings as k. */
export const conflictColumns = `c.conflict_id as "conflictId", c.store_id as "storeId", c.till_id as "tillId",
  c.operation_id as "operationId", c.kind, case when k.conflict_id is null then 'OPEN' else 'CLOSED' end as state,
  c.operation_type as "operationType", c.label, c.reason, c.sku, c.quantity, c.recorded_at as "recordedAt",
  c.seen_position as "seenPosition", c.free_at_decision as "freeAtDecision", c.opened_at as "openedAt",
  k.closed_at as "closedAt", k.closed_by as "closedBy", k.closing_reason as "closingReason",
  greatest(c.position, k.position) as position`;

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
