import type { Tender } from '@gondola/shared/domain/tender.ts';
import { sellSchema } from '@gondola/shared/schemas/operations.ts';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../checkout/draft.ts';
import { openMemoryJournal } from '../journal/memory-journal.ts';
import {
  good,
  IDENTITY,
  inventoryPage,
  LOG,
  OTHER_LOG,
  offlineTill,
  poolRow,
  reservationRow,
  uuid,
  verdictRow,
} from '../testing/fixtures.ts';

const flakes = { sku: '100', name: 'CORN FLAKES', quantity: 2, unitPriceMinor: 199 };

const cash = (amountMinor: number): Tender[] => [{ kind: 'cash', amountMinor }];

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a sale', () => {
  it('is in the journal before it is answered, with its label, number and change', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const receipt = good(await till.pay(cash(500)));
    expect(receipt).toMatchObject({
      label: 'RECORDED',
      totalMinor: 398,
      changeMinor: 102,
      receiptNumber: '1-000001',
    });
    expect(medium).toHaveLength(1);
    const { body } = JSON.parse(medium[0]?.raw ?? '');
    expect(sellSchema.parse(body)).toMatchObject({
      basketId: receipt.basketId,
      totalMinor: 398,
      cashGivenMinor: 500,
    });
    expect(till.basket().lines).toEqual([]);
    expect(till.basket().basketId).not.toBe(receipt.basketId);
  });

  it('moves the till’s own numbers at once, as bounds', async () => {
    const { till } = await offlineTill();
    good(await till.ringUp({ basketId: uuid(900), lines: [flakes] }));
    expect(await till.availability(['100'])).toMatchObject([{ known: true, low: 3, high: 3 }]);
    good(await till.hold({ sku: '100', quantity: 1 }));
    expect(await till.availability(['100'])).toMatchObject([{ low: 2, high: 3 }]);
  });

  it('is recorded once for one basket, however often it is asked for', async () => {
    const { till, medium } = await offlineTill();
    const sale = { basketId: uuid(900), lines: [flakes] };
    const outcomes = await Promise.all([till.ringUp(sale), till.ringUp(sale)]);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false]);
    expect(medium).toHaveLength(1);
  });

  it('is refused for what the cashier can mend, and nothing is written', async () => {
    const { till, medium } = await offlineTill();
    const refused = async (sku: string, quantity = 1, given?: number) => {
      const tenders = given === undefined ? undefined : cash(given);
      const outcome = await till.ringUp({ basketId: uuid(900), lines: [{ sku, quantity }], tenders });
      return outcome.ok ? null : outcome.error.kind;
    };
    expect(await refused('300')).toBe('product-unpriced');
    expect(await refused('999')).toBe('product-unknown');
    expect(await refused('100', 0)).toBe('quantity-out-of-range');
    expect(await refused('100', 1.5)).toBe('quantity-out-of-range');
    expect(await refused('100', 1, 100)).toBe('cash-short');
    expect(medium).toHaveLength(0);
    // An article that costs nothing is sold: 0 is a price.
    expect(await refused('200', 30_000)).toBeNull();
  });

  it('that the disk did not confirm is not a sale, and the till says so until it is opened again', async () => {
    const journal = openMemoryJournal({
      identity: IDENTITY,
      beforeFlush: () => {
        throw new Error('disk full');
      },
    });
    const { till } = await offlineTill({ journal });
    till.changeBasket({ type: 'add', item: flakes });
    expect(await till.pay(cash(398))).toMatchObject({ ok: false, error: { kind: 'journal-failed' } });
    expect(till.status().journalFailure?.code).toBe('flush-failed');
    expect(till.basket().lines).toHaveLength(1);
  });
});

describe('holds', () => {
  it('are provisional until the centre answers, then counted down, then released', async () => {
    const { till, parts } = await offlineTill();
    const held = good(await till.hold({ sku: '100', quantity: 1 }));
    expect(held.label).toBe('PROVISIONAL');
    expect(await till.holds()).toMatchObject([{ state: 'pending', expiresAt: null }]);
    await parts.replica.applyInventory(
      inventoryPage({
        checkpoint: { logId: LOG, position: 11 },
        pools: [poolRow('100', 4, { held: 1, position: 11 })],
        reservations: [reservationRow(held.reservationId, '100', { position: 11 })],
        verdicts: [verdictRow(1, { verdict: 'ACCEPTED' })],
      }),
    );
    await settled();
    expect(await till.holds()).toMatchObject([{ state: 'held', expiresAt: '2017-01-01T12:05:00.000Z' }]);
    good(await till.release(held.reservationId));
    expect(await till.holds()).toMatchObject([{ state: 'releasing' }]);
    expect(await till.availability(['100'])).toMatchObject([{ low: 4, high: 5 }]);
    expect(await till.release(held.reservationId)).toMatchObject({ ok: false, error: { kind: 'hold-over' } });
  });

  it('are collected by a line that names them, once', async () => {
    const { till, medium } = await offlineTill();
    const { reservationId } = good(await till.hold({ sku: '100', quantity: 2 }));
    good(await till.collect(reservationId));
    expect(await till.collect(reservationId)).toMatchObject({ ok: false, error: { kind: 'hold-in-basket' } });
    good(await till.pay(cash(398)));
    expect(JSON.parse(medium[1]?.raw ?? '').body.lines[0].reservationId).toBe(reservationId);
    expect(await till.commit({ reservationId })).toMatchObject({ ok: false, error: { kind: 'hold-over' } });
    expect(await till.availability(['100'])).toMatchObject([{ low: 3, high: 3 }]);
  });

  it('that nobody knows are refused', async () => {
    const { till } = await offlineTill();
    expect(await till.release(uuid(77))).toMatchObject({ ok: false, error: { kind: 'hold-unknown' } });
  });
});

describe('a till that is opened again', () => {
  it('finds its undecided records, and the unfinished basket', async () => {
    let saved: Draft | null = null;
    const drafts = {
      load: async () => saved,
      save: async (draft: Draft) => {
        saved = draft;
      },
    };
    const { till, medium } = await offlineTill({ drafts });
    good(await till.ringUp({ basketId: uuid(900), lines: [flakes] }));
    till.changeBasket({ type: 'add', item: flakes });
    await till.close();
    const again = await offlineTill({ drafts, medium });
    expect(again.till.status().undecided).toBe(1);
    expect(again.till.queue()).toMatchObject([
      { sequence: 1, type: 'sell', sent: false, units: 2, totalMinor: 398 },
    ]);
    expect(again.till.recovery()?.kind).toBe('unfinished');
    expect(again.till.basket().lines).toHaveLength(1);
  });

  it('does not offer a basket again whose sale was flushed before the crash', async () => {
    const { till, medium } = await offlineTill();
    till.changeBasket({ type: 'add', item: flakes });
    const crashed = till.basket();
    good(await till.pay(cash(398)));
    const drafts = { load: async () => ({ basket: crashed, parked: [], acts: [] }), save: async () => {} };
    const again = await offlineTill({ drafts, medium });
    expect(again.till.recovery()).toEqual({ kind: 'recorded', receiptNumber: '1-000001', totalMinor: 398 });
    expect(again.till.basket().lines).toEqual([]);
  });

  it('takes its records for undecided again when the log was replaced', async () => {
    const { till, parts } = await offlineTill();
    good(await till.ringUp({ basketId: uuid(900), lines: [flakes] }));
    await parts.replica.applyInventory(
      inventoryPage({ pools: [poolRow('100', 3, { position: 11 })], verdicts: [verdictRow(1)] }),
    );
    await settled();
    expect(till.status().undecided).toBe(0);
    expect(await till.availability(['100'])).toMatchObject([{ low: 3, high: 3 }]);
    const page = inventoryPage({
      reset: true,
      checkpoint: { logId: OTHER_LOG, position: 1 },
      pools: [poolRow('100', 5)],
    });
    await parts.replica.applyInventory(page);
    await settled();
    expect(till.status().undecided).toBe(1);
    expect(await till.availability(['100'])).toMatchObject([{ low: 3, high: 3 }]);
  });
});

describe('counting', () => {
  it('carries the checkpoint the till had read', async () => {
    const { till, medium } = await offlineTill();
    good(await till.count({ sku: '100', quantity: 9 }));
    expect(JSON.parse(medium[0]?.raw ?? '').body.checkpoint).toEqual({ logId: LOG, position: 1 });
    expect(await till.availability(['100'])).toMatchObject([{ low: 9, high: 9 }]);
  });
});

describe('search', () => {
  it('finds codes first, then words without their accents', async () => {
    const { till } = await offlineTill();
    await settled();
    expect(till.search('2000000001005', 5).map((row) => row.sku)).toEqual(['100']);
    expect(till.search('fla', 5).map((row) => row.sku)).toEqual(['100']);
    expect((await till.lookUp('2000000001005'))?.sku).toBe('100');
  });
});
