import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { BasketLine } from './basket.ts';
import type { Counter } from './counter.ts';
import { whyNotEnd } from './end-hold.ts';
import type { CheckoutRefusal } from './refusal.ts';

/**
 * The basket line by which a customer takes what was held. The sale itself is a fact and stands even if the hold turns
 * out to have expired; the line names the hold so that its units are not counted twice.
 */
export async function collectHold(
  counter: Counter,
  reservationId: string,
): Promise<Result<Omit<BasketLine, 'lineId'>, CheckoutRefusal>> {
  const refusal = await whyNotEnd(counter, reservationId);
  if (refusal !== null) return failure(refusal);
  const wanted = await wantedBy(counter, reservationId);
  if (wanted === null) return failure({ kind: 'hold-unknown', reservationId });
  const product = await counter.replica.product(wanted.sku);
  if (product === null) return failure({ kind: 'product-unknown', code: wanted.sku });
  if (product.priceMinor === null) {
    return failure({ kind: 'product-unpriced', sku: product.sku, name: product.name });
  }
  const { sku, quantity } = wanted;
  return success({ sku, name: product.name, quantity, unitPriceMinor: product.priceMinor, reservationId });
}

async function wantedBy(
  counter: Counter,
  reservationId: string,
): Promise<{ sku: string; quantity: number } | null> {
  const row = await counter.replica.reservation(reservationId);
  if (row !== null) return { sku: row.sku, quantity: row.quantity };
  for (const { body } of counter.undecided.all()) {
    if (body.type === 'reserve' && body.reservationId === reservationId) {
      return { sku: body.sku, quantity: body.quantity };
    }
  }
  return null;
}
