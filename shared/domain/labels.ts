/** What the till told the cashier when the operation was on disk. */
export const LABELS = ['GUARANTEED', 'PROVISIONAL', 'RECORDED'] as const;
export type Label = (typeof LABELS)[number];

/** The authority's final word on an operation; it never changes. */
export const VERDICTS = ['ACCEPTED', 'REJECTED', 'RECORDED', 'QUARANTINED'] as const;
export type VerdictKind = (typeof VERDICTS)[number];

export const RESERVATION_STATES = ['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/**
 * What a person must hear of: a refused promise; units that left without being in the book; a till whose life was
 * forked by a copy; a settlement that differs from the authority's own sum; a transfer that arrived with other
 * quantities than were sent, or that nobody had asked for.
 */
export const CONFLICT_KINDS = [
  'provisional-refused',
  'deficit',
  'life-forked',
  'settlement-differs',
  'transfer-short',
  'transfer-over',
  'transfer-unannounced',
] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/**
 * PENDING: sibling tills hold unspent units of the pool, so it is not yet known whether anything is wrong; it opens or
 * closes by itself when they have settled.
 */
export const CONFLICT_STATES = ['PENDING', 'OPEN', 'CLOSED'] as const;
export type ConflictState = (typeof CONFLICT_STATES)[number];

/** What people do about a conflict. */
export const CONFLICT_ACTS = ['re-source', 'transfer', 'substitute', 'count', 'other'] as const;
export type ConflictAct = (typeof CONFLICT_ACTS)[number];

/** REQUESTED holds the units at the sender; DISPATCHED is on the road; the other three are ends. */
export const TRANSFER_STATES = ['REQUESTED', 'DISPATCHED', 'RECEIVED', 'RETURNED', 'CANCELLED'] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** Why a person or a program changed the book by hand. */
export const ADJUSTMENT_REASONS = ['damaged', 'stolen', 'spoiled', 'found', 'own-use', 'other'] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number];
