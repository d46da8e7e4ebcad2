import { writeEmbeddedCode } from '@gondola/shared/domain/embedded-codes.ts';
import { DEFAULT_SELLING_RULES } from '@gondola/shared/domain/selling-rules.ts';
import { describe, expect, it } from 'vitest';
import { createMemoryReplica } from '../replica/memory-replica.ts';
import { cataloguePage, productRow } from '../testing/fixtures.ts';
import { scanCode } from './scan-code.ts';

const [WEIGHT, PRICE] = DEFAULT_SELLING_RULES.embeddedCodes as [
  (typeof DEFAULT_SELLING_RULES.embeddedCodes)[number],
  (typeof DEFAULT_SELLING_RULES.embeddedCodes)[number],
];

async function scanned(code: string, quantity = 1): Promise<unknown> {
  const replica = createMemoryReplica();
  await replica.applyCatalogue(
    cataloguePage([
      productRow({ sku: '100', ean: '0036000291452', priceMinor: 250 }),
      productRow({ sku: '417', name: 'CHEESE', priceMinor: 3_990 }),
      productRow({ sku: '500', name: 'HAM', ean: '2200500000002', priceMinor: null }),
      productRow({ sku: '600', name: 'OWN LABEL', ean: '2100417999999', priceMinor: 100 }),
    ]),
  );
  const outcome = await scanCode(replica, DEFAULT_SELLING_RULES, code, quantity);
  return outcome.ok ? outcome.value : outcome.error.kind;
}

describe('a scanned code', () => {
  it('finds its article by SKU, by EAN and by the American print of it', async () => {
    const item = { sku: '100', name: 'Product 100', quantity: 2, unitPriceMinor: 250 };
    expect(await scanned('100', 2)).toEqual(item);
    expect(await scanned('0036000291452', 2)).toEqual(item);
    expect(await scanned('036000291452', 2)).toEqual(item);
  });

  it('of a scale is one package with its weight, or at its price', async () => {
    expect(await scanned(writeEmbeddedCode(WEIGHT, '417', 1_250))).toEqual({
      sku: '417',
      name: 'CHEESE',
      quantity: 1,
      unitPriceMinor: 4_988,
      weightGrams: 1_250,
    });
    expect(await scanned(writeEmbeddedCode(PRICE, '417', 1_299))).toMatchObject({
      sku: '417',
      unitPriceMinor: 1_299,
    });
    // The label's price is a price, also where the catalogue has none.
    expect(await scanned(writeEmbeddedCode(PRICE, '500', 700))).toMatchObject({
      sku: '500',
      unitPriceMinor: 700,
    });
  });

  it('that the catalogue knows whole is that article', async () => {
    expect(await scanned('2100417999999')).toMatchObject({ sku: '600', unitPriceMinor: 100 });
  });

  it('that was misread is told from one that nobody knows', async () => {
    const code = writeEmbeddedCode(WEIGHT, '417', 1_250);
    expect(await scanned(code.slice(0, 12) + ((Number(code[12]) + 1) % 10))).toBe('code-misread');
    expect(await scanned('0036000291453')).toBe('code-misread');
    expect(await scanned('7891000100103')).toBe('product-unknown');
    expect(await scanned(writeEmbeddedCode(WEIGHT, '99', 10))).toBe('product-unknown');
    expect(await scanned('999')).toBe('product-unknown');
  });

  it('of nothing on the scale is not sold', async () => {
    expect(await scanned(writeEmbeddedCode(WEIGHT, '417', 0))).toBe('quantity-out-of-range');
    expect(await scanned('100', 0)).toBe('quantity-out-of-range');
  });
});
