import { z } from 'zod';
import type { ReservationId, Sku, StoreId, TillId } from '../domain/ids.ts';
import { LINE_QUANTITY_MAX_UNITS, PRICE_MAX_MINOR, SKU_MAX_CHARACTERS } from '../lib/limits.ts';

// Branded by a cast and not by a transform: a transform has no JSON Schema, and OpenAPI is generated from these.
export const storeIdSchema = z.uuid() as unknown as z.ZodType<StoreId, string>;
export const tillIdSchema = z.uuid() as unknown as z.ZodType<TillId, string>;
export const reservationIdSchema = z.uuid() as unknown as z.ZodType<ReservationId, string>;
export const skuSchema = z
  .string()
  .regex(/^[\w.+-]+$/, 'letters, digits, dot, plus, dash and underscore only')
  .max(SKU_MAX_CHARACTERS) as unknown as z.ZodType<Sku, string>;
export const quantitySchema = z.int().min(1).max(LINE_QUANTITY_MAX_UNITS);
export const countedQuantitySchema = z
  .int()
  .min(0)
  .max(LINE_QUANTITY_MAX_UNITS * 100);
export const priceMinorSchema = z.int().min(0).max(PRICE_MAX_MINOR);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
// ISO 8601 has a year 0 and Postgres has not: such a record would fail at every try and hold up all behind it.
export const instantSchema = z.iso.datetime().regex(/^(?!0000)/, 'a year from 1 to 9999');
export const positionSchema = z.int().min(0);

/** A place in one event log. The log id changes on restore or reset; a position means nothing without it. */
export const checkpointSchema = z.strictObject({ logId: z.uuid(), position: positionSchema });
export type Checkpoint = z.infer<typeof checkpointSchema>;
