import { basketTotalMinor } from '@gondola/shared/domain/sale.ts';
import { type TillAct, withAct } from '@gondola/shared/domain/till-act.ts';
import { PARKED_BASKETS_MAX, TILL_ACTS_MAX } from '@gondola/shared/lib/limits.ts';
import { type Basket, emptyBasket } from './basket.ts';

/** A basket that waits for its customer. */
export interface ParkedBasket {
  readonly basket: Basket;
  readonly parkedAt: string;
}

/** All that a till knows of sales that are not recorded yet: kept as one value, so that no basket is lost or doubled. */
export interface Draft {
  readonly basket: Basket;
  /** Oldest first. */
  readonly parked: readonly ParkedBasket[];
  /** What the next sale tells the centre. */
  readonly acts: readonly TillAct[];
}

export function emptyDraft(basketId: string): Draft {
  return { basket: emptyBasket(basketId), parked: [], acts: [] };
}

/** Puts the open basket aside; null when it is empty or there is no room. */
export function park(draft: Draft, nextBasketId: string, at: string): Draft | null {
  if (draft.basket.lines.length === 0 || draft.parked.length >= PARKED_BASKETS_MAX) return null;
  return {
    ...draft,
    basket: emptyBasket(nextBasketId),
    parked: [...draft.parked, { basket: draft.basket, parkedAt: at }],
  };
}

/** Takes a basket up again; one that is open meanwhile is put aside in its place. */
export function resume(draft: Draft, basketId: string, at: string): Draft {
  const wanted = draft.parked.find(({ basket }) => basket.basketId === basketId);
  if (wanted === undefined) return draft;
  const rest = draft.parked.filter((one) => one !== wanted);
  const open = draft.basket.lines.length === 0 ? [] : [{ basket: draft.basket, parkedAt: at }];
  return { ...draft, basket: wanted.basket, parked: [...rest, ...open] };
}

/** Notes what a sale does not show by itself. `lines` are those that it took away. */
export function noteAct(draft: Draft, act: TillAct['act'], lines: Basket['lines'], at: string): Draft {
  const noted = { act, at, count: 1, amountMinor: basketTotalMinor(lines) };
  return { ...draft, acts: withAct(draft.acts, noted, TILL_ACTS_MAX) };
}
