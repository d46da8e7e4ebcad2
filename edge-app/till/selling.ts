import { type GuardedAct, mayDo } from '@gondola/shared/domain/permission.ts';
import { PARKED_BASKETS_MAX, REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { guardOf, refuseAction } from '../checkout/basket.ts';
import { collectHold } from '../checkout/collect-hold.ts';
import type { Counter } from '../checkout/counter.ts';
import type { Staff } from '../checkout/ports.ts';
import type { CheckoutRefusal } from '../checkout/refusal.ts';
import { type Returned, type ReturnRequest, returnGoods, returnSold } from '../checkout/return-goods.ts';
import type { Receipt, SaleRequest } from '../checkout/ring-up-sale.ts';
import type { BasketDesk } from './basket-desk.ts';
import { findSale, type LifeJournal } from './find-sale.ts';
import type { Till } from './till.ts';

type Selling = Pick<
  Till,
  | 'basket'
  | 'parkedBaskets'
  | 'changeBasket'
  | 'discardBasket'
  | 'parkBasket'
  | 'resumeBasket'
  | 'noSale'
  | 'mayDo'
  | 'collect'
  | 'pay'
  | 'findSale'
  | 'takeBack'
  | 'takeBackSold'
  | 'takeBackBasket'
  | 'newBasketId'
  | 'recovery'
  | 'acknowledgeRecovery'
>;

export interface SellingParts {
  readonly counter: Counter;
  readonly desk: BasketDesk;
  readonly staff: Staff;
  /** Every journal of this device, the till's own life among them. */
  readonly journals: readonly LifeJournal[];
  ringUp(sale: SaleRequest): Promise<Result<Receipt, CheckoutRefusal>>;
}

/** The selling half of a till: its baskets, what may be done to them and by whom, payment and returns. */
export function createSelling({ counter, desk, staff, journals, ringUp }: SellingParts): Selling {
  const refuseAct = (act: GuardedAct | null): CheckoutRefusal | null =>
    act === null || mayDo(staff.role(), act) ? null : { kind: 'not-allowed', act };

  async function takeBack(request: ReturnRequest): Promise<Result<Returned, CheckoutRefusal>> {
    const refusal = refuseAct('return-without-receipt');
    if (refusal !== null) return failure(refusal);
    if ((request.reason?.length ?? 0) > REASON_MAX_CHARACTERS) return failure({ kind: 'reason-missing' });
    return returnGoods(counter, request);
  }

  return {
    basket: desk.basket,
    parkedBaskets: desk.parked,
    recovery: desk.recovery,
    acknowledgeRecovery: desk.acknowledgeRecovery,
    mayDo: (act) => mayDo(staff.role(), act),
    changeBasket(action) {
      const refusal = refuseAct(guardOf(action)) ?? refuseAction(action);
      if (refusal === null) desk.change(action);
      return refusal;
    },
    discardBasket() {
      const refusal = refuseAct('void-basket');
      if (refusal === null) desk.voidBasket();
      return refusal;
    },
    parkBasket() {
      if (desk.basket().lines.length === 0) return { kind: 'basket-empty' };
      return desk.park() ? null : { kind: 'too-many-parked', max: PARKED_BASKETS_MAX };
    },
    resumeBasket: desk.resume,
    noSale() {
      const refusal = refuseAct('no-sale');
      if (refusal === null) desk.noSale();
      return refusal;
    },
    async collect(reservationId) {
      const baskets = [desk.basket(), ...desk.parked().map(({ basket }) => basket)];
      if (baskets.some(({ lines }) => lines.some((line) => line.reservationId === reservationId))) {
        return failure({ kind: 'hold-in-basket', reservationId });
      }
      const item = await collectHold(counter, reservationId);
      if (!item.ok) return item;
      desk.change({ type: 'add', item: item.value });
      return { ok: true, value: desk.basket() };
    },
    async pay(tenders) {
      // The id of the basket is saved before its record is flushed, so that a crash between them is recognised.
      await desk.saved();
      const { basketId, lines, discount } = desk.basket();
      const acts = desk.acts();
      const outcome = await ringUp({ basketId, lines, tenders, discount, acts });
      if (outcome.ok) desk.sold(acts);
      return outcome;
    },
    findSale: async (receiptNumber) => {
      const sale = await findSale(journals, receiptNumber);
      return sale === null ? failure({ kind: 'receipt-unknown', receiptNumber }) : { ok: true, value: sale };
    },
    takeBack,
    newBasketId: counter.ids.uuid,
    async takeBackBasket(reason) {
      if (reason.trim() === '') return failure({ kind: 'reason-missing' });
      await desk.saved();
      const { basketId, lines, discount } = desk.basket();
      const outcome = await takeBack({ basketId, lines, discount, reason: reason.trim() });
      // What was noted before it still waits for a sale.
      if (outcome.ok) desk.sold([]);
      return outcome;
    },
    async takeBackSold(request) {
      const { receiptNumber, reason = '' } = request;
      const sale = await findSale(journals, receiptNumber);
      if (sale === null) return failure({ kind: 'receipt-unknown', receiptNumber });
      if (reason.length > REASON_MAX_CHARACTERS) return failure({ kind: 'reason-missing' });
      return returnSold(counter, sale.lines, { ...request, receiptNumber: sale.receiptNumber });
    },
  };
}
