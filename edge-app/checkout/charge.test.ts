import { type OperationBody, operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import { uuid } from '../testing/fixtures.ts';
import { charge, labelAfterFlush, type Purse } from './charge.ts';

const purse = (
  units: Readonly<Record<string, number>>,
  holds: Readonly<Record<string, number>> = {},
): Purse => ({
  isOpen: true,
  unspent: (sku) => units[sku] ?? 0,
  ownHold: (id) => holds[id] ?? null,
});
const closed: Purse = { ...purse({ tea: 9 }), isOpen: false };

function sell(...lines: { sku: string; quantity: number; reservationId?: string }[]): OperationBody {
  return operationBodySchema.parse({
    type: 'sell',
    basketId: uuid(1),
    lines: lines.map((line) => ({ unitPriceMinor: 100, ...line })),
    totalMinor: 0,
  });
}
const reserve = (quantity: number): OperationBody =>
  operationBodySchema.parse({ type: 'reserve', reservationId: uuid(2), sku: 'tea', quantity });
const chargesOf = ({ body }: { body: OperationBody }) =>
  body.type === 'sell' ? body.lines.map((line) => line.allottedQuantity) : [];

it('guarantees a sale only when every line is covered, and charges what is there all the same', () => {
  const whole = charge(
    sell({ sku: 'tea', quantity: 2 }, { sku: 'milk', quantity: 1 }),
    purse({ tea: 2, milk: 1 }),
  );
  expect(whole.label).toBe('GUARANTEED');
  expect(chargesOf(whole)).toEqual([2, 1]);
  const part = charge(sell({ sku: 'tea', quantity: 3 }, { sku: 'milk', quantity: 1 }), purse({ tea: 2 }));
  expect(part.label).toBe('RECORDED');
  expect(chargesOf(part)).toEqual([2, undefined]);
});

it('does not spend the same unit for two lines of one basket', () => {
  const twice = charge(sell({ sku: 'tea', quantity: 2 }, { sku: 'tea', quantity: 2 }), purse({ tea: 3 }));
  expect(twice.label).toBe('RECORDED');
  expect(chargesOf(twice)).toEqual([2, 1]);
});

it('guarantees a hold whole or not at all', () => {
  expect(charge(reserve(2), purse({ tea: 2 }))).toMatchObject({
    label: 'GUARANTEED',
    body: { allotted: true },
  });
  const short = charge(reserve(3), purse({ tea: 2 }));
  expect(short.label).toBe('PROVISIONAL');
  expect(short.body).not.toHaveProperty('allotted');
});

it('guarantees what comes out of a hold of its own, but not before it may spend', () => {
  const own = purse({}, { [uuid(7)]: 2 });
  const opening: Purse = { ...own, isOpen: false };
  const collected = charge(sell({ sku: 'tea', quantity: 2, reservationId: uuid(7) }), own);
  expect(collected.label).toBe('GUARANTEED');
  expect(chargesOf(collected)).toEqual([undefined]);
  const commit = operationBodySchema.parse({ type: 'commit', reservationId: uuid(7) });
  expect(charge(commit, own).label).toBe('GUARANTEED');
  expect(charge(commit, purse({})).label).toBe('PROVISIONAL');
  expect(charge(commit, opening).label).toBe('PROVISIONAL');
  expect(charge(sell({ sku: 'tea', quantity: 2, reservationId: uuid(7) }), opening).label).toBe('RECORDED');
});

it('covers somebody else’s hold with units of its own', () => {
  const line = { sku: 'tea', quantity: 2, reservationId: uuid(8) };
  expect(chargesOf(charge(sell(line), purse({ tea: 5 })))).toEqual([2]);
});

it('promises nothing while it may not spend', () => {
  expect(charge(sell({ sku: 'tea', quantity: 1 }), closed)).toMatchObject({ label: 'RECORDED' });
  expect(charge(reserve(1), closed).label).toBe('PROVISIONAL');
});

it('takes its word back when the right to spend ended while the disk was slow', () => {
  const sold = charge(sell({ sku: 'tea', quantity: 1 }), purse({ tea: 1 }));
  expect(labelAfterFlush(sold, true)).toBe('GUARANTEED');
  expect(labelAfterFlush(sold, false)).toBe('RECORDED');
  expect(labelAfterFlush(charge(reserve(1), purse({ tea: 1 })), false)).toBe('PROVISIONAL');
});
