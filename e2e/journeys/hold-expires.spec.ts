import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { lamp, storeId } from '../fixtures/chain.ts';
import { openConflicts } from '../fixtures/conflicts.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ centralOptions: { reservationTimeoutSeconds: 2 } });

test('a hold that ran out while the till was offline is told in words, and its sale stands', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.hold(lamp);
  const hold = till.at(testIds.hold);
  await expect(hold).toHaveAttribute('data-state', 'held');
  const reservationId = await hold.getAttribute('data-reservation-id');
  await hold.getByTestId(testIds.holdHandOver).click();
  await expect(till.at(testIds.basketLine)).toBeVisible();
  await cable.cut();

  const reservation = `/api/v1/inventory/reservations/${reservationId}`;
  await expect
    .poll(async () => (await central.api.get(reservation)).body)
    .toMatchObject({ state: 'EXPIRED' });
  const web = { 'idempotency-key': 'web-order-1' };
  const bought = await central.api.post(
    '/api/v1/inventory/reserve',
    { storeId, productSku: lamp.sku, quantity: 1, reason: 'web order' },
    web,
  );
  expect(bought.status).toBe(201);
  const { reservationId: webReservation } = bought.body as { reservationId: string };
  const paid = { reservationId: webReservation, transactionId: 'web-1', customerId: 'customer-1' };
  const commit = { 'idempotency-key': 'web-payment-1' };
  expect((await central.api.post('/api/v1/inventory/commit', paid, commit)).status).toBe(200);

  await till.pay();
  await till.expectOffline();
  await cable.mend();
  await till.tryNow();
  await till.expectWaiting(0);
  await expect.poll(async () => (await openConflicts(central)).length).toBeGreaterThan(0);
  await till.at(testIds.tabConflicts).click();
  const cards = till.at(testIds.conflict);
  await expect(cards.filter({ hasText: 'The sale stands.' })).toHaveCount(1);
  await expect(cards.filter({ hasText: 'That is 1 more than the book had.' })).toHaveCount(1);
  expect(await central.pool(lamp.sku)).toMatchObject({ free: 0, held: 0 });
  await till.at(testIds.tabHolds).click();
  await expect(till.at(testIds.hold)).toHaveCount(0);
});

test('a hold that ran out unseen is given back to the shelf, and the till says so while it is offline', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.hold(lamp);
  await expect(till.at(testIds.hold)).toHaveAttribute('data-state', 'held');
  await cable.cut();
  await expect(till.at(testIds.hold)).toContainText('Time is up');
  await expect.poll(() => central.pool(lamp.sku)).toMatchObject({ free: 1, held: 0 });

  await till.at(testIds.holdRelease).click();
  await till.expectWaiting(1);
  await cable.mend();
  await till.tryNow();
  await till.expectWaiting(0);
  expect(await central.pool(lamp.sku)).toMatchObject({ free: 1, held: 0 });
  await till.at(testIds.tabHolds).click();
  await expect(till.at(testIds.hold)).toHaveCount(0);
});
