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

/**
 * The draft once this basket, as it was handed over, is on disk. While the disk was writing, the scanner and the keys went
 * on: what came in meanwhile begins the next basket, and a basket put aside in that moment is not sold again.
 */
export function recorded(draft: Draft, sold: Basket, nextBasketId: string, acts: readonly TillAct[]): Draft {
  const left = { ...draft, acts: draft.acts.filter((act) => !acts.includes(act)) };
  const rest = (basket: Basket): Basket => withoutSold(basket, sold, nextBasketId);
  if (draft.basket.basketId === sold.basketId) return { ...left, basket: rest(draft.basket) };
  const parked = draft.parked.map((one) =>
    one.basket.basketId === sold.basketId ? { ...one, basket: rest(one.basket) } : one,
  );
  return { ...left, parked: parked.filter(({ basket }) => basket.lines.length > 0) };
}

function withoutSold(basket: Basket, sold: Basket, nextBasketId: string): Basket {
  const lines = basket.lines.flatMap((line) => {
    const before = sold.lines.find(({ lineId }) => lineId === line.lineId)?.quantity ?? 0;
    return line.quantity > before ? [{ ...line, quantity: line.quantity - before }] : [];
  });
  return {
    ...emptyBasket(nextBasketId),
    lines,
    nextLineId: basket.nextLineId,
    lastLineId: lines.at(-1)?.lineId ?? null,
  };
}
