import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import type { ProblemKind } from './problem-details.ts';

/** How a refusal of the authority reads as a problem. */
export const REFUSALS: Record<RefusalReason, { readonly problem: ProblemKind; readonly detail: string }> = {
  'reservation-unknown': { problem: 'reservation-unknown', detail: 'No reservation has this id.' },
  'reservation-of-another-store': {
    problem: 'reservation-unknown',
    detail: 'No reservation of this store has this id.',
  },
  'reservation-id-taken': { problem: 'idempotency-key-reused', detail: 'This reservation exists already.' },
  'reservation-already-committed': {
    problem: 'reservation-ended',
    detail: 'The reservation was committed before.',
  },
  'reservation-already-released': {
    problem: 'reservation-ended',
    detail: 'The reservation was released: reserve again.',
  },
  'reservation-expired': {
    problem: 'reservation-ended',
    detail: 'The reservation expired and its units are free again: reserve again.',
  },
  'reservation-of-another-till': {
    problem: 'reservation-ended',
    detail: 'The units stand in a till’s own allotment: only that till can end this reservation.',
  },
  'commit-exceeds-reservation': {
    problem: 'insufficient-stock',
    detail: 'The reservation holds fewer units: commit at most what it holds.',
  },
  'stale-version': {
    problem: 'stale',
    detail: 'The pool has changed since that version: read it again and decide anew.',
  },
  'transfer-id-taken': { problem: 'idempotency-key-reused', detail: 'This transfer exists already.' },
  'transfer-to-same-store': { problem: 'invalid-request', detail: 'A store cannot send goods to itself.' },
  'transfer-unknown': { problem: 'transfer-unknown', detail: 'No transfer has this id.' },
  'transfer-of-another-store': {
    problem: 'transfer-unknown',
    detail: 'No transfer of this store has this id.',
  },
  'transfer-already-dispatched': {
    problem: 'transfer-ended',
    detail: 'The goods have left: receive them, at either store, instead of cancelling.',
  },
  'transfer-already-ended': { problem: 'transfer-ended', detail: 'The transfer has ended.' },
  'pool-in-deficit': {
    problem: 'insufficient-stock',
    detail: 'More units have left this store than its book had: it must be counted before it can promise.',
  },
  'insufficient-free': {
    problem: 'insufficient-stock',
    detail: 'The store has fewer free units than asked for.',
  },
};
