import { z } from 'zod';
import { LABELS } from '../domain/labels.ts';
import { IDENTIFIER_MAX_CHARACTERS, OPERATION_LINES_MAX } from '../lib/limits.ts';
import {
  checkpointSchema,
  countedQuantitySchema,
  instantSchema,
  priceMinorSchema,
  quantitySchema,
  reservationIdSchema,
  sha256Schema,
  skuSchema,
  storeIdSchema,
  tillIdSchema,
} from './primitives.ts';

// Neither control characters nor half a surrogate pair: Postgres can store neither in JSON.
const identifierSchema = z
  .string()
  .max(IDENTIFIER_MAX_CHARACTERS)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'at least one character, no control characters');

/** Asks for units to be kept. The id is made by whoever asks, before anything is sent. */
export const reserveSchema = z.strictObject({
  type: z.literal('reserve'),
  reservationId: reservationIdSchema,
  sku: skuSchema,
  quantity: quantitySchema,
});

/** The held units are sold: they leave the book. */
export const commitSchema = z.strictObject({
  type: z.literal('commit'),
  reservationId: reservationIdSchema,
  transactionId: identifierSchema.optional(),
  customerId: identifierSchema.optional(),
});

export const releaseSchema = z.strictObject({
  type: z.literal('release'),
  reservationId: reservationIdSchema,
});

// Facts are loose: a newer till may say more than this version knows, and nothing of it may be lost.
const soldLineSchema = z.looseObject({
  sku: skuSchema,
  quantity: quantitySchema,
  unitPriceMinor: priceMinorSchema,
  /** The hold these units come from, when the customer collects what was held. */
  reservationId: reservationIdSchema.optional(),
});

/** Goods left with a customer. */
export const sellSchema = z.looseObject({
  type: z.literal('sell'),
  basketId: z.uuid(),
  lines: z.array(soldLineSchema).min(1).max(OPERATION_LINES_MAX),
  totalMinor: z.int().min(0),
  cashGivenMinor: z.int().min(0).optional(),
  receiptNumber: identifierSchema.optional(),
});

/** Goods came back from a customer and stand on the shelf again. */
export const returnSchema = z.looseObject({
  type: z.literal('return'),
  basketId: z.uuid(),
  lines: z
    .array(z.looseObject({ sku: skuSchema, quantity: quantitySchema, unitPriceMinor: priceMinorSchema }))
    .min(1)
    .max(OPERATION_LINES_MAX),
  totalMinor: z.int().min(0),
});

/** Goods arrived from a supplier or another store. */
export const receiveSchema = z.looseObject({
  type: z.literal('receive'),
  documentId: identifierSchema.optional(),
  lines: z
    .array(z.looseObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1)
    .max(OPERATION_LINES_MAX),
});

/** A stocktake: what stood on the shelf, and how far the till had read the log when it was counted. */
export const countSchema = z.looseObject({
  type: z.literal('count'),
  sku: skuSchema,
  quantity: countedQuantitySchema,
  checkpoint: checkpointSchema,
});

/** What an operation asks for or states, by `type`. */
export const operationBodySchema = z.discriminatedUnion('type', [
  reserveSchema,
  commitSchema,
  releaseSchema,
  sellSchema,
  returnSchema,
  receiveSchema,
  countSchema,
]);
export type OperationBody = z.infer<typeof operationBodySchema>;
export type OperationType = OperationBody['type'];

/**
 * One record of a till's journal, as it stands in `raw` (JSON text). The hash of a record is the SHA-256 of the
 * UTF-8 bytes of `raw`, which travel as they are and are never serialised again.
 */
export const journalRecordSchema = z.looseObject({
  format: z.int().min(1),
  storeId: storeIdSchema,
  tillId: tillIdSchema,
  life: z.int().min(1),
  /** Dense from 1 in each life. */
  sequence: z.int().min(1),
  /** Hash of the record before; {@link GENESIS_HASH} for the first of a life. */
  previousHash: sha256Schema,
  /** The till's wall clock: evidence, never a rule. */
  recordedAt: instantSchema,
  label: z.enum(LABELS),
  /** How far the till had read the inventory log when it decided; null before its first pull. */
  seen: checkpointSchema.nullable(),
  body: z.looseObject({ type: z.string() }),
});
export type JournalRecord = z.infer<typeof journalRecordSchema>;

export const JOURNAL_FORMAT = 1;
/** What the first record of every life names as the hash before it. */
export const GENESIS_HASH = '0'.repeat(64);
