import { LINE_QUANTITY_MAX_UNITS, OPERATION_LINES_MAX } from '@gondola/shared/lib/limits.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Basket, type BasketAction, emptyBasket, reduceBasket } from './basket.ts';
import { decideSale, type LineFacts, labelOf, type Payment, refuseEndOfHold } from './decide.ts';

const line = (fields: Partial<LineFacts> = {}): LineFacts => ({
  sku: '1',
  quantity: 1,
  unitPriceMinor: 250,
  product: { name: 'MILK', priceMinor: 199 },
  ...fields,
});
const inCash = (amountMinor: number): Payment => ({
  tenders: [{ kind: 'cash', amountMinor }],
  cashRoundingMinor: null,
});
const kindOf = (lines: readonly LineFacts[], cash: number | null = null): string => {
  const decided = decideSale(lines, cash === null ? null : inCash(cash));
  return decided.ok ? 'sold' : decided.error.kind;
};

describe('labels', () => {
  it('say RECORDED of facts and PROVISIONAL of requests', () => {
    expect(['sell', 'return', 'receive', 'count'].map((type) => labelOf(type as 'sell'))).toEqual(
      Array(4).fill('RECORDED'),
    );
    expect(['reserve', 'commit', 'release'].map((type) => labelOf(type as 'reserve'))).toEqual(
      Array(3).fill('PROVISIONAL'),
    );
  });
});

describe('a sale', () => {
  it('keeps the price that was shown, and takes the catalogue’s where none was', () => {
    expect(decideSale([line({ quantity: 3 })], null)).toMatchObject({
      ok: true,
      value: { amounts: { totalMinor: 750 } },
    });
    expect(decideSale([line({ unitPriceMinor: null })], inCash(200))).toMatchObject({
      ok: true,
      value: { amounts: { totalMinor: 199 }, settlement: { changeMinor: 1 } },
    });
  });

  it.each([
    ['basket-empty', []],
    ['product-unknown', [line({ product: null })]],
    ['product-unpriced', [line({ unitPriceMinor: null, product: { name: 'X', priceMinor: null } })]],
    ['quantity-out-of-range', [line({ quantity: LINE_QUANTITY_MAX_UNITS + 1 })]],
    ['quantity-out-of-range', [line({ quantity: Number.NaN })]],
    ['too-many-lines', Array.from({ length: OPERATION_LINES_MAX + 1 }, () => line())],
    ['hold-in-basket', [line({ reservationId: 'r' }), line({ reservationId: 'r' })]],
    ['sold', [line({ unitPriceMinor: 0 })]],
  ])('%s', (kind, lines) => {
    expect(kindOf(lines)).toBe(kind);
  });

  it('is refused while the cash does not cover it, and gives back the rest otherwise', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (price, cash) => {
        const decided = decideSale([line({ unitPriceMinor: price })], inCash(cash));
        if (cash < price) expect(decided).toMatchObject({ ok: false, error: { missingMinor: price - cash } });
        else
          expect(decided).toMatchObject({ ok: true, value: { settlement: { changeMinor: cash - price } } });
      }),
    );
  });
});

describe('the end of a hold', () => {
  it('is tried only where the hold stands or may stand', () => {
    const facts = { rowState: null, pendingReserve: false, pendingEnd: null };
    expect(refuseEndOfHold('r', facts)?.kind).toBe('hold-unknown');
    expect(refuseEndOfHold('r', { ...facts, pendingReserve: true })).toBeNull();
    expect(refuseEndOfHold('r', { ...facts, rowState: 'HELD' })).toBeNull();
    expect(refuseEndOfHold('r', { ...facts, rowState: 'EXPIRED' })).toMatchObject({ state: 'EXPIRED' });
    expect(refuseEndOfHold('r', { ...facts, rowState: 'HELD', pendingEnd: 'RELEASED' })?.kind).toBe(
      'hold-over',
    );
  });
});

describe('the basket', () => {
  const item = { sku: '1', name: 'MILK', quantity: 1, unitPriceMinor: 199 };

  it('joins equal articles, but keeps units of a hold apart', () => {
    let basket = reduceBasket(emptyBasket('b'), { type: 'add', item });
    basket = reduceBasket(basket, { type: 'add', item: { ...item, quantity: 2 } });
    basket = reduceBasket(basket, { type: 'add', item: { ...item, reservationId: 'r' } });
    basket = reduceBasket(basket, { type: 'add', item: { ...item, unitPriceMinor: 150 } });
    expect(basket.lines.map(({ quantity }) => quantity)).toEqual([3, 1, 1]);
  });

  it('never holds an impossible quantity or one line twice, whatever is pressed', () => {
    const action: fc.Arbitrary<BasketAction> = fc.oneof(
      fc
        .record({ sku: fc.constantFrom('1', '2'), quantity: fc.integer({ min: -2, max: 9 }) })
        .map((fields) => ({
          type: 'add' as const,
          item: { ...item, ...fields },
        })),
      fc.record({
        type: fc.constant('set-quantity' as const),
        lineId: fc.nat(6),
        quantity: fc.integer({ min: -2, max: 9 }),
      }),
      fc.record({ type: fc.constant('void' as const), lineId: fc.nat(6) }),
    );
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const basket = actions.reduce<Basket>(reduceBasket, emptyBasket('b'));
        expect(basket.lines.every(({ quantity }) => quantity > 0)).toBe(true);
        expect(new Set(basket.lines.map(({ lineId }) => lineId)).size).toBe(basket.lines.length);
        expect(
          basket.lastLineId === null || basket.lines.some(({ lineId }) => lineId === basket.lastLineId),
        ).toBe(true);
      }),
    );
  });
});
