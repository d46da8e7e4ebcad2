import { LINE_QUANTITY_MAX_UNITS } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { reserveSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { refuseQuantity } from './decide.ts';
import { refuseUnsure } from './provisional-bound.ts';
import type { CheckoutRefusal } from './refusal.ts';

export interface HoldRequest {
  readonly sku: string;
  readonly quantity: number;
  /** Made by the caller when it must be known before the flush; a fresh one otherwise. */
  readonly reservationId?: string | undefined;
}

export interface Held extends Recorded {
  readonly reservationId: string;
}

/**
 * Asks for units to be kept: GUARANTEED out of the till's own units; else a request, which the till lets pass even when
 * its own numbers say that nothing is left, because they may be old and only the centre's count. The item's policy may
 * bound how much is promised that way.
 */
export async function holdItem(counter: Counter, hold: HoldRequest): Promise<Result<Held, CheckoutRefusal>> {
  const refusal = refuseQuantity(hold.sku, hold.quantity, 1, LINE_QUANTITY_MAX_UNITS);
  if (refusal !== null) return failure(refusal);
  const product = await counter.replica.product(hold.sku);
  if (product === null) return failure({ kind: 'product-unknown', code: hold.sku });
  const reservationId = hold.reservationId ?? counter.ids.uuid();
  const recorded = await record(
    counter,
    reserveSchema.parse({ type: 'reserve', reservationId, sku: hold.sku, quantity: hold.quantity }),
    // A hold inside the allotment keeps its guarantee under every policy.
    ({ label }) =>
      label === 'GUARANTEED'
        ? null
        : refuseUnsure(product, hold.quantity, {
            policy: counter.replica.policy(hold.sku),
            undecided: counter.undecided.ofSku(hold.sku),
            own: counter.purse.isOpen ? counter.purse.unspent(hold.sku) : 0,
          }),
  );
  return recorded.ok ? success({ ...recorded.value, reservationId }) : recorded;
}
