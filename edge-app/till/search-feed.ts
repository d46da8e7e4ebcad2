import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import type { Replica } from '../checkout/ports.ts';
import type { ProductSearch } from '../replica/product-search.ts';

/** Small enough to leave the screen its frames while the index fills. */
const CHUNK_ROWS = 2_000;

/**
 * Fills the search index from the replica in chunks, and keeps it up with the catalogue. Returns the function that
 * stops it.
 */
export function feedSearch(
  search: ProductSearch,
  replica: Replica,
  scheduler: Scheduler,
  grown: () => void,
): () => void {
  let stopped = false;
  let afterSku = '';

  async function next(): Promise<void> {
    const rows = stopped ? [] : await replica.productPage(afterSku, CHUNK_ROWS);
    if (stopped || rows.length === 0) return;
    search.put(rows);
    afterSku = rows.at(-1)?.sku ?? afterSku;
    grown();
    scheduler.after(0, () => void next());
  }

  const unsubscribe = replica.subscribe((change) => {
    if (change.log !== 'catalogue') return;
    if (change.reset) search.clear();
    search.put(change.products);
  });
  void next();
  return () => {
    stopped = true;
    unsubscribe();
  };
}
