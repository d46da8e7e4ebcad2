import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { z } from 'zod';

export interface SaleLine {
  readonly soldAtMs: number;
  readonly storeNumber: string;
  readonly basketId: string;
  readonly sku: string;
  readonly quantity: number;
}

const rowSchema = z.object({
  sold_at: z.iso.datetime().transform((text) => Date.parse(text)),
  store_id: z.string().min(1),
  basket_id: z.string().min(1),
  product_id: z.string().min(1),
  quantity: z.coerce.number().int().min(1),
});

/** Reads a file of past sales, in file order. Throws one sentence with the line number at the first row that is wrong. */
export async function readSales(file: string): Promise<SaleLine[]> {
  const source = createReadStream(file);
  const text = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const rows = text.pipe(parse({ columns: true, bom: true, skip_empty_lines: true }));
  // A pipe passes no error on: without this a missing file would hang for ever.
  for (const stream of new Set([source, text])) stream.once('error', (error: Error) => rows.destroy(error));
  const lines: SaleLine[] = [];
  for await (const row of rows) {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(
        `${file}, line ${lines.length + 2}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}.`,
      );
    }
    const { sold_at, store_id, basket_id, product_id, quantity } = parsed.data;
    lines.push({ soldAtMs: sold_at, storeNumber: store_id, basketId: basket_id, sku: product_id, quantity });
  }
  if (lines.length === 0) throw new Error(`${file} holds no sales.`);
  return lines;
}
