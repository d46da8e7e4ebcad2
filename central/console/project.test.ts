/** Goal: the read model is the fold of the events, however they are cut into batches. */

import type { InventoryEvent, Logged } from '@gondola/shared/schemas/events.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Before, project } from './project.ts';

const storeId = '00000000-0000-4000-8000-000000000001';

const nothing: Before = { pools: [], reservations: [], parked: [] };

/** Rows after all events, folded in batches of these sizes. */
function fold(events: readonly Logged<InventoryEvent>[], sizes: readonly number[]) {
  const pools = new Map<string, Before['pools'][number]>();
  const reservations = new Map<string, Before['reservations'][number]>();
  const verdicts = new Map<string, number>();
  const onHand = new Map<number, number>();
  let start = 0;
  for (let turn = 0; start < events.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const before = { pools: [...pools.values()], reservations: [...reservations.values()], parked: [] };
    const projection = project(events.slice(start, start + size), before);
    for (const [verdict, count] of projection.verdicts)
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + count);
    for (const [position, quantity] of projection.onHandAfter) onHand.set(position, quantity);
    for (const pool of projection.pools) pools.set(pool.sku, pool);
    for (const row of projection.reservations) reservations.set(row.reservationId, row);
    start += size;
  }
  return { pools: [...pools.values()], reservations: [...reservations.values()], verdicts, onHand };
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

test('a pool with an event that cannot be folded is parked from there on, with the reason; all others go on', () => {
  const [first, , second, , third, , other] = historyOf([
    { kind: 'receive', sku: 'a', quantity: 1 },
    { kind: 'receive', sku: 'a', quantity: 1 },
    { kind: 'receive', sku: 'a', quantity: 1 },
    { kind: 'receive', sku: 'b', quantity: 4 },
  ]);
  const some = (...events: (Logged<InventoryEvent> | undefined)[]) =>
    events.filter((event) => event !== undefined);
  const gap = project(some(first, third, other), nothing);
  expect(gap.parked).toEqual([
    expect.objectContaining({
      storeId,
      sku: 'a',
      position: 5,
      reason: expect.stringMatching(/3 came after version 1/),
    }),
  ]);
  expect(gap.pools).toMatchObject([
    { sku: 'a', free: 1, version: 1 },
    { sku: 'b', free: 4 },
  ]);
  expect([...gap.onHandAfter]).toEqual([
    [1, 1],
    [7, 4],
  ]);
  // Once parked, not even the event that was missing changes it.
  const later = project(some(second), { ...gap, parked: [{ storeId, sku: 'a' }] });
  expect([later.pools, later.parked]).toEqual([[], []]);
});

test('a pool is parked too when an event takes what it does not have', () => {
  const taken = {
    type: 'ItemsSold',
    storeId,
    sku: 'a',
    poolVersion: 1,
    movements: [{ from: 'F', to: 'W', quantity: 2 }],
  };
  const event = taken as unknown as InventoryEvent;
  const { parked, pools } = project([{ logId: storeId, position: 1, occurredAt: '', event }], nothing);
  expect([parked[0]?.reason, pools]).toEqual([expect.stringMatching(/never negative/), []]);
});

test('a conflict and its closing are told apart, in whatever order they come', () => {
  const event = (type: string, position: number): Logged<InventoryEvent> => ({
    logId: storeId,
    position,
    occurredAt: '2026-01-01T00:00:00.000Z',
    event: { type, storeId, conflictId: 'c1' } as unknown as InventoryEvent,
  });
  const { opened, closed } = project([event('ConflictClosed', 2), event('ConflictOpened', 1)], nothing);
  expect([opened.length, closed.length, opened[0]?.position, closed[0]?.position]).toEqual([1, 1, 1, 2]);
});
