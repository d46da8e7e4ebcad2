import { PULL_ROWS_MAX } from '@gondola/shared/lib/limits.ts';
import { checkpointSchema, instantSchema, positionSchema } from '@gondola/shared/schemas/primitives.ts';
import {
  conflictRowSchema,
  policyRowSchema,
  poolRowSchema,
  productRowSchema,
  reservationRowSchema,
  transferRowSchema,
  verdictRowSchema,
} from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';
import { grantSheetSchema } from './grants.ts';

/** Where the till stands in each log; null asks from the beginning. */
export const pullRequestSchema = z.strictObject({
  protocolVersion: z.int().min(1),
  life: z.int().min(1),
  inventory: checkpointSchema.nullable(),
  catalogue: checkpointSchema.nullable(),
  rowsMax: z.int().min(1).max(PULL_ROWS_MAX),
  /** Made for this request; without it no grants come down. A pull with it renews the till's term. */
  nonce: z.uuid().optional(),
});
export type PullRequest = z.infer<typeof pullRequestSchema>;

const pageFields = {
  /** Where the next pull starts. Every row changed up to here has been delivered. */
  checkpoint: checkpointSchema,
  /** More rows wait behind this page. */
  hasMore: z.boolean(),
  /** The log's last position when the page was read. */
  head: positionSchema,
  /** The asked checkpoint belongs to another log: drop what was pulled before, this page starts from the beginning. */
  reset: z.boolean(),
} as const;

export const inventoryPageSchema = z.strictObject({
  ...pageFields,
  pools: z.array(poolRowSchema),
  reservations: z.array(reservationRowSchema),
  /** Verdicts on this till's own operations only. */
  verdicts: z.array(verdictRowSchema),
  conflicts: z.array(conflictRowSchema),
  /** Transfers from and to this store. */
  transfers: z.array(transferRowSchema).default([]),
  /** Of this store's articles. */
  policies: z.array(policyRowSchema).default([]),
  grants: grantSheetSchema.nullable().default(null),
});
export type InventoryPage = z.infer<typeof inventoryPageSchema>;

export const cataloguePageSchema = z.strictObject({
  ...pageFields,
  products: z.array(productRowSchema),
  /** Products in the whole catalogue, for the progress bar. */
  total: z.int().min(0),
});
export type CataloguePage = z.infer<typeof cataloguePageSchema>;

export const pullResponseSchema = z.strictObject({
  inventory: inventoryPageSchema,
  catalogue: cataloguePageSchema,
  centralTime: instantSchema,
});
export type PullResponse = z.infer<typeof pullResponseSchema>;
