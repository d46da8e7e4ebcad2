import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { expect, test } from 'vitest';
import { consumeBatch } from './consume.ts';
import { decideNotices, EMPTY_LEVEL } from './decide.ts';

const storeId = '00000000-0000-4000-8000-000000000001';
const logged = (event: object, position = 1) => ({
  logId: '00000000-0000-4000-8000-000000000009',
  position,
  occurredAt: '2026-01-01T12:00:00.000Z',
  event: {
    storeId,
    sku: 'milk',
    operationId: null,
    poolVersion: position,
    ...event,
  } as unknown as InventoryEvent,
});
const received = (quantity: number) => ({
  type: 'GoodsReceived',
  quantity,
  movements: [{ from: 'W', to: 'F', quantity }],
});
const sold = (quantity: number, excess = 0) => ({
  type: 'ItemsSold',
  quantity,
  excess,
  movements: [
    ...(quantity > excess ? [{ from: 'F', to: 'W', quantity: quantity - excess }] : []),
    ...(excess > 0 ? [{ from: 'D', to: 'W', quantity: excess }] : []),
  ],
});
const held = (quantity: number) => ({
  type: 'ReservationHeld',
  quantity,
  movements: [{ from: 'F', to: 'V', quantity }],
});
const released = (quantity: number) => ({
  type: 'ReservationReleased',
  quantity,
  movements: [{ from: 'V', to: 'F', quantity }],
});

function noticesOf(...events: object[]): string[] {
  const { notices } = consumeBatch(
    events.map((event, index) => logged(event, index + 1)),
    [],
  );
  return notices.map((notice) => `${notice.kind} at ${notice.position}, ${notice.quantity}`);
}

test('a pool is low at a tenth of what it was filled to, told once per filling', () => {
  expect(noticesOf(received(100), sold(89), sold(1), sold(5))).toEqual(['low-stock at 3, 10']);
  expect(noticesOf(received(100), sold(95), received(95), sold(90), sold(1))).toEqual([
    'low-stock at 2, 5',
    'low-stock at 4, 10',
  ]);
  expect(noticesOf(received(3), sold(2), sold(1))).toEqual(['low-stock at 3, 0']);
});

test('a hold can make a pool low; its release is no filling and does not tell again', () => {
  expect(noticesOf(received(10), held(9), released(9), held(9))).toEqual(['low-stock at 2, 1']);
});

test('a pool that was never filled is not low', () => {
  expect(noticesOf(sold(2, 2), { type: 'RecountFlagged', movements: [] })).toEqual([]);
});

test('a conflict is told by its kind, with an id that belongs to its event', () => {
  const refused = { type: 'ConflictOpened', kind: 'provisional-refused', quantity: 1, conflictId: 'c' };
  expect(noticesOf(refused, { ...refused, kind: 'deficit', quantity: 4 })).toEqual([
    'conflict-opened at 1, 1',
    'deficit-raised at 2, 4',
  ]);
  const [first] = decideNotices(logged(refused), EMPTY_LEVEL).notices;
  expect(first?.noticeId).toBe('00000000-0000-4000-8000-000000000009:1:conflict-opened');
});

test('what other tills may still repay is told only when it is due', () => {
  const pending = { type: 'ConflictOpened', kind: 'deficit', state: 'PENDING', quantity: 4, conflictId: 'c' };
  expect(noticesOf(pending, { type: 'ConflictDue', conflictId: 'c', quantity: 1 })).toEqual([
    'deficit-raised at 2, 1',
  ]);
});

test('a batch goes on from the levels that were loaded', () => {
  const loaded = [{ storeId, sku: 'milk', free: 11, filledTo: 100, toldLow: false }];
  const { notices, levels } = consumeBatch([logged(sold(1))], loaded);
  expect(notices).toHaveLength(1);
  expect(levels).toEqual([{ storeId, sku: 'milk', free: 10, filledTo: 100, toldLow: true }]);
});
