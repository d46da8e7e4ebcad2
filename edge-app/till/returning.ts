import { REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { refusePaid } from '../checkout/basket.ts';
import type { CheckoutRefusal } from '../checkout/refusal.ts';
import {
  type Returned,
  type ReturnRequest,
  returnGoods,
  returnSold,
  type SoldReturnRequest,
} from '../checkout/return-goods.ts';
import { findSale } from './find-sale.ts';
import type { RefuseAct, SellingParts } from './selling.ts';
import type { Till } from './till.ts';
import { createTurns } from './turns.ts';

type Returning = Pick<Till, 'findSale' | 'takeBack' | 'takeBackSold' | 'takeBackBasket' | 'newBasketId'>;

/** What comes back: by its receipt, or without one by somebody who may. */
export function createReturning(
  { counter, desk, journals }: Omit<SellingParts, 'ringUp' | 'staff'>,
  refuseAct: RefuseAct,
): Returning {
  const inTurn = createTurns();

  async function takeBack(request: ReturnRequest): Promise<Result<Returned, CheckoutRefusal>> {
    const refusal = refuseAct('return-without-receipt') ?? refuseReason(request.reason);
    return refusal === null ? returnGoods(counter, request) : failure(refusal);
  }

  async function takeBackSold(request: SoldReturnRequest): Promise<Result<Returned, CheckoutRefusal>> {
    const { receiptNumber, reason } = request;
    const sale = await findSale(journals, receiptNumber);
    if (sale === null) return failure({ kind: 'receipt-unknown', receiptNumber });
    const refusal = refuseReason(reason);
    if (refusal !== null) return failure(refusal);
    return returnSold(counter, sale.lines, { ...request, receiptNumber: sale.receiptNumber });
  }

  return {
    takeBack,
    // One after another: what one return takes back, the next must see.
    takeBackSold: (request) => inTurn(() => takeBackSold(request)),
    newBasketId: counter.ids.uuid,
    async findSale(receiptNumber) {
      const sale = await findSale(journals, receiptNumber);
      return sale === null ? failure({ kind: 'receipt-unknown', receiptNumber }) : success(sale);
    },
    async takeBackBasket(reason) {
      const refusal: CheckoutRefusal | null =
        reason.trim() === '' ? { kind: 'reason-missing' } : refusePaid(desk.basket());
      if (refusal !== null) return failure(refusal);
      await desk.saved();
      const basket = desk.basket();
      const { basketId, lines, discount } = basket;
      const outcome = await takeBack({ basketId, lines, discount, reason: reason.trim() });
      // What was noted before it still waits for a sale.
      if (outcome.ok) desk.recorded(basket, []);
      return outcome;
    },
  };
}

function refuseReason(reason = ''): CheckoutRefusal | null {
  return reason.length > REASON_MAX_CHARACTERS ? { kind: 'reason-missing' } : null;
}
