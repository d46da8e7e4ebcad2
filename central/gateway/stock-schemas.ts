import { ADJUSTMENT_REASONS, TRANSFER_STATES } from '@gondola/shared/domain/labels.ts';
import {
  IDENTIFIER_MAX_CHARACTERS,
  OPERATION_LINES_MAX,
  REASON_MAX_CHARACTERS,
} from '@gondola/shared/lib/limits.ts';
import { adjustSchema } from '@gondola/shared/schemas/operations.ts';
import {
  positionSchema,
  quantitySchema,
  skuSchema,
  storeIdSchema,
  tillIdSchema,
} from '@gondola/shared/schemas/primitives.ts';
import { allotmentRowSchema, policyRowSchema, transferRowSchema } from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';
import { plainText } from './api-schemas.ts';

/** Bodies of adjustments, policies, transfers and allotments. */

export const ROWS_LIMIT_MAX = 500;
const limitSchema = z.coerce.number().int().min(1).max(ROWS_LIMIT_MAX).optional();

export const adjustRequestSchema = z
  .strictObject({
    storeId: storeIdSchema,
    productSku: skuSchema,
    difference: adjustSchema.shape.difference.meta({ description: 'Signed: what the book changes by' }),
    reason: z.enum(ADJUSTMENT_REASONS),
    note: plainText(REASON_MAX_CHARACTERS).optional(),
    expectedVersion: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'The pool’s version you saw; or send If-Match: "<version>"' }),
  })
  .meta({ id: 'AdjustRequest' });

export const policyRequestSchema = z
  .strictObject({
    provisionalMaxUnits: z.int().min(0).nullable().meta({
      description:
        'null: no bound. 0: only what is sure. n: one till may have n units promised without an answer',
    }),
    expectedVersion: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'The version you saw, 0 where there is none yet; or send If-Match: "<version>"' }),
  })
  .meta({ id: 'ItemPolicyRequest' });

export const policyAnswerSchema = policyRowSchema
  .extend({ storeId: storeIdSchema, version: z.int().min(0) })
  .meta({ id: 'ItemPolicy' });

const linesSchema = z
  .array(z.strictObject({ productSku: skuSchema, quantity: quantitySchema }))
  .min(1)
  .max(OPERATION_LINES_MAX)
  .refine(
    (lines) => new Set(lines.map((line) => line.productSku)).size === lines.length,
    'each article once',
  );

export const transferRequestSchema = z
  .strictObject({ fromStoreId: storeIdSchema, toStoreId: storeIdSchema, lines: linesSchema })
  .meta({ id: 'TransferRequest' });

export const transferMoveRequestSchema = z
  .strictObject({
    storeId: storeIdSchema.meta({ description: 'The store that acts: where the goods left, or arrived' }),
    lines: linesSchema,
  })
  .meta({ id: 'TransferMoveRequest' });

export const transferCancelRequestSchema = z
  .strictObject({ storeId: storeIdSchema, reason: plainText(REASON_MAX_CHARACTERS).optional() })
  .meta({ id: 'TransferCancelRequest' });

export const transferAnswerSchema = transferRowSchema.meta({ id: 'Transfer' });

export const transfersQuerySchema = z.strictObject({
  storeId: storeIdSchema.optional(),
  state: z.enum(TRANSFER_STATES).optional(),
  limit: limitSchema,
});

export const allotmentAnswerSchema = allotmentRowSchema
  .extend({ storeId: storeIdSchema, unspent: z.int().min(0) })
  .meta({
    id: 'Allotment',
    description:
      'unspent = granted − consumed − held − surrendered: what the till may still spend, or may have spent',
  });

export const allotmentsQuerySchema = z.strictObject({
  storeId: storeIdSchema.optional(),
  sku: skuSchema.optional(),
  tillId: tillIdSchema.optional(),
  limit: limitSchema,
});

export const forceRequestSchema = z
  .strictObject({
    storeId: storeIdSchema,
    productSku: skuSchema,
    tillId: tillIdSchema,
    life: z.int().min(1),
    reason: plainText(REASON_MAX_CHARACTERS),
    approvedBy: plainText(IDENTIFIER_MAX_CHARACTERS).meta({ description: 'A second person, not the first' }),
    forcedBy: plainText(IDENTIFIER_MAX_CHARACTERS).optional().meta({
      description:
        'The person who asks, where several share the key or the session. The caller when left out',
    }),
    expectedPosition: positionSchema.meta({ description: 'The position of the allotment you saw' }),
  })
  .meta({ id: 'ForceAllotmentRequest' });

export const forcedAnswerSchema = z
  .strictObject({
    allotment: allotmentAnswerSchema,
    exposureUnits: z
      .int()
      .min(0)
      .meta({ description: 'Units that are free again although the till may have spent them' }),
  })
  .meta({ id: 'ForcedAllotment' });

export const closeAllotmentsRequestSchema = z
  .strictObject({
    storeId: storeIdSchema,
    tillId: tillIdSchema.optional().meta({ description: 'Only what this till holds' }),
    productSku: skuSchema.optional().meta({ description: 'Only what is held of this product' }),
    reason: plainText(REASON_MAX_CHARACTERS),
  })
  .refine(({ tillId, productSku }) => tillId !== undefined || productSku !== undefined, {
    path: ['tillId'],
    message: 'name a till, a product or both',
  })
  .meta({ id: 'CloseAllotmentsRequest' });

export const closedAllotmentsSchema = z
  .strictObject({
    closing: z.int().min(0).meta({ description: 'Allotments whose tills were asked now to settle them' }),
    remaining: z
      .int()
      .min(0)
      .meta({ description: 'Open still: send the same again under a new Idempotency-Key' }),
  })
  .meta({ id: 'ClosedAllotments' });
