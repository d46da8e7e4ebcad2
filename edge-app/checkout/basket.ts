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
}

export type BasketAction =
  | { readonly type: 'add'; readonly item: BasketItem }
  | { readonly type: 'set-quantity'; readonly lineId: number; readonly quantity: number }
  | { readonly type: 'void'; readonly lineId: number };

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
      return { ...basket, lines, lastLineId: lines.at(-1)?.lineId ?? null };
    }
  }
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
