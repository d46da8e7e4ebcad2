import { type GuardedAct, mayDo } from '@gondola/shared/domain/permission.ts';
import { PARKED_BASKETS_MAX } from '@gondola/shared/lib/limits.ts';
import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { guardOf, refuseAction, refusePaid } from '../checkout/basket.ts';
import { collectHold } from '../checkout/collect-hold.ts';
import type { Counter } from '../checkout/counter.ts';
import type { Staff } from '../checkout/ports.ts';
import type { CheckoutRefusal } from '../checkout/refusal.ts';
import type { Receipt, SaleRequest } from '../checkout/ring-up-sale.ts';
import type { BasketDesk } from './basket-desk.ts';
import type { LifeJournal } from './find-sale.ts';
import { createReturning } from './returning.ts';
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

/** Why who stands here may not do it; null when they may. */
export type RefuseAct = (act: GuardedAct | null) => CheckoutRefusal | null;

/** The selling half of a till: its baskets, what may be done to them and by whom, payment and returns. */
export function createSelling({ counter, desk, staff, journals, ringUp }: SellingParts): Selling {
  const refuseAct: RefuseAct = (act) =>
    act === null || mayDo(staff.role(), act) ? null : { kind: 'not-allowed', act };

  return {
    basket: desk.basket,
    parkedBaskets: desk.parked,
    recovery: desk.recovery,
    acknowledgeRecovery: desk.acknowledgeRecovery,
    mayDo: (act) => mayDo(staff.role(), act),
    changeBasket(action) {
      const refusal = refuseAct(guardOf(action)) ?? refuseAction(desk.basket(), action);
      if (refusal === null) desk.change(action);
      return refusal;
    },
    discardBasket() {
      const refusal = refuseAct('void-basket') ?? refusePaid(desk.basket());
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
      const basket = desk.basket();
      const { basketId, lines, discount } = basket;
      const acts = desk.acts();
      const outcome = await ringUp({ basketId, lines, tenders, discount, acts });
      if (outcome.ok) desk.recorded(basket, acts);
      return outcome;
    },
    ...createReturning({ counter, desk, journals }, refuseAct),
  };
}
