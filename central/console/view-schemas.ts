import { instantSchema, positionSchema } from '@gondola/shared/schemas/primitives.ts';
import { conflictRowSchema, poolRowSchema, reservationRowSchema } from '@gondola/shared/schemas/rows.ts';
import { cloudEventSchema } from '@gondola/shared/schemas/topics.ts';
import { z } from 'zod';

/**
 * What the console's page reads, all under `/console/api`: the contract between its routes and its screens.
 *
 * GET overview · GET stores · GET stores/:storeId · GET pools?text=&storeId= · GET pools/:storeId/:sku ·
 * GET reservations?storeId=&state= · GET conflicts?storeId=&state= · GET events?before=&storeId=&sku=&type= · GET parked-pools
 * Writes go to the public API (`/api/v1/conflicts/:id/close`, `/api/v1/enrolment-codes`) with the same session.
 */

export const tillViewSchema = z.strictObject({
  tillId: z.uuid(),
  storeId: z.uuid(),
  name: z.string(),
  life: z.int(),
  /** Its socket stands, or it was heard of a moment ago. */
  online: z.boolean(),
  lastContactAt: instantSchema.nullable(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  clockErrorMs: z.number().nullable(),
});
export type TillView = z.infer<typeof tillViewSchema>;

export const storeViewSchema = z.strictObject({
  storeId: z.uuid(),
  number: z.string(),
  name: z.string(),
  tills: z.int(),
  tillsOnline: z.int(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  lastContactAt: instantSchema.nullable(),
  conflictsOpen: z.int(),
  poolsInDeficit: z.int(),
});
export type StoreView = z.infer<typeof storeViewSchema>;

export const noticeViewSchema = z.strictObject({
  noticeId: z.string(),
  storeId: z.uuid(),
  kind: z.enum(['conflict-opened', 'deficit-raised', 'low-stock']),
  sku: z.string().nullable(),
  quantity: z.int().nullable(),
  at: instantSchema,
});
export type NoticeView = z.infer<typeof noticeViewSchema>;

export const overviewSchema = z.strictObject({
  stores: z.int(),
  tills: z.int(),
  tillsOnline: z.int(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  conflictsOpen: z.int(),
  reservationsHeld: z.int(),
  poolsInDeficit: z.int(),
  /** Last position of the inventory log that this read model has folded. */
  position: positionSchema,
  /** Operations by verdict since the beginning. */
  verdicts: z.record(z.string(), z.int()),
  notices: z.array(noticeViewSchema),
});
export type Overview = z.infer<typeof overviewSchema>;

export const storesAnswerSchema = z.strictObject({ stores: z.array(storeViewSchema) });

/** A till with what it holds. */
export const storeTillViewSchema = tillViewSchema.extend({
  articlesAllotted: z.int(),
  unitsAllotted: z.int(),
  unitsInDoubt: z.int(),
});
export type StoreTillView = z.infer<typeof storeTillViewSchema>;

export const storeAnswerSchema = z.strictObject({
  store: storeViewSchema,
  tills: z.array(storeTillViewSchema),
  conflicts: z.array(conflictRowSchema),
});

const poolViewSchema = poolRowSchema.extend({ storeId: z.uuid(), productName: z.string(), onHand: z.int() });
export type PoolView = z.infer<typeof poolViewSchema>;

/** At most 200; `text` matches article number, code or name. */
export const poolsAnswerSchema = z.strictObject({ pools: z.array(poolViewSchema) });

/** One event of a pool, newest first. */
export const poolHistoryEntrySchema = z.strictObject({
  position: positionSchema,
  at: instantSchema,
  type: z.string(),
  operationId: z.string().nullable(),
  /** Change of each bucket and of the book. */
  free: z.int(),
  held: z.int(),
  allotted: z.int(),
  inDoubt: z.int(),
  deficit: z.int(),
  onHand: z.int(),
  onHandAfter: z.int(),
});
export const poolAnswerSchema = z.strictObject({
  pool: poolViewSchema,
  history: z.array(poolHistoryEntrySchema),
  reservations: z.array(reservationRowSchema),
});

export const reservationViewSchema = reservationRowSchema.extend({ productName: z.string() });
export const reservationsAnswerSchema = z.strictObject({ reservations: z.array(reservationViewSchema) });

export const conflictViewSchema = conflictRowSchema.extend({
  productName: z.string(),
  storeName: z.string(),
});
export type ConflictView = z.infer<typeof conflictViewSchema>;
export const conflictsAnswerSchema = z.strictObject({ conflicts: z.array(conflictViewSchema) });

/** Newest first; `before` is a position. The live ones come by socket.io, namespace `/console`, event `events`. */
export const eventsAnswerSchema = z.strictObject({ events: z.array(cloudEventSchema) });

/** At most 200, the oldest first: pools with an event that could not be folded, so that their figures stand still. */
export const parkedPoolsAnswerSchema = z.strictObject({
  parkedPools: z.array(
    z.strictObject({
      storeId: z.uuid(),
      sku: z.string(),
      position: positionSchema,
      reason: z.string(),
      parkedAt: instantSchema,
    }),
  ),
});
