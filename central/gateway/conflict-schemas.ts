import { CONFLICT_ACTS, CONFLICT_STATES, LABELS, VERDICTS } from '@gondola/shared/domain/labels.ts';
import { REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import {
  instantSchema,
  positionSchema,
  quantitySchema,
  skuSchema,
  storeIdSchema,
} from '@gondola/shared/schemas/primitives.ts';
import { conflictRowSchema } from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';
import { plainText } from './api-schemas.ts';

/** Bodies of `/api/v1/conflicts`. */

export const CONFLICTS_LIMIT_MAX = 500;

export const conflictAnswerSchema = conflictRowSchema.meta({ id: 'Conflict' });

export const closeConflictRequestSchema = z
  .strictObject({
    act: z.enum(CONFLICT_ACTS).default('other').meta({ description: 'What was done' }),
    closingReason: plainText(REASON_MAX_CHARACTERS),
    transferId: z.uuid().optional().meta({ description: 'The transfer that makes it good' }),
    expectedPosition: positionSchema
      .optional()
      .meta({ description: 'The position you saw; or send If-Match: "<position>"' }),
  })
  .meta({ id: 'CloseConflictRequest' });

export const conflictsQuerySchema = z.strictObject({
  storeId: storeIdSchema.optional(),
  state: z.enum(CONFLICT_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(CONFLICTS_LIMIT_MAX).optional(),
});

const bucketsSchema = z.strictObject({
  free: z.int(),
  held: z.int(),
  allotted: z.int(),
  inDoubt: z.int(),
  deficit: z.int(),
});

const storeActSchema = {
  fromStoreId: storeIdSchema,
  sku: skuSchema,
  quantity: quantitySchema,
  free: z.int(),
  distanceKm: z.number().nullable(),
} as const;

export const suggestedActSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('re-source'), ...storeActSchema }),
  z.strictObject({ act: z.literal('transfer'), ...storeActSchema }),
  z.strictObject({ act: z.literal('substitute'), sku: skuSchema, name: z.string(), free: z.int() }),
  z.strictObject({ act: z.literal('count'), sku: skuSchema }),
]);

const timelineEntrySchema = z.strictObject({
  position: positionSchema,
  decidedAt: instantSchema.meta({ description: 'The authority’s clock' }),
  type: z.string(),
  operationId: z.string().nullable(),
  tillId: z.string().nullable(),
  life: z.int().nullable(),
  sequence: z.int().nullable(),
  recordedAt: instantSchema.nullable().meta({ description: 'The till’s own clock' }),
  clockErrorMs: z.number().nullable(),
  label: z.enum(LABELS).nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  reason: z.string().nullable(),
  change: bucketsSchema,
  isDecision: z.boolean(),
});

export const conflictReportSchema = z
  .strictObject({
    conflict: conflictAnswerSchema,
    believed: z.strictObject({
      label: z.enum(LABELS).nullable(),
      recordedAt: instantSchema.nullable(),
      clockErrorMs: z.number().nullable(),
      seenPosition: positionSchema.nullable(),
    }),
    known: z.strictObject({
      decidedAt: instantSchema,
      decidedPosition: positionSchema.nullable(),
      verdict: z.enum(VERDICTS).nullable(),
      pool: bucketsSchema.nullable().meta({ description: 'Just before the decision' }),
    }),
    timeline: z.array(timelineEntrySchema),
    isTimelineCut: z.boolean(),
    rule: z.string(),
    suggestions: z.array(suggestedActSchema),
    compensation: z.strictObject({ transferId: z.uuid(), by: z.string() }).nullable(),
    closing: z
      .strictObject({
        closedAt: instantSchema,
        closedBy: z.string(),
        closingReason: z.string(),
        act: z.enum(CONFLICT_ACTS).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ConflictReport' });
