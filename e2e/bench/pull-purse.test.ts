import { allotmentRowSchema } from '@gondola/shared/schemas/rows.ts';
import { expect, it } from 'vitest';
import { keepUnspent } from './pull-purse.ts';

const row = (sku: string, state: string, figures: object) =>
  allotmentRowSchema.parse({
    ...{ sku, number: 1, mode: 'settlement-only' },
    ...{ tillId: '0b9d2f4e-5a51-4f5e-8f0f-000000000001', life: 1, position: 1, state },
    ...{ granted: 10, consumed: 0, held: 0, surrendered: 0, recalled: 0, ...figures },
  });

it('keeps what may be spent: the rest of an allotment that stands, nothing of one that is over', () => {
  const unspent = new Map<string, number>();
  keepUnspent(unspent, [row('A', 'ACTIVE', { consumed: 3, held: 2 }), row('B', 'ACTIVE', {})]);
  expect([...unspent]).toEqual([
    ['A', 5],
    ['B', 10],
  ]);
  keepUnspent(unspent, [row('A', 'ACTIVE', { consumed: 4 }), row('B', 'CLOSING', {})]);
  expect([...unspent]).toEqual([['A', 6]]);
});
