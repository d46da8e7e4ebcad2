/**
 * Why the authority refuses a request. Closed, and ordered: where several hold, the first is given.
 * Screens, dashboards and tests depend on the names.
 */
export const REFUSAL_REASONS = [
  'stale-version',
  'reservation-unknown',
  'reservation-of-another-store',
  'reservation-of-another-till',
  'reservation-id-taken',
  'reservation-already-committed',
  'reservation-already-released',
  'reservation-expired',
  'commit-exceeds-reservation',
  'transfer-id-taken',
  'transfer-to-same-store',
  'transfer-unknown',
  'transfer-of-another-store',
  'transfer-already-dispatched',
  'transfer-already-ended',
  'pool-in-deficit',
  'insufficient-free',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Why a record could not be read. Final: a person cures it by a new operation that names it. */
export const QUARANTINE_REASONS = [
  'not-json',
  'envelope-invalid',
  'identity-mismatch',
  'body-invalid',
] as const;

export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];
