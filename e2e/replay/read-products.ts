import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** The article numbers of a products file, packed or plain. */
export async function readProductSkus(file: string): Promise<Set<string>> {
  const source = createReadStream(file);
  const text = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const rows = text.pipe(parse({ columns: true, bom: true }));
  for (const stream of new Set([source, text])) stream.once('error', (error: Error) => rows.destroy(error));
  const skus = new Set<string>();
  for await (const row of rows) skus.add(row.product_id);
  return skus;
}
