/** What the till told the cashier when the operation was on disk. */
export const LABELS = ['GUARANTEED', 'PROVISIONAL', 'RECORDED'] as const;
export type Label = (typeof LABELS)[number];

/** The authority's final word on an operation; it never changes. */
export const VERDICTS = ['ACCEPTED', 'REJECTED', 'RECORDED', 'QUARANTINED'] as const;
export type VerdictKind = (typeof VERDICTS)[number];

export const RESERVATION_STATES = ['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** A refused promise, or units that left without being in the book. */
export const CONFLICT_KINDS = ['provisional-refused', 'deficit'] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** Requests may be refused; facts say what happened and are always recorded. */
export const REQUEST_TYPES = ['reserve', 'commit', 'release'] as const;
export const FACT_TYPES = ['sell', 'return', 'receive', 'count'] as const;
