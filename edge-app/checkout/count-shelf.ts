import { LINE_QUANTITY_MAX_UNITS } from '@gondola/shared/lib/limits.ts';
import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { countSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { refuseQuantity } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';

export interface CountRequest {
  readonly sku: string;
  /** What stands on the shelf, held goods included. */
  readonly quantity: number;
}

/**
 * A stocktake. It carries the checkpoint the till had read, as the centre applies it as a difference to the book at
 * that place; a till that has never pulled has no such place, and cannot count.
 */
export async function countShelf(
  counter: Counter,
  count: CountRequest,
): Promise<Result<Recorded, CheckoutRefusal>> {
  const refusal = refuseQuantity(count.sku, count.quantity, 0, LINE_QUANTITY_MAX_UNITS);
  if (refusal !== null) return failure(refusal);
  if ((await counter.replica.product(count.sku)) === null) {
    return failure({ kind: 'product-unknown', code: count.sku });
  }
  const { inventory } = await counter.replica.checkpoints();
  if (inventory === null) return failure({ kind: 'never-synchronised' });
  return record(
    counter,
    countSchema.parse({ type: 'count', sku: count.sku, quantity: count.quantity, checkpoint: inventory }),
  );
}
