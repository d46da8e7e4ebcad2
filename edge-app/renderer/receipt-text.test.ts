import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../till/till.ts';
import { createFormats } from './format.ts';
import { receiptRows } from './receipt-rows.ts';
import { RECEIPT_COLUMNS, receiptText } from './receipt-text.ts';
import { en } from './words-en.ts';

function words(key: string, values: Record<string, unknown> = {}): string {
  const text = key.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], en);
  return String(text).replaceAll(/\{\{(\w+)\}\}/g, (_, name) => String(values[name]));
}

const writing = {
  words,
  formats: createFormats('en', 'BRL'),
  storeName: 'Store 356',
  tillName: 'Till 1',
  names: new Map([['100', 'CORN FLAKES']]),
};
const receipt = {
  ...{ operationId: 'till:x:1:7', sequence: 7, hash: '', basketId: 'b', receiptNumber: '1-000007' },
  ...{ label: 'RECORDED', recordedAt: '2017-01-01T12:00:00.000Z', totalMinor: 883, changeMinor: 115 },
  body: {
    type: 'sell',
    basketId: 'b',
    lines: [
      { sku: '100', quantity: 2, unitPriceMinor: 199, listPriceMinor: 250, discountMinor: 15 },
      { sku: '417', quantity: 1, unitPriceMinor: 500, weightGrams: 1_250 },
    ],
    totalMinor: 883,
    discountMinor: 15,
    roundingMinor: 2,
    changeMinor: 115,
    taxes: [{ basisPoints: 1_800, netMinor: 748, taxMinor: 135 }],
    tenders: [
      { kind: 'card', amountMinor: 500, reference: '004512', lastFour: '4242' },
      { kind: 'cash', amountMinor: 500 },
    ],
  },
} as unknown as Receipt;

describe('the text of a receipt', () => {
  it('says what was sold, its state in words, its taxes, how it was paid and what came back', () => {
    const text = receiptText(receiptRows(receipt, writing));
    for (const part of [
      'Receipt 1-000007',
      'CORN FLAKES',
      /2 x R\$1\.99 · was R\$2\.50 +R\$3\.98/,
      /1\.250 kg +R\$5\.00/,
      /Subtotal +R\$8\.98/,
      /Discount +-R\$0\.15/,
      /Total +R\$8\.83/,
      /Rounding +R\$0\.02/,
      /Card \*{4} 4242 +R\$5\.00/,
      '004512',
      /Cash +R\$5\.00/,
      /Change +R\$1\.15/,
      /Incl\. 18% tax on R\$7\.48 +R\$1\.35/,
      'State: Recorded',
    ]) {
      expect(text).toMatch(part);
    }
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(RECEIPT_COLUMNS);
  });

  it('of a return names the receipt it is of', () => {
    const body = {
      type: 'return',
      basketId: 'b',
      lines: [{ sku: '100', quantity: 1, unitPriceMinor: 199, soldLine: 0, refundMinor: 192 }],
      totalMinor: 192,
      receiptNumber: '1-000007',
      tenders: [{ kind: 'cash', amountMinor: 192 }],
    };
    const text = receiptText(receiptRows({ ...receipt, body } as unknown as Receipt, writing));
    expect(text).toMatch(/Return 1-000007/);
    expect(text).toMatch(/Of receipt 1-000007/);
    expect(text).toMatch(/1 × CORN FLAKES +R\$1\.92/);
  });

  it('keeps to the columns and keeps every amount, whatever an article is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.nat(1_000_000_000), (name, amount) => {
        const right = `R$${amount}`;
        const text = receiptText([
          { kind: 'pair', left: name, right },
          { kind: 'title', text: name },
        ]);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(RECEIPT_COLUMNS);
        expect(text).toContain(right);
      }),
    );
  });
});
