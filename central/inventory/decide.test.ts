import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import { describe, expect, it } from 'vitest';
import { bookOf, type Given, held, now, operation, SETTINGS, when } from '../testing/given-book.ts';
import { decide } from './decide.ts';

const reserve = (quantity: number) => ({
  type: 'reserve',
  reservationId: derivedUuid('new'),
  sku: 'tea',
  quantity,
});
const commit = { type: 'commit', reservationId: held };
const release = { type: 'release', reservationId: held };
const line = (quantity: number, reservationId?: string) => ({
  sku: 'tea',
  quantity,
  unitPriceMinor: 5,
  ...(reservationId ? { reservationId } : {}),
});
const sell = (...lines: object[]) => ({
  type: 'sell',
  basketId: derivedUuid('basket'),
  totalMinor: 5,
  lines,
});

describe('refusals, in the order of their list', () => {
  const cases: readonly [RefusalReason, Given, object][] = [
    ['reservation-unknown', {}, commit],
    ['reservation-unknown', {}, release],
    [
      'reservation-of-another-store',
      { reservation: { storeId: derivedUuid('elsewhere'), state: 'COMMITTED' } },
      commit,
    ],
    [
      'reservation-of-another-store',
      { reservation: { storeId: derivedUuid('elsewhere'), state: 'COMMITTED' } },
      release,
    ],
    [
      'reservation-id-taken',
      { reservation: {}, pool: { deficit: 1 } },
      { ...reserve(1), reservationId: held },
    ],
    ['reservation-already-committed', { reservation: { state: 'COMMITTED', expiresAt: now } }, commit],
    ['reservation-already-committed', { reservation: { state: 'COMMITTED' } }, release],
    ['reservation-already-released', { reservation: { state: 'RELEASED', expiresAt: now } }, commit],
    ['reservation-expired', { reservation: { state: 'EXPIRED' } }, commit],
    ['reservation-expired', { reservation: { expiresAt: now }, pool: { held: 2 } }, commit],
    ['pool-in-deficit', { pool: { deficit: 1 } }, reserve(1)],
    ['insufficient-free', { pool: { free: 1 } }, reserve(2)],
  ];
  for (const [reason, given, body] of cases) {
    it(`${(body as { type: string }).type}: ${reason}`, () => {
      const refused = when(given, body);
      expect([refused.verdict, refused.reason]).toEqual(['REJECTED', reason]);
      expect(refused.types).toEqual(['ConflictOpened', 'OperationDecided']);
    });
  }

  it('opens no conflict for a caller who hears the refusal at once', () => {
    expect(when({}, commit, { label: null, origin: { kind: 'api', apiKeyId: 'k' } }).types).toEqual([
      'OperationDecided',
    ]);
  });

  it('tells a till nothing of another store’s hold', () => {
    const { events } = when({ reservation: { storeId: derivedUuid('elsewhere') } }, commit);
    expect(events[0]).toMatchObject({ type: 'ConflictOpened', sku: null, quantity: 0, freeAtDecision: null });
  });
});

describe('promises', () => {
  it('holds free units for the time-out, on the authority’s clock', () => {
    const accepted = when({ pool: { free: 2 } }, reserve(2));
    expect(accepted).toMatchObject({ verdict: 'ACCEPTED', expiresAt: '2026-01-01T12:05:00.000Z' });
    expect(accepted.events[0]).toMatchObject({
      movements: [{ from: 'F', to: 'V', quantity: 2 }],
      poolVersion: 1,
    });
  });

  it('commits to the very last moment before the time-out', () => {
    const given = { pool: { held: 2 }, reservation: { expiresAt: '2026-01-01T12:00:00.001Z' } };
    expect(when(given, commit).types).toEqual(['ReservationCommitted', 'OperationDecided']);
  });

  it('takes a release of what is over already as done', () => {
    expect(when({ reservation: { state: 'EXPIRED' } }, release)).toMatchObject({
      verdict: 'ACCEPTED',
      types: ['OperationDecided'],
    });
    expect(when({ reservation: { state: 'RELEASED' } }, release)).toMatchObject({
      verdict: 'ACCEPTED',
      types: ['OperationDecided'],
    });
    expect(when({ reservation: { expiresAt: now }, pool: { held: 2 } }, release).types).toEqual([
      'ReservationExpired',
      'OperationDecided',
    ]);
  });

  it('repays the deficit first when held units return', () => {
    const { events } = when({ pool: { held: 2, deficit: 1 }, reservation: {} }, release);
    expect(events[0]).toMatchObject({
      movements: [
        { from: 'V', to: 'D', quantity: 1 },
        { from: 'V', to: 'F', quantity: 1 },
      ],
    });
  });
});

describe('facts', () => {
  it('books a sale beyond the book as a deficit with one conflict per article', () => {
    const sold = when({ pool: { free: 3 } }, sell(line(2), line(2), line(1)), { label: 'RECORDED' });
    expect(sold).toMatchObject({ verdict: 'RECORDED', excess: [{ sku: 'tea', quantity: 2 }] });
    expect(sold.types).toEqual(['ItemsSold', 'ItemsSold', 'ItemsSold', 'ConflictOpened', 'OperationDecided']);
    expect(sold.events[3]).toMatchObject({ kind: 'deficit', quantity: 2, freeAtDecision: 1 });
  });

  it('takes collected units out of the hold and frees the rest', () => {
    const sold = when({ pool: { free: 1, held: 2 }, reservation: {} }, sell(line(1, held)));
    expect(sold.types).toEqual(['ReservationCommitted', 'ItemsSold', 'OperationDecided']);
    expect(sold.events[0]).toMatchObject({
      takenQuantity: 1,
      movements: [
        { from: 'V', to: 'W', quantity: 1 },
        { from: 'V', to: 'F', quantity: 1 },
      ],
    });
    expect(sold.events[1]).toMatchObject({ quantity: 1, movements: [], excess: 0 });
  });

  it('sells more than the hold from free, and ignores a hold that is over', () => {
    expect(
      when({ pool: { free: 1, held: 2 }, reservation: {} }, sell(line(3, held))).events[1],
    ).toMatchObject({
      movements: [{ from: 'F', to: 'W', quantity: 1 }],
    });
    expect(when({ pool: { free: 2 }, reservation: { state: 'EXPIRED' } }, sell(line(2, held))).types).toEqual(
      ['ItemsSold', 'OperationDecided'],
    );
  });

  it('repays the deficit with returns and deliveries', () => {
    const returned = { type: 'return', basketId: derivedUuid('b'), totalMinor: 5, lines: [line(2)] };
    expect(when({ pool: { deficit: 1 } }, returned).events[0]).toMatchObject({
      movements: [
        { from: 'W', to: 'D', quantity: 1 },
        { from: 'W', to: 'F', quantity: 1 },
      ],
    });
  });

  it('never refuses, whatever the stock', () => {
    for (const body of [sell(line(9)), { type: 'receive', lines: [{ sku: 'tea', quantity: 1 }] }]) {
      expect(when({ pool: { deficit: 4 } }, body).verdict).toBe('RECORDED');
    }
  });
});

it('quarantines what it cannot read, changing nothing', () => {
  const unreadable = { ...operation(commit), readable: false, reason: 'not-json', detail: '' } as const;
  const decision = decide(unreadable, bookOf({}), SETTINGS);
  expect(decision).toMatchObject({ verdict: 'QUARANTINED', reason: 'not-json' });
  expect(decision.events).toHaveLength(1);
});
