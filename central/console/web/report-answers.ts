/** What the public API answers about conflicts, transfers and allotments: only what the console reads of it. */
import { ALLOTMENT_STATES } from '@gondola/shared/domain/allotment.ts';
import { CONFLICT_ACTS, LABELS, VERDICTS } from '@gondola/shared/domain/labels.ts';
import { instantSchema, positionSchema } from '@gondola/shared/schemas/primitives.ts';
import { conflictRowSchema, transferRowSchema } from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';

const bucketsSchema = z.object({
  free: z.int(),
  held: z.int(),
  allotted: z.int(),
  inDoubt: z.int(),
  deficit: z.int(),
});
export type Buckets = z.infer<typeof bucketsSchema>;

const storeActSchema = {
  fromStoreId: z.uuid(),
  sku: z.string(),
  quantity: z.int(),
  free: z.int(),
  distanceKm: z.number().nullable(),
} as const;
const suggestionSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('re-source'), ...storeActSchema }),
  z.object({ act: z.literal('transfer'), ...storeActSchema }),
  z.object({ act: z.literal('substitute'), sku: z.string(), name: z.string(), free: z.int() }),
  z.object({ act: z.literal('count'), sku: z.string() }),
]);
export type Suggestion = z.infer<typeof suggestionSchema>;

const timelineEntrySchema = z.object({
  position: positionSchema,
  decidedAt: instantSchema,
  type: z.string(),
  operationId: z.string().nullable(),
  tillId: z.string().nullable(),
  recordedAt: instantSchema.nullable(),
  clockErrorMs: z.number().nullable(),
  label: z.enum(LABELS).nullable(),
  change: bucketsSchema,
  isDecision: z.boolean(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const reportSchema = z.object({
  conflict: conflictRowSchema,
  believed: z.object({
    label: z.enum(LABELS).nullable(),
    recordedAt: instantSchema.nullable(),
    clockErrorMs: z.number().nullable(),
    seenPosition: positionSchema.nullable(),
  }),
  known: z.object({
    decidedAt: instantSchema,
    decidedPosition: positionSchema.nullable(),
    verdict: z.enum(VERDICTS).nullable(),
    pool: bucketsSchema.nullable(),
  }),
  timeline: z.array(timelineEntrySchema),
  isTimelineCut: z.boolean(),
  rule: z.string(),
  suggestions: z.array(suggestionSchema),
  compensation: z.object({ transferId: z.uuid(), by: z.string() }).nullable(),
  closing: z
    .object({
      closedAt: instantSchema,
      closedBy: z.string(),
      closingReason: z.string(),
      act: z.enum(CONFLICT_ACTS).nullable(),
    })
    .nullable(),
});
export type ConflictReport = z.infer<typeof reportSchema>;

export const transfersSchema = z.object({ transfers: z.array(transferRowSchema) });
export type TransferView = z.infer<typeof transferRowSchema>;
export const madeTransferSchema = z.object({ transferId: z.uuid() });

const allotmentSchema = z.object({
  storeId: z.uuid(),
  sku: z.string(),
  tillId: z.uuid(),
  life: z.int(),
  state: z.enum(ALLOTMENT_STATES),
  granted: z.int(),
  consumed: z.int(),
  held: z.int(),
  surrendered: z.int(),
  recalled: z.int(),
  unspent: z.int(),
  position: positionSchema,
});
export type AllotmentView = z.infer<typeof allotmentSchema>;
export const allotmentsSchema = z.object({ allotments: z.array(allotmentSchema) });
export const forcedSchema = z.object({ exposureUnits: z.int() });
export const closedAllotmentsSchema = z.object({ closing: z.int(), remaining: z.int() });

/** How far tills may promise the article unsure: null without a bound, 0 only what is sure. */
export const policySchema = z.object({ provisionalMaxUnits: z.int().nullable(), version: z.int() });
export type PolicyView = z.infer<typeof policySchema>;
