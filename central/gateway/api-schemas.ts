import { IDENTIFIER_MAX_CHARACTERS, REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import {
  instantSchema,
  positionSchema,
  quantitySchema,
  reservationIdSchema,
  skuSchema,
  storeIdSchema,
} from '@gondola/shared/schemas/primitives.ts';
import { poolRowSchema, type reservationRowSchema } from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';

/** Bodies of the public API. OpenAPI is generated from these. */

export const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'at least one character, no control characters');

export const reserveRequestSchema = z
  .strictObject({
    storeId: storeIdSchema,
    productSku: skuSchema,
    quantity: quantitySchema,
    reason: plainText(REASON_MAX_CHARACTERS),
  })
  .meta({ id: 'ReserveRequest' });

export const reservationSchema = z
  .strictObject({
    reservationId: reservationIdSchema,
    storeId: storeIdSchema,
    productSku: skuSchema,
    quantity: quantitySchema,
    state: z.enum(['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED']),
    expiresAt: instantSchema,
    position: positionSchema,
  })
  .meta({ id: 'Reservation' });
export type ReservationAnswer = z.infer<typeof reservationSchema>;

export const commitRequestSchema = z
  .strictObject({
    reservationId: reservationIdSchema,
    transactionId: plainText(IDENTIFIER_MAX_CHARACTERS),
    customerId: plainText(IDENTIFIER_MAX_CHARACTERS),
    quantity: quantitySchema
      .optional()
      .meta({ description: 'Fewer than were held: the rest goes back. All of them when left out' }),
  })
  .meta({ id: 'CommitRequest' });

export const releaseRequestSchema = z
  .strictObject({ reservationId: reservationIdSchema })
  .meta({ id: 'ReleaseRequest' });

export const poolAnswerSchema = poolRowSchema
  .extend({ storeId: storeIdSchema, onHand: z.int() })
  .meta({ id: 'Pool', description: 'onHand = free + held + allotted + inDoubt − deficit' });

export const storeAnswerSchema = z
  .strictObject({ storeId: z.uuid(), number: z.string(), name: z.string() })
  .meta({ id: 'Store' });

export const tillAnswerSchema = z
  .strictObject({
    tillId: z.uuid(),
    storeId: z.uuid(),
    name: z.string(),
    life: z.int(),
    online: z.boolean(),
    lastContactAt: instantSchema.nullable(),
    waiting: z.int(),
    oldestWaitingAt: instantSchema.nullable(),
    clockErrorMs: z.number().nullable(),
  })
  .meta({ id: 'Till' });

export const enrolmentCodeRequestSchema = z
  .strictObject({
    storeId: storeIdSchema,
    tillId: z
      .uuid()
      .optional()
      .meta({ description: 'For the next life of this till, when it was restored from a copy or cloned' }),
  })
  .meta({ id: 'EnrolmentCodeRequest' });
export const enrolmentCodeSchema = z
  .strictObject({ code: z.string(), expiresAt: instantSchema })
  .meta({ id: 'EnrolmentCode' });

export const tillsQuerySchema = z.strictObject({ storeId: storeIdSchema.optional() });
export const reservationAnswerOf = (row: z.infer<typeof reservationRowSchema>): ReservationAnswer => ({
  reservationId: row.reservationId,
  storeId: row.storeId,
  productSku: row.sku,
  quantity: row.quantity,
  state: row.state,
  expiresAt: row.expiresAt,
  position: row.position,
});

export const auditAnswerSchema = z
  .strictObject({
    pools: z.int(),
    events: z.int(),
    ledgerMismatches: z.int(),
    eventMismatches: z.int(),
    allotmentMismatches: z.int(),
    heldMismatches: z.int(),
    versionMismatches: z.int(),
    gaps: z.int(),
    verdictMismatches: z.int(),
  })
  .meta({ id: 'Audit', description: 'Every figure but pools and events must be 0' });

/** Any printable ASCII, as the IETF draft of the header allows. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'one to 128 printable characters without spaces');
