import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTITY, LOG, poolRow, reservationRow, uuid } from '../testing/fixtures.ts';
import { labelOf } from './decide.ts';
import { availabilityOf, holdsOf, type UndecidedRecord } from './evolve.ts';
import { createUndecidedLog } from './undecided.ts';

const SKU = '100';

function undecided(bodies: readonly unknown[]): UndecidedRecord[] {
  return bodies.map((input, index) => {
    const body: OperationBody = operationBodySchema.parse(input);
    const recordedAt = '2017-01-01T12:00:00.000Z';
    return { sequence: index + 1, recordedAt, label: labelOf(body.type), body, bytes: 1 };
  });
}
const sell = (quantity: number, reservationId?: string) => ({
  type: 'sell',
  basketId: uuid(800),
  lines: [
    { sku: SKU, quantity, unitPriceMinor: 1, ...(reservationId === undefined ? {} : { reservationId }) },
  ],
  totalMinor: quantity,
});
const receive = (quantity: number) => ({ type: 'receive', lines: [{ sku: SKU, quantity }] });
const count = (quantity: number) => ({
  type: 'count',
  sku: SKU,
  quantity,
  checkpoint: { logId: LOG, position: 1 },
});
const reserve = (number: number, quantity: number) => ({
  type: 'reserve',
  reservationId: uuid(number),
  sku: SKU,
  quantity,
});
const release = (number: number) => ({ type: 'release', reservationId: uuid(number) });
const commit = (number: number) => ({ type: 'commit', reservationId: uuid(number) });

function bounds(
  free: number,
  bodies: readonly unknown[],
  held: readonly ReservationRow[] = [],
): [number, number] {
  const units = held.reduce((sum, row) => sum + (row.state === 'HELD' ? row.quantity : 0), 0);
  const rows = new Map(held.map((row) => [row.reservationId as string, row]));
  const { low, high } = availabilityOf(SKU, poolRow(SKU, free, { held: units }), undecided(bodies), rows);
  return [low, high];
}

describe('what may be free', () => {
  it.each([
    ['facts move both bounds', 5, [sell(2), receive(4)], [7, 7]],
    ['more sold than booked is none, not less', 1, [sell(3)], [0, 0]],
    ['a deficit is repaid first', 1, [sell(3), receive(5)], [3, 3]],
    ['a request may be granted or not', 5, [reserve(1, 2)], [3, 5]],
    ['a request beyond the most is certainly refused', 1, [reserve(1, 2)], [1, 1]],
    ['a request taken back changes nothing', 5, [reserve(1, 2), release(1)], [5, 5]],
    ['units of a pending hold that leave are gone either way', 5, [reserve(1, 2), sell(2, uuid(1))], [3, 3]],
    ['a count sets both bounds', 5, [sell(1), count(9)], [9, 9]],
    ['a pending hold counts against a count', 5, [reserve(1, 2), count(9)], [7, 9]],
  ] as const)('%s', (_name, free, bodies, expected) => {
    expect(bounds(free, bodies)).toEqual(expected);
  });

  it('follows a hold of the centre', () => {
    const held = [reservationRow(uuid(1), SKU, { quantity: 3 })];
    expect(bounds(5, [release(1)], held)).toEqual([5, 8]);
    expect(bounds(5, [commit(1)], held)).toEqual([5, 5]);
    expect(bounds(5, [sell(2, uuid(1))], held)).toEqual([6, 6]);
    expect(bounds(5, [sell(4, uuid(1))], held)).toEqual([4, 4]);
    expect(bounds(5, [sell(2, uuid(1)), sell(2, uuid(1))], held)).toEqual([4, 4]);
    expect(bounds(5, [count(10)], held)).toEqual([7, 7]);
    const expired = [reservationRow(uuid(1), SKU, { quantity: 3, state: 'EXPIRED' })];
    expect(bounds(5, [sell(2, uuid(1))], expired)).toEqual([3, 3]);
  });

  const anyBody = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((quantity) => sell(quantity)),
    fc.integer({ min: 1, max: 9 }).map(receive),
    fc.integer({ min: 0, max: 20 }).map(count),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }))
      .map(([id, units]) => reserve(id, units)),
    fc.integer({ min: 1, max: 4 }).map(release),
    fc.integer({ min: 1, max: 4 }).map(commit),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
      .map(([units, id]) => sell(units, uuid(id))),
  );

  it('keeps the least below the most, and both at or above none, whatever is recorded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.array(anyBody, { maxLength: 12 }), (free, bodies) => {
        const [low, high] = bounds(free, bodies);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('is exact while only facts are recorded', () => {
    const facts = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 9 }).map((n) => sell(n)),
        fc.nat(20).map(count),
      ),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(fc.nat(20), facts, (free, bodies) => {
        const [low, high] = bounds(free, bodies);
        expect(low).toBe(high);
      }),
    );
  });
});

describe('the index of undecided records', () => {
  it('gives each article just the records that touch it, until they are decided', () => {
    const bodies = fc.array(
      fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('sell', 'reserve', 'release')),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(bodies, fc.nat(15), (steps, decided) => {
        const log = createUndecidedLog();
        const skuOfHold = new Map<string, string>();
        const records = undecided(
          steps.map(([sku, kind], index) => {
            if (kind === 'sell') return { ...sell(1), lines: [{ sku, quantity: 1, unitPriceMinor: 1 }] };
            if (kind === 'reserve') skuOfHold.set(uuid(index), sku);
            return kind === 'reserve'
              ? { ...reserve(index, 1), sku }
              : { type: 'release', reservationId: uuid(index) };
          }),
        );
        for (const [index, record] of records.entries()) log.add(record, steps[index]?.[0]);
        log.decidedUpTo(decided);
        const rest = records.filter((record) => record.sequence > decided);
        expect(log.all()).toEqual(rest);
        for (const sku of ['1', '2', '3']) {
          expect(log.ofSku(sku)).toEqual(rest.filter((record) => steps[record.sequence - 1]?.[0] === sku));
        }
      }),
    );
  });

  it('takes a record once, and none that is decided already', () => {
    const log = createUndecidedLog();
    const [first, second] = undecided([sell(1), sell(2)]) as [UndecidedRecord, UndecidedRecord];
    log.add(first);
    log.add(first);
    expect(log.all()).toHaveLength(1);
    log.decidedUpTo(2);
    log.add(second);
    expect(log.all()).toEqual([]);
  });
});

describe('the holds', () => {
  it('are the centre’s and the till’s own that wait, each in its state', () => {
    const rows = [
      reservationRow(uuid(1), SKU),
      reservationRow(uuid(2), SKU, { tillId: null }),
      reservationRow(uuid(3), SKU, { state: 'EXPIRED' }),
    ];
    const records = undecided([reserve(4, 1), release(1), reserve(5, 1), sell(1, uuid(5))]);
    const seen = holdsOf(rows, records, IDENTITY.tillId).map((hold) => [
      hold.reservationId,
      hold.state,
      hold.origin,
    ]);
    expect(new Set(seen.map((hold) => hold.join(' ')))).toEqual(
      new Set([
        `${uuid(1)} releasing this-till`,
        `${uuid(2)} held api`,
        `${uuid(4)} pending this-till`,
        `${uuid(5)} collected this-till`,
      ]),
    );
  });
});
