import type { Tender } from '@gondola/shared/domain/tender.ts';
import { returnSchema } from '@gondola/shared/schemas/operations.ts';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../checkout/draft.ts';
import type { MemoryMedium } from '../journal/memory-journal.ts';
import { good, offlineTill, uuid } from '../testing/fixtures.ts';
import type { Till } from './till.ts';

const flakes = { sku: '100', name: 'CORN FLAKES', quantity: 3, unitPriceMinor: 199 };
const cash = (amountMinor: number): Tender => ({ kind: 'cash', amountMinor });

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

describe('a return without a receipt', () => {
  it('takes the open basket back with a reason, and leaves what was noted to the next sale', async () => {
    const { kept, drafts } = keptDrafts();
    const { till, medium } = await offlineTill({ drafts });
    till.noSale();
    till.changeBasket({ type: 'add', item: flakes });
    till.changeBasket({ type: 'discount-basket', discount: { kind: 'amount', amountMinor: 97 } });
    expect(await till.takeBackBasket(' ')).toMatchObject({ ok: false, error: { kind: 'reason-missing' } });
    await new Promise((resolve) => setImmediate(resolve));
    const before = structuredClone(kept.draft);
    expect(good(await till.takeBackBasket('no receipt'))).toMatchObject({
      totalMinor: 500,
      receiptNumber: '1-000001',
    });
    expect(returnSchema.parse(lastBody(medium))).toMatchObject({
      totalMinor: 500,
      reason: 'no receipt',
      lines: [{ quantity: 3, refundMinor: 500 }],
    });
    expect(till.basket().lines).toEqual([]);
    await till.close();

    // The crash came between the flush and the next draft: it must be neither paid back nor sold once more.
    kept.draft = before;
    const again = await offlineTill({ drafts, medium });
    expect(again.till.recovery()?.kind).toBe('recorded');
    again.till.changeBasket({ type: 'add', item: flakes });
    good(await again.till.pay([cash(597)]));
    expect(lastBody(medium)).toMatchObject({ acts: [{ act: 'no-sale' }] });
  });
});

describe('a return with its receipt', () => {
  async function sold(): Promise<{ till: Till; medium: MemoryMedium; number: string }> {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    till.changeBasket({ type: 'discount-basket', discount: { kind: 'amount', amountMinor: 97 } });
    const { receiptNumber } = good(await till.pay([cash(500)]));
    return { till, medium, number: receiptNumber };
  }

  it('pays back what was paid, in parts that add up, and no unit twice', async () => {
    const { till, medium, number } = await sold();
    const part = (id: number, quantity: number) =>
      till.takeBackSold({
        ...{ basketId: uuid(id), receiptNumber: number, refundBy: 'cash' },
        lines: [{ soldLine: 0, quantity }],
      });
    expect(good(await part(910, 1)).totalMinor).toBe(167);
    expect(good(await till.findSale(' 1-1 ')).lines).toMatchObject([
      { quantity: 3, paidMinor: 500, returned: 1 },
    ]);
    expect(await part(911, 3)).toMatchObject({ ok: false, error: { kind: 'returned-already', left: 2 } });
    expect(good(await part(912, 2)).totalMinor).toBe(333);
    expect(await part(913, 1)).toMatchObject({ ok: false, error: { kind: 'returned-already', left: 0 } });
    expect(returnSchema.parse(lastBody(medium))).toMatchObject({
      receiptNumber: number,
      totalMinor: 333,
      lines: [{ soldLine: 0, quantity: 2, refundMinor: 333 }],
      tenders: [{ kind: 'cash', amountMinor: 333 }],
    });
  });

  it('is recorded once, however often it is tapped', async () => {
    const { till, medium, number } = await sold();
    const request = {
      ...{ basketId: uuid(920), receiptNumber: number, refundBy: 'cash' as const },
      lines: [{ soldLine: 0, quantity: 1 }],
    };
    const outcomes = await Promise.all([till.takeBackSold(request), till.takeBackSold(request)]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(medium).toHaveLength(2);
    const rest = { ...request, lines: [{ soldLine: 0, quantity: 2 }] };
    const two = await Promise.all([
      till.takeBackSold({ ...rest, basketId: uuid(921) }),
      till.takeBackSold({ ...rest, basketId: uuid(922) }),
    ]);
    expect(two.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('finds nothing for a number that is no sale of this till', async () => {
    const { till } = await sold();
    for (const number of ['1-2', '2-1', 'nonsense', '', '1-']) {
      expect(await till.findSale(number), number).toMatchObject({
        ok: false,
        error: { kind: 'receipt-unknown' },
      });
    }
  });
});
