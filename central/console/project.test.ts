/** Goal: the read model is the fold of the events, however they are cut into batches. */

import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Before, project } from './project.ts';

const storeId = '00000000-0000-4000-8000-000000000001';

/** Rows after all events, folded in batches of these sizes. */
function fold(events: readonly Logged<InventoryEvent>[], sizes: readonly number[]) {
  let before: Before = { pools: [], reservations: [] };
  const verdicts = new Map<string, number>();
  const onHand = new Map<number, number>();
  let start = 0;
  for (let turn = 0; start < events.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const projection = project(events.slice(start, start + size), before);
    for (const [verdict, count] of projection.verdicts)
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + count);
    for (const [position, quantity] of projection.onHandAfter) onHand.set(position, quantity);
    before = projection;
    start += size;
  }
  return { pools: before.pools, reservations: before.reservations, verdicts, onHand };
}

type Step = {
  readonly kind: 'receive' | 'sell' | 'hold' | 'end';
  readonly sku: string;
  readonly quantity: number;
};

/** A history that keeps the rules of the buckets, from random wishes. */
function historyOf(steps: readonly Step[]): Logged<InventoryEvent>[] {
  const free = new Map<string, number>();
  const versions = new Map<string, number>();
  const holds: { id: string; sku: string; quantity: number }[] = [];
  const events: Logged<InventoryEvent>[] = [];
  const add = (event: Record<string, unknown>): void => {
    const position = events.length + 1;
    const occurredAt = '2026-01-01T00:00:00.000Z';
    events.push({
      logId: storeId,
      position,
      occurredAt,
      event: { storeId, operationId: null, ...event } as unknown as InventoryEvent,
    });
  };
  const change = (sku: string, type: string, movement: object, more: object = {}): void => {
    versions.set(sku, (versions.get(sku) ?? 0) + 1);
    add({ type, sku, movements: [movement], poolVersion: versions.get(sku), ...more });
  };
  for (const { kind, sku, quantity } of steps) {
    const has = free.get(sku) ?? 0;
    if (kind === 'receive') {
      change(sku, 'GoodsReceived', { from: 'W', to: 'F', quantity }, { quantity });
      free.set(sku, has + quantity);
    } else if (kind === 'end') {
      const hold = holds.shift();
      if (hold === undefined) continue;
      change(
        hold.sku,
        'ReservationReleased',
        { from: 'V', to: 'F', quantity: hold.quantity },
        { reservationId: hold.id, quantity: hold.quantity },
      );
      free.set(hold.sku, (free.get(hold.sku) ?? 0) + hold.quantity);
    } else if (has >= quantity) {
      free.set(sku, has - quantity);
      if (kind === 'sell')
        change(sku, 'ItemsSold', { from: 'F', to: 'W', quantity }, { quantity, excess: 0 });
      else {
        const id = `hold-${events.length}`;
        holds.push({ id, sku, quantity });
        change(
          sku,
          'ReservationHeld',
          { from: 'F', to: 'V', quantity },
          { reservationId: id, quantity, tillId: null, heldAt: 'h', expiresAt: 'e' },
        );
      }
    }
    add({ type: 'OperationDecided', verdict: has >= quantity ? 'RECORDED' : 'REJECTED' });
  }
  return events;
}

const step = fc.record({
  kind: fc.constantFrom('receive', 'sell', 'hold', 'end'),
  sku: fc.constantFrom('a', 'b', 'c'),
  quantity: fc.integer({ min: 1, max: 9 }),
});

test('any cut into batches gives the same rows, counts and history', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      (steps, sizes) => {
        const events = historyOf(steps as Step[]);
        const whole = fold(events, [Math.max(1, events.length)]);
        const cut = fold(events, sizes);
        const sorted = (rows: typeof whole) => ({
          ...rows,
          pools: rows.pools.toSorted((one, other) => one.sku.localeCompare(other.sku)),
          reservations: rows.reservations.toSorted((one, other) =>
            one.reservationId.localeCompare(other.reservationId),
          ),
        });
        expect(sorted(cut)).toEqual(sorted(whole));
      },
    ),
    { numRuns: 300 },
  );
});

test('a gap in the events of a pool is a broken rule, not a wrong number', () => {
  const [first, , third] = historyOf([
    { kind: 'receive', sku: 'a', quantity: 1 },
    { kind: 'receive', sku: 'a', quantity: 1 },
  ]);
  expect(() =>
    project(
      [first, third].filter((event) => event !== undefined),
      { pools: [], reservations: [] },
    ),
  ).not.toThrow();
  expect(() =>
    project(
      [third].filter((event) => event !== undefined),
      { pools: [], reservations: [] },
    ),
  ).toThrow(/without a gap/);
});

test('a conflict and its closing are told apart, in whatever order they come', () => {
  const event = (type: string, position: number): Logged<InventoryEvent> => ({
    logId: storeId,
    position,
    occurredAt: '2026-01-01T00:00:00.000Z',
    event: { type, storeId, conflictId: 'c1' } as unknown as InventoryEvent,
  });
  const { opened, closed } = project([event('ConflictClosed', 2), event('ConflictOpened', 1)], {
    pools: [],
    reservations: [],
  });
  expect([opened.length, closed.length, opened[0]?.position, closed[0]?.position]).toEqual([1, 1, 1, 2]);
});
