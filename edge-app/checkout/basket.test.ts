import { type TillAct, withAct } from '@gondola/shared/domain/till-act.ts';
import { PARKED_BASKETS_MAX } from '@gondola/shared/lib/limits.ts';
import { describe, expect, it } from 'vitest';
import { type Basket, type BasketAction, basketAmounts, emptyBasket, reduceBasket } from './basket.ts';
import { emptyDraft, park, resume } from './draft.ts';

const milk = { sku: '1', name: 'MILK', quantity: 1, unitPriceMinor: 500 };
const percent = (basisPoints: number) => ({ kind: 'percent', basisPoints }) as const;

function after(...actions: readonly BasketAction[]): Basket {
  return actions.reduce(reduceBasket, emptyBasket('b'));
}

describe('a line', () => {
  it('takes more of the same, but not into what was agreed, weighed or held', () => {
    const add = { type: 'add', item: milk } as const;
    expect(after(add, add).lines).toMatchObject([{ quantity: 2 }]);
    const agreed = after(add, { type: 'discount-line', lineId: 1, discount: percent(1_000) }, add);
    expect(agreed.lines).toMatchObject([{ quantity: 1 }, { quantity: 1 }]);
    const weighed = { type: 'add', item: { ...milk, weightGrams: 250 } } as const;
    expect(after(weighed, weighed, add).lines).toHaveLength(3);
  });

  it('keeps its first price as the list price, however often it is changed, and forgets it when it is back', () => {
    const change = (unitPriceMinor: number) =>
      ({ type: 'change-price', lineId: 1, unitPriceMinor, reason: 'label' }) as const;
    const changed = after({ type: 'add', item: milk }, change(400), change(300));
    expect(changed.lines).toMatchObject([{ unitPriceMinor: 300, listPriceMinor: 500, priceReason: 'label' }]);
    const back = reduceBasket(changed, change(500));
    expect(back.lines[0]).not.toHaveProperty('listPriceMinor');
    expect(back.lines[0]).not.toHaveProperty('priceReason');
  });

  it('that is not there changes nothing', () => {
    const basket = after({ type: 'add', item: milk });
    expect(reduceBasket(basket, { type: 'discount-line', lineId: 9, discount: percent(1_000) })).toBe(basket);
  });
});

describe('a basket’s discount', () => {
  it('is taken off, taken away again, and ends with the last line', () => {
    const cheaper = after(
      { type: 'add', item: milk },
      { type: 'discount-basket', discount: { kind: 'amount', amountMinor: 120 } },
    );
    expect(basketAmounts(cheaper)).toMatchObject({ totalMinor: 380, discountMinor: 120 });
    expect(reduceBasket(cheaper, { type: 'discount-basket', discount: null })).not.toHaveProperty('discount');
    expect(reduceBasket(cheaper, { type: 'void', lineId: 1 })).not.toHaveProperty('discount');
  });
});

describe('baskets put aside', () => {
  it('have room for so many and no more, and none is lost by taking one up', () => {
    const full = {
      ...emptyDraft('open'),
      basket: { ...after({ type: 'add', item: milk }), basketId: 'open' },
    };
    let draft = full;
    for (let place = 1; place <= PARKED_BASKETS_MAX; place += 1) {
      const parked = park(draft, `b${place}`, '2017-01-01T12:00:00.000Z');
      draft = { ...full, ...parked, basket: { ...full.basket, basketId: `b${place}` } };
    }
    expect(draft.parked).toHaveLength(PARKED_BASKETS_MAX);
    expect(park(draft, 'x', '')).toBeNull();
    const swapped = resume(draft, 'b3', '');
    expect(swapped.basket.basketId).toBe('b3');
    const ids = [swapped.basket, ...swapped.parked.map(({ basket }) => basket)].map(
      ({ basketId }) => basketId,
    );
    expect(new Set(ids).size).toBe(PARKED_BASKETS_MAX + 1);
    expect(resume(draft, 'unknown', '')).toBe(draft);
  });
});

it('acts beyond their room are counted with the last of their kind', () => {
  const act = (kind: TillAct['act']): TillAct => ({ act: kind, at: 'now', count: 1, amountMinor: 10 });
  let acts: readonly TillAct[] = [];
  for (let turn = 0; turn < 10; turn += 1) acts = withAct(acts, act('void-line'), 9);
  acts = withAct(acts, act('no-sale'), 9);
  expect(acts.map(({ act: kind, count }) => [kind, count])).toEqual([
    ['void-line', 1],
    ['void-line', 1],
    ['void-line', 8],
    ['no-sale', 1],
  ]);
  expect(acts.reduce((total, { amountMinor }) => total + amountMinor, 0)).toBe(110);
});
