import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** The article numbers of a products file. */
export async function readProductSkus(file: string): Promise<Set<string>> {
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true, bom: true }));
  const skus = new Set<string>();
  for await (const row of rows) skus.add(row.product_id);
  return skus;
}
