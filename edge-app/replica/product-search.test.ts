import type { ProductRow } from '@gondola/shared/schemas/rows.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productRow } from '../testing/fixtures.ts';
import { createProductSearch, type ProductSearch } from './product-search.ts';

const rows: ProductRow[] = [
  productRow({
    sku: '1000',
    name: 'AÇÚCAR REFINADO',
    brand: 'União',
    category: 'SUGAR',
    ean: '2000000010007',
  }),
  productRow({ sku: '1001', name: 'AÇÚCAR REFINADO', brand: 'União', category: 'SUGAR', priceMinor: null }),
  productRow({ sku: '2000', name: 'FLUID MILK WHITE', packageSize: '1 GA' }),
  productRow({ sku: '2001', name: 'CHOCOLATE MILK', packageSize: '1 PT' }),
  productRow({ sku: '3000', name: 'CORN FLAKES', category: 'CEREAL' }),
];

function filled(): ProductSearch {
  const search = createProductSearch();
  search.put(rows);
  return search;
}
const skus = (search: ProductSearch, text: string): string[] => search.search(text, 10).map((row) => row.sku);

describe('the product search', () => {
  it.each([
    ['2000000010007', ['1000']],
    ['1000', ['1000']],
    ['acucar', ['1000', '1001']],
    ['AÇU ref', ['1000', '1001']],
    ['milk', ['2001', '2000']],
    ['milk fl', ['2000']],
    ['milk 1 p', ['2001']],
    ['c', ['2001', '3000']],
    ['co fl', ['3000']],
    ['chocolte', ['2001']],
    ['nothing like it', []],
    ['  ', []],
  ])('%s', (text, expected) => {
    expect(skus(filled(), text).sort()).toEqual([...expected].sort());
  });

  it('gives priced articles before unpriced ones', () => {
    expect(skus(filled(), 'acucar')).toEqual(['1000', '1001']);
  });

  it('follows a product that is renamed, and forgets all when told to', () => {
    const search = filled();
    search.put([productRow({ sku: '3000', name: 'OAT FLAKES', position: 2 })]);
    expect(skus(search, 'corn')).toEqual([]);
    expect(skus(search, 'oat')).toEqual(['3000']);
    expect(search.size()).toBe(rows.length);
    search.clear();
    expect(search.size()).toBe(0);
    expect(skus(search, 'oat')).toEqual([]);
  });

  it('finds every product by any prefix of its name and by its code', () => {
    const search = filled();
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.integer({ min: 1, max: 20 }), (row, length) => {
        expect(skus(search, row.name.slice(0, length).trim())).toContain(row.sku);
        expect(skus(search, row.sku)[0]).toBe(row.sku);
      }),
    );
  });
});
