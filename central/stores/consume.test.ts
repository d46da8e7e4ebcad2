import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { expect, test } from 'vitest';
import { countSold } from './consume.ts';

const event = (type: string, more: object) =>
  ({ type, storeId: 's', sku: 'milk', ...more }) as unknown as InventoryEvent;

test('sales and holds bought on the web count, collected ones stand in their sale, returns count back, the rest does not', () => {
  const counted = countSold([
    event('ItemsSold', { quantity: 5 }),
    event('ItemsSold', { quantity: 2, sku: 'bread' }),
    event('ItemsReturned', { quantity: 1 }),
    event('ReservationCommitted', { quantity: 3, takenQuantity: 3, transactionId: 'web-1' }),
    event('ReservationCommitted', { quantity: 4, takenQuantity: 3, transactionId: null }),

    event('GoodsReceived', { quantity: 100 }),
    event('OperationDecided', {}),
  ]);
  expect(counted).toEqual([
    { storeId: 's', sku: 'milk', units: 7 },
    { storeId: 's', sku: 'bread', units: 2 },
  ]);
});
