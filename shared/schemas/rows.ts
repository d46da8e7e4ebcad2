import { z } from 'zod';
import { ALLOTMENT_MODES, ALLOTMENT_STATES } from '../domain/allotment.ts';
import {
  CONFLICT_KINDS,
  CONFLICT_STATES,
  LABELS,
  RESERVATION_STATES,
  TRANSFER_STATES,
  VERDICTS,
} from '../domain/labels.ts';
import {
  instantSchema,
  positionSchema,
  priceMinorSchema,
  reservationIdSchema,
  skuSchema,
  storeIdSchema,
  tillIdSchema,
} from './primitives.ts';

/** Rows as they stand at the authority and in a till's replica. `position` is that of the last event that changed the row. */

export const poolRowSchema = z.strictObject({
  sku: skuSchema,
  free: z.int().min(0),
  held: z.int().min(0),
  allotted: z.int().min(0),
  inDoubt: z.int().min(0),
  deficit: z.int().min(0),
  /** Dense per pool: the number of events that changed it. */
  version: z.int().min(0),
  /** A late operation overlapped the last count: somebody should count again. */
  recountNeeded: z.boolean(),
  position: positionSchema,
});
export type PoolRow = z.infer<typeof poolRowSchema>;

export const reservationRowSchema = z.strictObject({
  reservationId: reservationIdSchema,
  storeId: storeIdSchema,
  sku: skuSchema,
  quantity: z.int().min(1),
  state: z.enum(RESERVATION_STATES),
  /** The till that asked for it; null when it came by the API. */
  tillId: tillIdSchema.nullable(),
  /** The life of the till inside whose allotment the units stand; null for a hold of the authority's own. */
  allottedLife: z.int().min(1).nullable().default(null),
  heldAt: instantSchema,
  /** By the authority's clock; of a hold inside an allotment only its till ends it, by its own clock. */
  expiresAt: instantSchema,
  position: positionSchema,
});
export type ReservationRow = z.infer<typeof reservationRowSchema>;

export const excessSchema = z.strictObject({ sku: skuSchema, quantity: z.int().min(1) });

export const verdictRowSchema = z.strictObject({
  operationId: z.string(),
  life: z.int().min(1).nullable(),
  sequence: z.int().min(1).nullable(),
  verdict: z.enum(VERDICTS),
  reason: z.string().nullable(),
  decidedAt: instantSchema,
  reservationId: reservationIdSchema.nullable(),
  expiresAt: instantSchema.nullable(),
  /** Units that left although the book did not have them: each raised the deficit. */
  excess: z.array(excessSchema),
  position: positionSchema,
});
export type VerdictRow = z.infer<typeof verdictRowSchema>;

export const conflictRowSchema = z.strictObject({
  conflictId: z.uuid(),
  storeId: storeIdSchema,
  tillId: tillIdSchema.nullable(),
  operationId: z.string(),
  kind: z.enum(CONFLICT_KINDS),
  state: z.enum(CONFLICT_STATES),
  operationType: z.string(),
  label: z.enum(LABELS).nullable(),
  reason: z.string(),
  sku: skuSchema.nullable(),
  quantity: z.int().min(0),
  /** What the till believed: its clock and how far it had read. */
  recordedAt: instantSchema.nullable(),
  seenPosition: positionSchema.nullable(),
  /** What the authority knew when it decided. */
  freeAtDecision: z.int().min(0).nullable(),
  openedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  closedBy: z.string().nullable(),
  closingReason: z.string().nullable(),
  position: positionSchema,
});
export type ConflictRow = z.infer<typeof conflictRowSchema>;

export const allotmentRowSchema = z.strictObject({
  sku: skuSchema,
  tillId: tillIdSchema,
  life: z.int().min(1),
  /** Rises with every new grant after a settlement. */
  number: z.int().min(1),
  state: z.enum(ALLOTMENT_STATES),
  mode: z.enum(ALLOTMENT_MODES),
  granted: z.int().min(0),
  consumed: z.int().min(0),
  held: z.int().min(0),
  surrendered: z.int().min(0),
  /** Units that the authority asks back. */
  recalled: z.int().min(0),
  position: positionSchema,
});
export type AllotmentRow = z.infer<typeof allotmentRowSchema>;

export const transferLineSchema = z.strictObject({
  sku: skuSchema,
  requested: z.int().min(0),
  /** null until it has left. */
  dispatched: z.int().min(0).nullable(),
  /** null until it has arrived. */
  received: z.int().min(0).nullable(),
});

export const transferRowSchema = z.strictObject({
  transferId: z.uuid(),
  fromStoreId: storeIdSchema,
  toStoreId: storeIdSchema,
  state: z.enum(TRANSFER_STATES),
  lines: z.array(transferLineSchema),
  requestedAt: instantSchema,
  /** When a request that nobody has sent is given up. */
  expiresAt: instantSchema,
  reason: z.string().nullable(),
  position: positionSchema,
});
export type TransferRow = z.infer<typeof transferRowSchema>;

/** How far tills of the store may promise an article that they are not sure of. */
export const policyRowSchema = z.strictObject({
  sku: skuSchema,
  /** Units that one till may have promised without an answer: null knows no bound, 0 promises only what is sure. */
  provisionalMaxUnits: z.int().min(0).nullable(),
  /** Rises with every change. */
  version: z.int().min(1),
  position: positionSchema,
});
export type PolicyRow = z.infer<typeof policyRowSchema>;

export const productRowSchema = z.strictObject({
  sku: skuSchema,
  name: z.string(),
  department: z.string(),
  category: z.string(),
  packageSize: z.string(),
  brand: z.string(),
  ean: z.string(),
  /** null: not priced yet, cannot be sold. 0 is a price. */
  priceMinor: priceMinorSchema.nullable(),
  position: positionSchema,
});
export type ProductRow = z.infer<typeof productRowSchema>;
