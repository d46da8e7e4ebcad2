import { type OperationBody, operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { type AllotmentRow, allotmentRowSchema } from '@gondola/shared/schemas/rows.ts';
import { describe, expect, it } from 'vitest';
import { IDENTITY, reservationRow, uuid } from '../testing/fixtures.ts';
import type { UndecidedRecord } from './evolve.ts';
import { ownHolds, unspentAfter } from './unspent.ts';

const row = (fields: Partial<AllotmentRow> = {}): AllotmentRow =>
  allotmentRowSchema.parse({
    ...{ sku: 'tea', tillId: IDENTITY.tillId, life: 1, number: 1, state: 'ACTIVE', mode: 'settlement-only' },
    ...{ granted: 9, consumed: 1, held: 2, surrendered: 1, recalled: 0, position: 5 },
    ...fields,
  });
const records = (...bodies: object[]): UndecidedRecord[] =>
  bodies.map((body, index) => ({
    sequence: index + 1,
    recordedAt: '2017-01-01T12:00:00.000Z',
    label: 'GUARANTEED',
    body: operationBodySchema.parse(body) as OperationBody,
    bytes: 1,
  }));
const sell = (line: object) => ({
  type: 'sell',
  basketId: uuid(1),
  lines: [{ sku: 'tea', unitPriceMinor: 1, ...line }],
  totalMinor: 1,
});
const hold = reservationRow(uuid(9), 'tea', { quantity: 2, allottedLife: 1 });
const know = (id: string) => (id === uuid(9) ? hold : null);

describe('what a till may still spend', () => {
  it('is what the centre says, less what its own undecided records charge', () => {
    expect(unspentAfter(row(), [], know)).toBe(5);
    expect(unspentAfter(row(), records(sell({ quantity: 4, allottedQuantity: 3 })), know)).toBe(2);
    // Sold without a charge: it came from free units.
    expect(unspentAfter(row(), records(sell({ quantity: 4 })), know)).toBe(5);
    expect(
      unspentAfter(row(), records({ type: 'surrender', lines: [{ sku: 'tea', quantity: 4 }] }), know),
    ).toBe(1);
    expect(
      unspentAfter(
        row(),
        records({ type: 'settle', lines: [{ sku: 'tea', consumed: 1, surrendered: 1 }] }),
        know,
      ),
    ).toBe(0);
  });

  it('rises by what comes back from holds of its own, once each', () => {
    const reserve = { type: 'reserve', reservationId: uuid(2), sku: 'tea', quantity: 3, allotted: true };
    const release = { type: 'release', reservationId: uuid(2) };
    expect(unspentAfter(row(), records(reserve), know)).toBe(2);
    expect(unspentAfter(row(), records(reserve, release), know)).toBe(5);
    expect(unspentAfter(row(), records({ type: 'expire', reservationId: uuid(9) }), know)).toBe(7);
    expect(
      unspentAfter(
        row(),
        records({ type: 'release', reservationId: uuid(9) }, { type: 'release', reservationId: uuid(9) }),
        know,
      ),
    ).toBe(7);
    expect(unspentAfter(row(), records({ type: 'commit', reservationId: uuid(9), quantity: 1 }), know)).toBe(
      6,
    );
    expect(unspentAfter(row(), records(sell({ quantity: 1, reservationId: uuid(9) })), know)).toBe(6);
  });

  it('is nothing where the centre leases nothing, or no more', () => {
    expect(unspentAfter(null, [], know)).toBe(0);
    for (const state of ['CLOSING', 'EXPIRED', 'FORCED', 'SETTLED'] as const)
      expect(unspentAfter(row({ state }), [], know)).toBe(0);
  });
});

it('knows its own holds: the centre’s and its undecided ones, until it has ended them', () => {
  const reserve = { type: 'reserve', reservationId: uuid(2), sku: 'tea', quantity: 3, allotted: true };
  const ids = (...bodies: object[]) =>
    ownHolds([hold, reservationRow(uuid(8), 'tea')], records(...bodies), IDENTITY).map(
      ({ reservationId }) => reservationId,
    );
  expect(ids()).toEqual([uuid(9)]);
  expect(ids(reserve)).toEqual([uuid(9), uuid(2)]);
  expect(ids(reserve, { type: 'expire', reservationId: uuid(9) })).toEqual([uuid(2)]);
  expect(ids(reserve, sell({ quantity: 3, reservationId: uuid(2) }))).toEqual([uuid(9)]);
});
