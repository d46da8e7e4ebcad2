import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { inventoryEventSchema } from '@gondola/shared/schemas/events.ts';
import { describe, expect, it } from 'vitest';
import { bookOf, type Given, held, now, SETTINGS, storeId, tillId, when } from '../testing/given-book.ts';
import { expire, force, grant, recall, retire, settlePending, takeOverHold } from './decide-allotment.ts';
import type { WorkingBook } from './working-book.ts';

const sell = (quantity: number, allottedQuantity?: number, reservationId?: string) => ({
  type: 'sell',
  basketId: derivedUuid('basket'),
  lines: [
    {
      sku: 'tea',
      quantity,
      unitPriceMinor: 100,
      ...(allottedQuantity === undefined ? {} : { allottedQuantity }),
      ...(reservationId === undefined ? {} : { reservationId }),
    },
  ],
  totalMinor: quantity * 100,
});
const reserve = (quantity: number) => ({
  type: 'reserve',
  reservationId: derivedUuid('new'),
  sku: 'tea',
  quantity,
  allotted: true,
});
const clock = { now, halfLifeMs: 1_000 };
const pool = { storeId, sku: 'tea' };
const life = { tillId, life: 1 };

/** The book after the events, each checked against the schema of what is logged. */
function after(book: WorkingBook, events: readonly InventoryEvent[]) {
  for (const event of events) inventoryEventSchema.parse(event);
  book.apply(events, null, clock);
  const [allotment] = book.allotments(storeId, 'tea');
  return { pool: book.poolState(storeId, 'tea').pool, allotment };
}

function decided(given: Given, body: object) {
  const book = bookOf(given);
  const decision = when(given, body);
  return { ...decision, ...after(book, decision.events) };
}

const leased = { pool: { free: 2, allotted: 5 }, allotment: { granted: 5 } } as const;

describe('a sale', () => {
  it('takes what the till charged from its allotment, the rest from what is free', () => {
    const { verdict, excess, pool: next, allotment } = decided(leased, sell(6, 4));
    expect({ verdict, excess }).toEqual({ verdict: 'RECORDED', excess: [] });
    expect(next).toMatchObject({ free: 0, allotted: 1 });
    expect(allotment).toMatchObject({ consumed: 4 });
  });

  it('takes no more from the allotment than it holds, whatever the till says', () => {
    const { pool: next, allotment } = decided(
      { pool: { free: 3, allotted: 1 }, allotment: { granted: 1 } },
      sell(3, 3),
    );
    expect(next).toMatchObject({ free: 1, allotted: 0 });
    expect(allotment).toMatchObject({ consumed: 1 });
  });

  it('leaves the allotment alone when the till has not charged it: its own fold counts on it', () => {
    expect(decided(leased, sell(2)).pool).toMatchObject({ free: 0, allotted: 5 });
  });

  it('is covered whatever the time: an expired allotment still has its units', () => {
    const given = { pool: { inDoubt: 5 }, allotment: { granted: 5, state: 'EXPIRED' } } as const;
    expect(decided(given, sell(2, 2)).pool).toMatchObject({ inDoubt: 3, deficit: 0 });
  });

  it('beyond its allotment waits for sibling tills before it is called a deficit', () => {
    const { events, pool: next } = decided({ pool: { allotted: 5 }, allotment: { granted: 5 } }, sell(1));
    expect(next).toMatchObject({ allotted: 5, deficit: 1 });
    expect(events).toContainEqual(expect.objectContaining({ type: 'ConflictOpened', state: 'PENDING' }));
  });
});

describe('a hold', () => {
  it('inside the allotment is accepted with nothing free, even in a deficit', () => {
    const given = { pool: { allotted: 3, deficit: 2 }, allotment: { granted: 3 } } as const;
    const { verdict, pool: next, allotment } = decided(given, reserve(3));
    expect(verdict).toBe('ACCEPTED');
    expect(next).toMatchObject({ held: 3, allotted: 0 });
    expect(allotment).toMatchObject({ held: 3 });
  });

  it('that the allotment cannot cover is decided like any other', () => {
    expect(decided({ pool: { free: 1, allotted: 1 }, allotment: { granted: 1 } }, reserve(2))).toMatchObject({
      verdict: 'REJECTED',
      reason: 'insufficient-free',
    });
  });

  const own = {
    pool: { held: 2, allotted: 3 },
    allotment: { granted: 5, held: 2 },
    reservation: { tillId, allottedLife: 1, expiresAt: '2020-01-01T00:00:00.000Z' },
  } as const;

  it('inside an allotment never ends by the authority’s clock, and gives its units back to the allotment', () => {
    const { verdict, pool: next, allotment } = decided(own, { type: 'release', reservationId: held });
    expect(verdict).toBe('ACCEPTED');
    expect(next).toMatchObject({ held: 0, allotted: 5, free: 0 });
    expect(allotment && unspentOf(allotment)).toBe(5);
    expect(decided(own, { type: 'commit', reservationId: held }).pool).toMatchObject({
      held: 0,
      allotted: 3,
    });
  });

  it('is committed in part: the rest goes back to where it came from', () => {
    const { pool: next } = decided(own, { type: 'commit', reservationId: held, quantity: 1 });
    expect(next).toMatchObject({ held: 0, allotted: 4 });
    expect(decided(own, { type: 'commit', reservationId: held, quantity: 3 })).toMatchObject({
      reason: 'commit-exceeds-reservation',
    });
  });

  it('lapses by its till’s own record', () => {
    const { pool: next, types } = decided(own, { type: 'expire', reservationId: held });
    expect(types).toContain('ReservationExpired');
    expect(next).toMatchObject({ held: 0, allotted: 5 });
  });

  it('is ended by no other till and by no program', () => {
    const foreign = { ...own, reservation: { ...own.reservation, tillId: derivedUuid('sibling') } };
    for (const type of ['commit', 'release']) {
      expect(decided(foreign, { type, reservationId: held })).toMatchObject({
        reason: 'reservation-of-another-till',
      });
    }
    expect(decided(foreign, { type: 'expire', reservationId: held }).types).toEqual(['OperationDecided']);
    // A customer who carries the goods out at another till has them: they come from what is free.
    expect(decided(foreign, sell(2, undefined, held)).pool).toMatchObject({ held: 2, deficit: 2 });
  });

  it('of a life that is over goes on by the authority’s clock', () => {
    const book = bookOf(own);
    const reservation = book.reservation(held);
    expect(reservation).toBeDefined();
    if (reservation === undefined) return;
    const { allotment } = after(book, takeOverHold(book, reservation, SETTINGS));
    expect(book.reservation(held)).toMatchObject({
      allottedLife: null,
      expiresAt: '2026-01-01T12:05:00.000Z',
    });
    expect(allotment).toMatchObject({ held: 0 });
    expect(allotment && unspentOf(allotment)).toBe(3);
  });
});

describe('an allotment', () => {
  it('is granted out of free units only, and not while something is owed', () => {
    const book = bookOf({ pool: { free: 3 } });
    expect(grant(book, pool, life, 4, 'settlement-only')).toEqual([]);
    expect(after(book, grant(book, pool, life, 3, 'settlement-only'))).toMatchObject({
      pool: { free: 0, allotted: 3 },
      allotment: { number: 1, granted: 3, state: 'ACTIVE' },
    });
    expect(grant(bookOf({ pool: { deficit: 1 } }), pool, life, 1, 'settlement-only')).toEqual([]);
  });

  it('gets nothing while it is closing, expired or forced, nor while holds of the settled one stand', () => {
    for (const state of ['CLOSING', 'EXPIRED', 'FORCED'] as const) {
      const book = bookOf({ pool: { free: 3 }, allotment: { granted: 0, state } });
      expect(grant(book, pool, life, 1, 'settlement-only')).toEqual([]);
    }
    const settled = { granted: 2, held: 2, state: 'SETTLED' } as const;
    expect(
      grant(bookOf({ pool: { free: 3, held: 2 }, allotment: settled }), pool, life, 1, 'settlement-only'),
    ).toEqual([]);
  });

  it('comes back when its till gives it, and repays what is owed first', () => {
    const given = { pool: { allotted: 5, deficit: 2 }, allotment: { granted: 5, recalled: 3 } } as const;
    const { pool: next, allotment } = decided(given, {
      type: 'surrender',
      lines: [{ sku: 'tea', quantity: 3 }],
    });
    expect(next).toMatchObject({ free: 1, allotted: 2, deficit: 0 });
    expect(allotment).toMatchObject({ surrendered: 3, recalled: 0 });
  });

  it('expires without freeing anything, and only a person or a deadline frees it', () => {
    const book = bookOf(leased);
    const [allotment] = book.allotments(storeId, 'tea');
    if (allotment === undefined) throw new Error('given');
    expect(recall(book, allotment, 2)).toMatchObject([
      { type: 'AllotmentRecalled', quantity: 2, movements: [] },
    ]);
    const expired = after(book, expire(book, allotment, 'term-over'));
    expect(expired.pool).toMatchObject({ free: 2, allotted: 0, inDoubt: 5 });
    const by = { cause: 'person', forcedBy: 'console', reason: 'the till burned' } as const;
    const forced = after(book, force(book, expired.allotment ?? allotment, by));
    expect(forced.pool).toMatchObject({ free: 7, inDoubt: 0 });
    expect(forced.allotment).toMatchObject({ state: 'FORCED', surrendered: 5 });
  });

  it('settles with what is left, and says so when the till counts otherwise', () => {
    const line = { sku: 'tea', consumed: 0, surrendered: 0 };
    const good = decided(leased, { type: 'settle', lines: [line] });
    expect(good.pool).toMatchObject({ free: 7, allotted: 0 });
    expect(good.allotment).toMatchObject({ state: 'SETTLED' });
    expect(good.types).not.toContain('ConflictOpened');
    const bad = decided(leased, { type: 'settle', lines: [{ ...line, consumed: 1 }] });
    expect(bad.events).toContainEqual(expect.objectContaining({ kind: 'settlement-differs', quantity: 1 }));
  });

  it('of a forked life has one conflict', () => {
    const events = retire(bookOf({}), storeId, life, 'forked');
    expect(events).toMatchObject([{ type: 'LifeRetired' }, { type: 'ConflictOpened', kind: 'life-forked' }]);
    expect(retire(bookOf({}), storeId, life, 're-enrolled')).toHaveLength(1);
  });
});

it('a deficit that waited closes when it was repaid, and opens when nobody is left to repay it', () => {
  const pending = [{ conflictId: derivedUuid('c'), storeId, sku: 'tea', quantity: 3 }];
  expect(settlePending(bookOf({ pool: { free: 1 } }), pool, pending)).toMatchObject([
    { type: 'ConflictClosed', closedBy: 'authority' },
  ]);
  expect(settlePending(bookOf({ pool: { deficit: 2 } }), pool, pending)).toMatchObject([
    { type: 'ConflictDue', quantity: 2 },
  ]);
  expect(settlePending(bookOf({ pool: { deficit: 2, allotted: 1 } }), pool, pending)).toEqual([]);
});
