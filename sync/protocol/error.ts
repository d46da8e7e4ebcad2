import { z } from 'zod';
import { journalHeadSchema } from './hello.ts';

/** Closed list; dashboards and the till's screens depend on the names. */
export const SYNC_ERROR_KINDS = [
  /** No answer, or none that can be read. Made by the till's own transport; never sent. */
  'unreachable',
  /** The token is unknown or revoked: enrol again. Selling goes on. */
  'unauthenticated',
  'version-unsupported',
  /** This journal is not the one the authority knows: restored, cloned or of a retired life. */
  'life-forked',
  /** The first record does not follow the acknowledged head: send again from there. */
  'sequence-gap',
  /** An id that is already decided came with other content. */
  'operation-id-reuse',
  /** The signature under what the centre leases is wrong. Found by the till; never sent. Nothing of the answer is used. */
  'grants-forged',
  'malformed',
  'too-large',
  /** The authority's queue is full, or it is starting: come back after the delay. */
  'busy',
  'internal',
] as const;
export type SyncErrorKind = (typeof SYNC_ERROR_KINDS)[number];

export const syncErrorSchema = z.strictObject({
  kind: z.enum(SYNC_ERROR_KINDS),
  /** What happened and what to do, for a person. */
  message: z.string(),
  /** For `sequence-gap` and `life-forked`: what the authority has. */
  acknowledged: journalHeadSchema.optional(),
  retryAfterMs: z.int().min(0).optional(),
});
export type SyncError = z.infer<typeof syncErrorSchema>;
