import { z } from 'zod';
import { ADJUSTMENT_REASONS, LABELS } from '../domain/labels.ts';
import { TENDER_KINDS } from '../domain/tender.ts';
import { TILL_ACTS } from '../domain/till-act.ts';
import {
  BASIS_POINTS_MAX,
  IDENTIFIER_MAX_CHARACTERS,
  LINE_QUANTITY_MAX_UNITS,
  OPERATION_LINES_MAX,
  REASON_MAX_CHARACTERS,
  TENDERS_MAX,
  TILL_ACTS_MAX,
} from '../lib/limits.ts';
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

const basisPointsSchema = z.int().min(0).max(BASIS_POINTS_MAX);

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
  /** The units come out of the till's own allotment, whole: the till has charged it already. */
  allotted: z.literal(true).optional(),
});

/** The held units are sold: they leave the book. */
export const commitSchema = z.strictObject({
  type: z.literal('commit'),
  reservationId: reservationIdSchema,
  /** Fewer than were held: the rest goes back to where it came from. All of them when left out. */
  quantity: quantitySchema.optional(),
  transactionId: identifierSchema.optional(),
  customerId: identifierSchema.optional(),
});

export const releaseSchema = z.strictObject({
  type: z.literal('release'),
  reservationId: reservationIdSchema,
});

const transferIdSchema = z.uuid();
const transferLinesSchema = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1)
  .max(OPERATION_LINES_MAX)
  .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'each article once');

/** The operation's store asks another one for goods; they are held there, all or none, until that store sends them. */
export const transferRequestSchema = z.strictObject({
  type: z.literal('transfer-request'),
  transferId: transferIdSchema,
  fromStoreId: storeIdSchema,
  lines: transferLinesSchema,
});

/** Either store gives up a transfer whose goods have not left yet. */
export const transferCancelSchema = z.strictObject({
  type: z.literal('transfer-cancel'),
  transferId: transferIdSchema,
  reason: z.string().max(REASON_MAX_CHARACTERS).optional(),
});

// Facts are loose: a newer till may say more than this version knows, and nothing of it may be lost.
const soldLineSchema = z.looseObject({
  sku: skuSchema,
  quantity: quantitySchema,
  unitPriceMinor: priceMinorSchema,
  /** The hold these units come from, when the customer collects what was held. */
  reservationId: reservationIdSchema.optional(),
  /** Units of this line that the till has charged to its own allotment. */
  allottedQuantity: quantitySchema.optional(),
  /** What the line's own discount and its share of the basket's take off. */
  discountMinor: z.int().min(0).optional(),
  /** The tax rate in the price, as it was when the line was sold. */
  taxBasisPoints: basisPointsSchema.optional(),
  /** What a scale weighed; the line's unit is the package. */
  weightGrams: z.int().min(1).optional(),
  /** The price before somebody changed it at the till, and why. */
  listPriceMinor: priceMinorSchema.optional(),
  priceReason: z.string().max(REASON_MAX_CHARACTERS).optional(),
});

/** How a sale was paid, or a return paid back. */
export const tenderSchema = z.looseObject({
  kind: z.enum(TENDER_KINDS),
  /** Of cash, what was given: the change is the operation's. */
  amountMinor: z.int().min(0),
  /** The terminal's, Pix' or the voucher's own number; never a card's. */
  reference: identifierSchema.optional(),
  lastFour: z
    .string()
    .regex(/^\d{4}$/, 'the last four digits of a card')
    .optional(),
});

/** What happened at the till since its last sale and is no sale: it reaches the centre with the next one. */
export const tillActSchema = z.looseObject({
  act: z.enum(TILL_ACTS),
  at: instantSchema,
  count: z.int().min(1),
  amountMinor: z.int().min(0),
});

/** Goods left with a customer. */
export const sellSchema = z.looseObject({
  type: z.literal('sell'),
  basketId: z.uuid(),
  lines: z.array(soldLineSchema).min(1).max(OPERATION_LINES_MAX),
  totalMinor: z.int().min(0),
  cashGivenMinor: z.int().min(0).optional(),
  receiptNumber: identifierSchema.optional(),
  tenders: z.array(tenderSchema).max(TENDERS_MAX).optional(),
  changeMinor: z.int().min(0).optional(),
  /** What cash rounding added to the total, or took off it. */
  roundingMinor: z.int().optional(),
  /** All discounts together: the total is what is left. */
  discountMinor: z.int().min(0).optional(),
  taxes: z
    .array(
      z.looseObject({ basisPoints: basisPointsSchema, netMinor: z.int().min(0), taxMinor: z.int().min(0) }),
    )
    .max(OPERATION_LINES_MAX)
    .optional(),
  acts: z.array(tillActSchema).max(TILL_ACTS_MAX).optional(),
});

/** Goods came back from a customer and stand on the shelf again. */
export const returnSchema = z.looseObject({
  type: z.literal('return'),
  basketId: z.uuid(),
  lines: z
    .array(
      z.looseObject({
        sku: skuSchema,
        quantity: quantitySchema,
        unitPriceMinor: priceMinorSchema,
        /** Where this line stood in the sale, from 0. */
        soldLine: z.int().min(0).optional(),
        refundMinor: z.int().min(0).optional(),
      }),
    )
    .min(1)
    .max(OPERATION_LINES_MAX),
  totalMinor: z.int().min(0),
  /** The receipt that the customer brought; without it, somebody of the right role decided. */
  receiptNumber: identifierSchema.optional(),
  reason: z.string().max(REASON_MAX_CHARACTERS).optional(),
  tenders: z.array(tenderSchema).max(TENDERS_MAX).optional(),
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

/** A correction of the book outside a stocktake: units broke, vanished, were found. */
export const adjustSchema = z.looseObject({
  type: z.literal('adjust'),
  sku: skuSchema,
  /** Signed: what the book changes by. */
  difference: z
    .int()
    .min(-LINE_QUANTITY_MAX_UNITS)
    .max(LINE_QUANTITY_MAX_UNITS)
    .refine((difference) => difference !== 0, 'not zero'),
  reason: z.enum(ADJUSTMENT_REASONS),
  note: z.string().max(REASON_MAX_CHARACTERS).optional(),
  /** Only from people at the centre: the pool's version that they saw. A newer one refuses the adjustment. */
  expectedVersion: z.int().min(0).optional(),
});

/** A hold inside the till's own allotment has lapsed by the till's clock; nobody else may end it by time. */
export const expireSchema = z.looseObject({ type: z.literal('expire'), reservationId: reservationIdSchema });

/** The till lowers its allotments: journaled before the authority may raise another's. */
export const surrenderSchema = z.looseObject({
  type: z.literal('surrender'),
  lines: z
    .array(z.looseObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1)
    .max(OPERATION_LINES_MAX),
});

/** The till spends no more of these allotments; what it says became of them is compared with the authority's own sum. */
export const settleSchema = z.looseObject({
  type: z.literal('settle'),
  lines: z
    .array(z.looseObject({ sku: skuSchema, consumed: z.int().min(0), surrendered: z.int().min(0) }))
    .min(1)
    .max(OPERATION_LINES_MAX),
});

/**
 * A record of a life of this till that is over, which the authority has not decided: it is decided now, as what it says,
 * but nothing of it is charged to an allotment. Its bytes are carried as they were hashed.
 */
export const salvageSchema = z.looseObject({
  type: z.literal('salvage'),
  life: z.int().min(1),
  sequence: z.int().min(1),
  raw: z.string().min(1),
});

/** The goods of a transfer left the operation's store; fewer than were asked for where the shelf had fewer. */
export const transferDispatchSchema = z.looseObject({
  type: z.literal('transfer-dispatch'),
  transferId: transferIdSchema,
  lines: transferLinesSchema,
});

/** The goods of a transfer arrived: at the store that asked, or back at the one that sent them. */
export const transferReceiveSchema = z.looseObject({
  type: z.literal('transfer-receive'),
  transferId: transferIdSchema,
  lines: transferLinesSchema,
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
  adjustSchema,
  expireSchema,
  surrenderSchema,
  settleSchema,
  transferRequestSchema,
  transferCancelSchema,
  transferDispatchSchema,
  transferReceiveSchema,
  salvageSchema,
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
