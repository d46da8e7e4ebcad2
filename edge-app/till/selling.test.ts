import type { Role } from '@gondola/shared/domain/permission.ts';
import { DEFAULT_SELLING_RULES, type SellingRules } from '@gondola/shared/domain/selling-rules.ts';
import type { Tender } from '@gondola/shared/domain/tender.ts';
import { sellSchema } from '@gondola/shared/schemas/operations.ts';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../checkout/draft.ts';
import type { MemoryMedium } from '../journal/memory-journal.ts';
import { good, offlineTill, uuid } from '../testing/fixtures.ts';

const flakes = { sku: '100', name: 'CORN FLAKES', quantity: 3, unitPriceMinor: 199 };
const cash = (amountMinor: number): Tender => ({ kind: 'cash', amountMinor });
const card = (amountMinor: number, reference = '004512'): Tender => ({
  ...{ kind: 'card', amountMinor, reference, lastFour: '4242' },
});
const rules: SellingRules = {
  ...DEFAULT_SELLING_RULES,
  taxes: { byDepartment: { GROCERY: 700 }, otherBasisPoints: 1_800 },
  cashRoundingMinor: 5,
};
const asRole = (role: Role) => ({ staff: { role: () => role } });

function lastBody(medium: MemoryMedium): unknown {
  return JSON.parse(medium.at(-1)?.raw ?? '{}').body;
}

function keptDrafts() {
  const kept: { draft: Draft | null } = { draft: null };
  const drafts = {
    load: async () => kept.draft,
    save: async (draft: Draft) => {
      kept.draft = structuredClone(draft);
    },
  };
  return { kept, drafts };
}

describe('a sale with everything', () => {
  it('says in its record what was paid, how, and what is tax', async () => {
    const { till, medium } = await offlineTill({ rules });
    till.changeBasket({ type: 'add', item: flakes });
    const lineId = till.basket().lines[0]?.lineId ?? 0;
    expect(
      till.changeBasket({ type: 'change-price', lineId, unitPriceMinor: 150, reason: ' damaged ' }),
    ).toBeNull();
    const tenPercent = { kind: 'percent', basisPoints: 1_000 } as const;
    expect(till.changeBasket({ type: 'discount-line', lineId, discount: tenPercent })).toBeNull();
    expect(
      till.changeBasket({ type: 'discount-basket', discount: { kind: 'amount', amountMinor: 2 } }),
    ).toBeNull();
    const receipt = good(await till.pay([card(100), cash(500)]));
    expect(receipt).toMatchObject({ totalMinor: 403, changeMinor: 195 });
    expect(sellSchema.parse(lastBody(medium))).toMatchObject({
      lines: [
        {
          unitPriceMinor: 150,
          listPriceMinor: 199,
          priceReason: 'damaged',
          discountMinor: 47,
          taxBasisPoints: 700,
        },
      ],
      totalMinor: 403,
      discountMinor: 47,
      roundingMinor: 2,
      changeMinor: 195,
      cashGivenMinor: 500,
      taxes: [{ basisPoints: 700, netMinor: 377, taxMinor: 26 }],
      tenders: [{ kind: 'card', amountMinor: 100, reference: '004512', lastFour: '4242' }, { kind: 'cash' }],
    });
  });

  it('is finished only when the tenders cover it, and never with a card’s number', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const refused = async (...tenders: Tender[]) => {
      const outcome = await till.pay(tenders);
      return outcome.ok ? null : outcome.error.kind;
    };
    expect(await refused()).toBe('cash-short');
    expect(await refused(card(500))).toBe('cash-short');
    expect(await refused(card(500), cash(96))).toBe('cash-short');
    expect(await refused(card(700))).toBe('tender-too-large');
    expect(await refused(card(597, '4242 4242 4242 4242'))).toBe('tender-card-number');
    expect(await refused(card(597, ''))).toBe('tender-incomplete');
    expect(medium).toHaveLength(0);
    expect(
      await refused(card(500), { kind: 'voucher', amountMinor: 90, reference: 'V-1' }, cash(7)),
    ).toBeNull();
  });

  it('looks as it always did when nothing of it applies', async () => {
    const { till, medium } = await offlineTill();
    good(await till.ringUp({ basketId: uuid(900), lines: [{ sku: '100', quantity: 1 }] }));
    expect(Object.keys(lastBody(medium) as object)).toEqual(['type', 'basketId', 'lines', 'totalMinor']);
  });
});

describe('while the disk writes', () => {
  const milk = { sku: '200', name: 'MILK', quantity: 1, unitPriceMinor: 0 };

  it('a scan is not lost: it begins the next basket', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const paid = till.pay([cash(597)]);
    till.changeBasket({ type: 'add', item: milk });
    await Promise.resolve();
    till.changeBasket({ type: 'add', item: { ...flakes, quantity: 2 } });
    good(await paid);
    const sold = sellSchema.parse(lastBody(medium)).lines.map(({ sku, quantity }) => [sku, quantity]);
    const left = till.basket().lines.map(({ sku, quantity }) => [sku, quantity]);
    const units = new Map<unknown, number>();
    for (const [sku, quantity] of [...sold, ...left])
      units.set(sku, (units.get(sku) ?? 0) + Number(quantity));
    expect(Object.fromEntries(units)).toEqual({ 100: 5, 200: 1 });
  });

  it('a basket that is put aside is not sold again', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const paid = till.pay([cash(597)]);
    await Promise.resolve();
    await Promise.resolve();
    till.parkBasket();
    till.changeBasket({ type: 'add', item: milk });
    good(await paid);
    expect(medium).toHaveLength(1);
    expect(till.parkedBaskets()).toEqual([]);
    expect(till.basket().lines).toMatchObject([{ sku: '200' }]);
  });
});

describe('a basket', () => {
  it('that was put aside waits over a restart, and is sold then', async () => {
    const { drafts } = keptDrafts();
    const { till, medium } = await offlineTill({ drafts });
    till.changeBasket({ type: 'add', item: flakes });
    expect(till.parkBasket()).toBeNull();
    expect(till.parkBasket()).toEqual({ kind: 'basket-empty' });
    till.changeBasket({ type: 'add', item: { ...flakes, quantity: 1 } });
    await till.close();

    const again = await offlineTill({ drafts, medium });
    expect(again.till.basket().lines).toMatchObject([{ quantity: 1 }]);
    const [waiting] = again.till.parkedBaskets();
    again.till.resumeBasket(waiting?.basket.basketId ?? '');
    expect(again.till.basket().lines).toMatchObject([{ quantity: 3 }]);
    // The one that was open takes its place: no basket is lost by a wrong touch.
    expect(again.till.parkedBaskets()).toMatchObject([{ basket: { lines: [{ quantity: 1 }] } }]);
    good(await again.till.pay([cash(597)]));
    expect(again.till.parkedBaskets()).toHaveLength(1);
  });

  it('remembers over a restart what was received for it, and does not vanish while it is', async () => {
    const { drafts } = keptDrafts();
    const { till, medium } = await offlineTill({ drafts });
    till.changeBasket({ type: 'add', item: flakes });
    till.changeBasket({ type: 'take-tenders', tenders: [card(500)] });
    expect(till.discardBasket()?.kind).toBe('tenders-taken');
    expect(till.changeBasket({ type: 'void', lineId: 1 })?.kind).toBe('tenders-taken');
    expect(await till.takeBackBasket('mistake')).toMatchObject({
      ok: false,
      error: { kind: 'tenders-taken' },
    });
    await till.close();
    const again = await offlineTill({ drafts, medium });
    expect(again.till.basket().tenders).toEqual([card(500)]);
    again.till.changeBasket({ type: 'take-tenders', tenders: [] });
    expect(again.till.discardBasket()).toBeNull();
  });

  it('whose sale was flushed before a crash leaves those that wait alone', async () => {
    const { kept, drafts } = keptDrafts();
    const { till, medium } = await offlineTill({ drafts });
    till.changeBasket({ type: 'add', item: flakes });
    till.parkBasket();
    till.changeBasket({ type: 'add', item: { ...flakes, quantity: 1 } });
    till.noSale();
    await new Promise((resolve) => setImmediate(resolve));
    const before = structuredClone(kept.draft);
    good(await till.pay([cash(199)]));
    await till.close();
    kept.draft = before;
    const again = await offlineTill({ drafts, medium });
    expect(again.till.recovery()?.kind).toBe('recorded');
    expect(again.till.parkedBaskets()).toHaveLength(1);
    again.till.changeBasket({ type: 'add', item: flakes });
    good(await again.till.pay([cash(597)]));
    expect(lastBody(medium)).not.toHaveProperty('acts');
  });

  it('tells the centre with its sale what was taken out and how often the drawer was opened', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    till.changeBasket({ type: 'void', lineId: 1 });
    till.changeBasket({ type: 'add', item: flakes });
    till.discardBasket();
    expect(till.noSale()).toBeNull();
    till.changeBasket({ type: 'add', item: flakes });
    good(await till.pay([cash(597)]));
    expect(lastBody(medium)).toMatchObject({
      acts: [
        { act: 'void-line', count: 1, amountMinor: 597 },
        { act: 'void-basket', count: 1, amountMinor: 597 },
        { act: 'no-sale', count: 1, amountMinor: 0 },
      ],
    });
    till.changeBasket({ type: 'add', item: flakes });
    good(await till.pay([cash(597)]));
    expect(lastBody(medium)).not.toHaveProperty('acts');
  });

  it('is changed only as far as the role of who stands there goes', async () => {
    const { till } = await offlineTill(asRole('cashier'));
    till.changeBasket({ type: 'add', item: flakes });
    const discount = { kind: 'percent', basisPoints: 500 } as const;
    expect(till.changeBasket({ type: 'discount-basket', discount })).toEqual({
      kind: 'not-allowed',
      act: 'basket-discount',
    });
    expect(till.basket()).not.toHaveProperty('discount');
    expect(await till.takeBack({ basketId: uuid(901), lines: [flakes] })).toMatchObject({
      ok: false,
      error: { kind: 'not-allowed' },
    });
    expect(till.mayDo('void-line')).toBe(true);
    expect((await offlineTill(asRole('supervisor'))).till.mayDo('price-override')).toBe(true);
  });

  it('takes no impossible discount and no price without a reason', async () => {
    const { till } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const discount = { kind: 'percent', basisPoints: 10_001 } as const;
    expect(till.changeBasket({ type: 'discount-basket', discount })?.kind).toBe('discount-impossible');
    const change = { type: 'change-price', lineId: 1, unitPriceMinor: 100 } as const;
    expect(till.changeBasket({ ...change, reason: ' ' })?.kind).toBe('reason-missing');
    expect(till.changeBasket({ ...change, unitPriceMinor: -1, reason: 'x' })?.kind).toBe('total-too-large');
    expect(till.basket().lines).toMatchObject([{ unitPriceMinor: 199 }]);
  });
});
