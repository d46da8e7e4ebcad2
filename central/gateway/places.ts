import { skuSchema, storeIdSchema } from '@gondola/shared/schemas/primitives.ts';
import type { Response } from 'express';
import type { StoreDirectory } from './ports.ts';
import { sendProblem } from './problem-details.ts';

/** A store and an article that exist; null when the problem is sent. */
export async function placeOf(
  directory: StoreDirectory,
  response: Response,
  store: unknown,
  article: unknown,
): Promise<{ readonly storeId: string; readonly sku: string } | null> {
  const storeId = await storeOf(directory, response, store);
  if (storeId === null) return null;
  const sku = skuSchema.safeParse(article);
  if (!sku.success || !(await directory.productExists(sku.data))) {
    sendProblem(response, 'product-unknown', `There is no product ${article} in the catalogue.`);
    return null;
  }
  return { storeId, sku: sku.data };
}

/** A store that exists; null when the problem is sent. */
export async function storeOf(
  directory: StoreDirectory,
  response: Response,
  store: unknown,
): Promise<string | null> {
  const storeId = storeIdSchema.safeParse(store);
  if (storeId.success && (await directory.storeExists(storeId.data))) return storeId.data;
  sendProblem(response, 'store-unknown', `There is no store ${store}; GET /api/v1/stores lists them.`);
  return null;
}
