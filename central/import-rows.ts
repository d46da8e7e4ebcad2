/**
 * The rows of the import's CSV files: which columns, what they may hold, what is made of them. Pure.
 *
 * A column that is not named here is ignored, so a chain may send its own files as they are.
 */
import { inStoreEan13, isEan13 } from '@gondola/shared/domain/ean.ts';
import { LINE_QUANTITY_MAX_UNITS, PRICE_MAX_MINOR, SKU_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { z } from 'zod';

/** One kind of file. */
export interface FileKind<Row> {
  readonly name: 'products' | 'stores' | 'stock' | 'sales';
  /** Columns without which no row can be read. */
  readonly required: readonly string[];
  readonly schema: z.ZodType<Row>;
}

export interface ProductFileRow {
  readonly sku: string;
  readonly name: string;
  readonly department: string;
  readonly category: string;
  readonly packageSize: string;
  readonly brand: string;
  readonly ean: string;
  readonly priceMinor: number | null;
}
export interface StoreFileRow {
  readonly number: string;
  readonly name: string;
  readonly place: { readonly latitude: number; readonly longitude: number } | null;
}
export interface StockFileRow {
  readonly storeNumber: string;
  readonly sku: string;
  readonly quantity: number;
  /** The delivery note; one line of a document is received once, ever. */
  readonly document: string;
}
export interface SaleFileRow {
  readonly storeNumber: string;
  readonly sku: string;
  readonly quantity: number;
}

const textMax = 200;
// Postgres stores no zero byte, a screen no control character, and U+FFFD is what a wrong encoding leaves.
const text = z
  .string()
  .max(textMax, `is longer than ${textMax} characters`)
  .regex(/^[^\p{Cc}\uFFFD]*$/u, 'holds characters that are not UTF-8 text')
  .transform((value) => value.trim());
const optionalText = text.default('');
const articleNumber = z
  .string({ error: 'is missing' })
  .trim()
  .min(1, 'is empty')
  .max(SKU_MAX_CHARACTERS, `is longer than ${SKU_MAX_CHARACTERS} characters`)
  .regex(/^[\w.+-]+$/, 'may hold letters, digits, dot, plus, dash and underscore only');
const storeNumber = z
  .string({ error: 'is missing' })
  .trim()
  .min(1, 'is empty')
  .max(40, 'is longer than 40 characters')
  .regex(/^[\w.-]+$/, 'may hold letters, digits, dot, dash and underscore only');
const quantity = z
  .string({ error: 'is missing' })
  .trim()
  .regex(/^\d{1,9}$/, 'must be a whole number of units')
  .transform(Number)
  .refine(
    (value) => value >= 1 && value <= LINE_QUANTITY_MAX_UNITS,
    `must be from 1 to ${LINE_QUANTITY_MAX_UNITS}`,
  );
const priceMinor = z
  .union(
    [
      z
        .string()
        .trim()
        .length(0)
        .transform(() => null),
      z
        .string()
        .trim()
        .regex(/^\d{1,12}$/)
        .transform(Number),
    ],
    { error: 'must be a whole number of cents, or empty' },
  )
  .refine((value) => value === null || value <= PRICE_MAX_MINOR, `must be at most ${PRICE_MAX_MINOR}`);
const price = z
  .union(
    [
      z
        .string()
        .trim()
        .length(0)
        .transform(() => null),
      z
        .string()
        .trim()
        .regex(/^\d{1,9}(\.\d{1,2})?$/)
        .transform((value) => Math.round(Number(value) * 100)),
    ],
    { error: 'must be an amount such as 3.49, or empty' },
  )
  .refine((value) => value === null || value <= PRICE_MAX_MINOR, `must be at most ${PRICE_MAX_MINOR / 100}`);
const ean = z
  .string()
  .trim()
  .refine((code) => code === '' || isEan13(code), 'is not an EAN-13 with a right check digit');

/** `product_id` and the rest of the columns that data/README.md lists; `name`, `price` and `ean` when a chain has them. */
export const productFile: FileKind<ProductFileRow> = {
  name: 'products',
  required: ['product_id'],
  schema: z
    .object({
      product_id: articleNumber,
      name: optionalText,
      department: optionalText,
      product_category: optionalText,
      product_type: optionalText,
      package_size: optionalText,
      brand: optionalText,
      unit_cents: priceMinor.optional(),
      price: price.optional(),
      ean: ean.optional(),
    })
    .transform((row) => ({
      sku: row.product_id,
      name: row.name || row.product_type || row.product_category || `Article ${row.product_id}`,
      department: row.department,
      category: row.product_category,
      packageSize: row.package_size,
      brand: row.brand,
      ean: row.ean || ownCode(row.product_id),
      priceMinor: row.unit_cents ?? row.price ?? null,
    })),
};

const degrees = (max: number) =>
  z
    .string()
    .trim()
    .regex(/^(-?\d{1,3}(\.\d{1,12})?)?$/, `must be degrees from -${max} to ${max}, or empty`)
    .transform((value) => (value === '' ? null : Number(value)))
    .refine(
      (value) => value === null || Math.abs(value) <= max,
      `must be degrees from -${max} to ${max}, or empty`,
    );

/** `store_number`; a `name` when the store has one; `latitude` and `longitude`, both or none, when its place is known. */
export const storeFile: FileKind<StoreFileRow> = {
  name: 'stores',
  required: ['store_number'],
  schema: z
    .object({
      store_number: storeNumber,
      name: optionalText,
      latitude: degrees(90).optional(),
      longitude: degrees(180).optional(),
    })
    .refine((row) => ((row.latitude ?? null) === null) === ((row.longitude ?? null) === null), {
      error: 'needs a longitude too, or neither',
      path: ['latitude'],
    })
    .transform(({ store_number: number, name, latitude = null, longitude = null }) => ({
      number,
      name: name || `Store ${number}`,
      place: latitude === null || longitude === null ? null : { latitude, longitude },
    })),
};

/** `store_number`, `product_id`, `quantity`, and the delivery note's number as `document`. */
export const stockFile: FileKind<StockFileRow> = {
  name: 'stock',
  required: ['store_number', 'product_id', 'quantity'],
  schema: z
    .object({
      store_number: storeNumber,
      product_id: articleNumber,
      quantity,
      document: text.default('opening'),
    })
    .transform((row) => ({
      storeNumber: row.store_number,
      sku: row.product_id,
      quantity: row.quantity,
      document: row.document || 'opening',
    })),
};

/** Past sales, for the opening stock of the sample: `store_id`, `product_id`, `quantity`. */
export const salesFile: FileKind<SaleFileRow> = {
  name: 'sales',
  required: ['store_id', 'product_id', 'quantity'],
  schema: z
    .object({ store_id: storeNumber, product_id: articleNumber, quantity })
    .transform((row) => ({ storeNumber: row.store_id, sku: row.product_id, quantity: row.quantity })),
};

/** An article known by a number gets an in-store code; any other has none until the chain gives one. */
function ownCode(sku: string): string {
  return /^\d{1,10}$/.test(sku) ? inStoreEan13(sku) : '';
}
