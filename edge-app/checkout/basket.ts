import type { GuardedAct } from '@gondola/shared/domain/permission.ts';
import {
  type BasketAmounts,
  type Discount,
  isDiscount,
  priceBasket,
} from '@gondola/shared/domain/pricing.ts';
import type { Tender } from '@gondola/shared/domain/tender.ts';
import { PRICE_MAX_MINOR, REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import type { CheckoutRefusal } from './refusal.ts';

/** The open basket: a pure reducer over plain data, so that it can be saved after every key. */

export interface BasketLine {
  readonly lineId: number;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** The hold these units come from. */
  readonly reservationId?: string;
  /** What a scale weighed: the line is one package, and its price is that of this weight. */
  readonly weightGrams?: number;
  readonly discount?: Discount;
  /** The price before somebody changed it, and why. */
  readonly listPriceMinor?: number;
  readonly priceReason?: string;
}

/** What is put into a basket; the basket numbers its lines itself. */
export type BasketItem = Omit<BasketLine, 'lineId'>;

export interface Basket {
  readonly basketId: string;
  readonly lines: readonly BasketLine[];
  /** Of the next line; never reused inside a basket. */
  readonly nextLineId: number;
  /** The line that changed last, which screens show large. */
  readonly lastLineId: number | null;
  /** Shared out over all lines. */
  readonly discount?: Discount;
  /** What was received for it already: a card that was charged must not be forgotten, whatever happens to the till. */
  readonly tenders?: readonly Tender[];
}

export type BasketAction =
  | { readonly type: 'add'; readonly item: BasketItem }
  | { readonly type: 'set-quantity'; readonly lineId: number; readonly quantity: number }
  | { readonly type: 'void'; readonly lineId: number }
  | { readonly type: 'discount-line'; readonly lineId: number; readonly discount: Discount | null }
  | { readonly type: 'discount-basket'; readonly discount: Discount | null }
  | { readonly type: 'take-tenders'; readonly tenders: readonly Tender[] }
  | {
      readonly type: 'change-price';
      readonly lineId: number;
      readonly unitPriceMinor: number;
      readonly reason: string;
    };

export function emptyBasket(basketId: string): Basket {
  return { basketId, lines: [], nextLineId: 1, lastLineId: null };
}

/** The basket after the action. Unknown lines and impossible quantities change nothing. */
export function reduceBasket(basket: Basket, action: BasketAction): Basket {
  switch (action.type) {
    case 'add':
      return addLine(basket, action.item);
    case 'set-quantity':
      return setQuantity(basket, action.lineId, action.quantity);
    case 'void': {
      const lines = basket.lines.filter((line) => line.lineId !== action.lineId);
      return lines.length === 0
        ? { ...withoutDiscount(basket), lines, lastLineId: null }
        : { ...basket, lines, lastLineId: lines.at(-1)?.lineId ?? null };
    }
    case 'discount-line':
      return changeLine(basket, action.lineId, ({ discount: _, ...line }) =>
        action.discount === null ? line : { ...line, discount: action.discount },
      );
    case 'discount-basket':
      return action.discount === null ? withoutDiscount(basket) : { ...basket, discount: action.discount };
    case 'take-tenders':
      return { ...basket, tenders: action.tenders };
    case 'change-price':
      return changePrice(basket, action.lineId, action.unitPriceMinor, action.reason);
  }
}

/** What the basket costs; taxes are known when it is sold. */
export function basketAmounts({ lines, discount }: Basket): BasketAmounts {
  return priceBasket(lines, discount ?? null);
}

/** The act that somebody needs the right to, to do this to a basket; null when anybody may. */
export function guardOf(action: BasketAction): GuardedAct | null {
  switch (action.type) {
    case 'add':
    case 'set-quantity':
    case 'take-tenders':
      return null;
    case 'void':
      return 'void-line';
    case 'discount-line':
      return action.discount === null ? null : 'line-discount';
    case 'discount-basket':
      return action.discount === null ? null : 'basket-discount';
    case 'change-price':
      return 'price-override';
  }
}

/** Why this cannot be done to the basket, whoever asks; null when it can. */
export function refuseAction(basket: Basket, action: BasketAction): CheckoutRefusal | null {
  switch (action.type) {
    case 'void':
      return basket.lines.length === 1 && basket.lines[0]?.lineId === action.lineId
        ? refusePaid(basket)
        : null;
    case 'discount-line':
    case 'discount-basket':
      return action.discount === null || isDiscount(action.discount) ? null : { kind: 'discount-impossible' };
    case 'change-price': {
      const { unitPriceMinor, reason } = action;
      const isPrice = Number.isSafeInteger(unitPriceMinor) && unitPriceMinor >= 0;
      if (!isPrice || unitPriceMinor > PRICE_MAX_MINOR) return { kind: 'total-too-large' };
      const words = reason.trim();
      return words === '' || words.length > REASON_MAX_CHARACTERS ? { kind: 'reason-missing' } : null;
    }
    default:
      return null;
  }
}

/** A basket that something was received for does not vanish. */
export function refusePaid({ tenders = [] }: Basket): CheckoutRefusal | null {
  return tenders.length === 0 ? null : { kind: 'tenders-taken' };
}

function withoutDiscount({ discount: _, ...basket }: Basket): Basket {
  return basket;
}

/** The price before the first change stays the list price, however often it is changed. */
function changePrice(basket: Basket, lineId: number, unitPriceMinor: number, reason: string): Basket {
  return changeLine(basket, lineId, ({ listPriceMinor, priceReason: _, ...line }) => {
    const list = listPriceMinor ?? line.unitPriceMinor;
    return unitPriceMinor === list
      ? { ...line, unitPriceMinor }
      : { ...line, unitPriceMinor, listPriceMinor: list, priceReason: reason.trim() };
  });
}

function changeLine(basket: Basket, lineId: number, change: (line: BasketLine) => BasketLine): Basket {
  if (!basket.lines.some((line) => line.lineId === lineId)) return basket;
  const lines = basket.lines.map((line) => (line.lineId === lineId ? change(line) : line));
  return { ...basket, lines, lastLineId: lineId };
}

function addLine(basket: Basket, item: BasketItem): Basket {
  if (!isQuantity(item.quantity)) return basket;
  // Units of a hold keep their own line: the record must name the hold they come from.
  const same = basket.lines.find(
    (line) =>
      line.sku === item.sku &&
      line.unitPriceMinor === item.unitPriceMinor &&
      line.reservationId === undefined &&
      item.reservationId === undefined &&
      // What was agreed for the units before is not agreed for the next.
      line.discount === undefined &&
      line.listPriceMinor === undefined &&
      // Each weighed package keeps its own line, which the customer can compare with its label.
      line.weightGrams === undefined &&
      item.weightGrams === undefined,
  );
  if (same !== undefined) return setQuantity(basket, same.lineId, same.quantity + item.quantity);
  const lineId = basket.nextLineId;
  return {
    ...basket,
    lines: [...basket.lines, { ...item, lineId }],
    nextLineId: lineId + 1,
    lastLineId: lineId,
  };
}

function setQuantity(basket: Basket, lineId: number, quantity: number): Basket {
  if (!isQuantity(quantity) || !basket.lines.some((line) => line.lineId === lineId)) return basket;
  const lines = basket.lines.map((line) => (line.lineId === lineId ? { ...line, quantity } : line));
  return { ...basket, lines, lastLineId: lineId };
}

function isQuantity(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}
