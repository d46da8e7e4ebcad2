import { describe, expect, test } from 'vitest';
import { codeFromBytes, diffProducts, judgeEnrolment, normaliseCode } from './decide.ts';
import type { ProductInput, Till } from './model.ts';

const now = '2026-01-01T12:00:00.000Z';
const later = '2026-01-02T12:00:00.000Z';
const till: Till = { tillId: 't1', storeId: 's1', name: 'Till 1', life: 3, state: 'ACTIVE' };
const good = { storeId: 's1', tillId: null, expiresAt: later, usedAt: null };

describe('an enrolment', () => {
  test.each([
    ['an unknown code', { code: null }, 'code-unknown'],
    [
      'a used code, even when it is over too',
      { code: { ...good, usedAt: now, expiresAt: now } },
      'code-used',
    ],
    ['a code whose end has come', { code: { ...good, expiresAt: now } }, 'code-expired'],
    [
      'a code for a till that was withdrawn',
      { code: { ...good, tillId: 't1' }, renewed: { ...till, state: 'REVOKED' as const } },
      'till-revoked',
    ],
    ['a name that another till has', { code: good, sameName: till }, 'name-taken'],
    [
      'a new name that another till has',
      { code: { ...good, tillId: 't1' }, renewed: till, sameName: { ...till, tillId: 't2' } },
      'name-taken',
    ],
  ])('is refused for %s', (_title, facts, refusal) => {
    expect(judgeEnrolment({ renewed: null, sameName: null, ...facts }, now)).toEqual({
      ok: false,
      error: refusal,
    });
  });

  test('makes a new till', () => {
    expect(judgeEnrolment({ code: good, renewed: null, sameName: null }, now)).toEqual({
      ok: true,
      value: { kind: 'new', storeId: 's1' },
    });
  });

  test('gives the same till, under its own name, its next life', () => {
    expect(judgeEnrolment({ code: { ...good, tillId: 't1' }, renewed: till, sameName: till }, now)).toEqual({
      ok: true,
      value: { kind: 'renewed', storeId: 's1', tillId: 't1', life: 4 },
    });
  });
});

test('a code reads back however it was typed', () => {
  const code = codeFromBytes(Uint8Array.from([0, 1, 10, 18, 31, 32, 63, 200, 24, 255]));
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(normaliseCode(` ${code.toLowerCase().replace('-', ' ')} `)).toBe(code);
  expect(normaliseCode('o1l-iO 2345678'.slice(0, 12))).toMatch(/^01110-/);
});

describe('products', () => {
  const milk: ProductInput = {
    sku: '1',
    name: 'Milk',
    department: 'D',
    category: 'C',
    packageSize: '',
    brand: 'B',
    ean: '2000000000015',
    priceMinor: 99,
  };
  const types = (change: { events: readonly { type: string }[] } | undefined) =>
    change?.events.map((event) => event.type);

  test('a new one is told, with its price when it has one', () => {
    const { changes } = diffProducts(
      [milk, { ...milk, sku: '2', ean: '', priceMinor: null }],
      new Map(),
      new Map(),
    );
    expect(changes.map(types)).toEqual([['ProductChanged', 'PriceChanged'], ['ProductChanged']]);
    expect(changes.every((change) => change.isNew)).toBe(true);
  });

  test('an unchanged one is not told; a price, taken away or zero, is', () => {
    const known = new Map([['1', milk]]);
    const owners = new Map([[milk.ean, '1']]);
    expect(diffProducts([milk], known, owners)).toEqual({ changes: [], refused: [] });
    expect(types(diffProducts([{ ...milk, priceMinor: null }], known, owners).changes[0])).toEqual([
      'PriceChanged',
    ]);
    expect(types(diffProducts([{ ...milk, priceMinor: 0 }], known, owners).changes[0])).toEqual([
      'PriceChanged',
    ]);
    expect(types(diffProducts([{ ...milk, brand: 'Other' }], known, owners).changes[0])).toEqual([
      'ProductChanged',
    ]);
  });

  test('a code belongs to one article, in the catalogue and within a file', () => {
    const twice = diffProducts([milk, { ...milk, sku: '2' }], new Map(), new Map([['2000000000022', '9']]));
    expect(twice.refused).toEqual([{ sku: '2', reason: 'the code 2000000000015 belongs to article 1' }]);
    const taken = diffProducts(
      [{ ...milk, ean: '2000000000022' }],
      new Map(),
      new Map([['2000000000022', '9']]),
    );
    expect(taken).toEqual({
      changes: [],
      refused: [{ sku: '1', reason: 'the code 2000000000022 belongs to article 9' }],
    });
  });
});
