import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { coffee, tea } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

test('a till whose socket is blocked sends its sales and hears of others by asking', async ({
  central,
  openTill,
}) => {
  const blocked = await openTill();
  let refused = 0;
  await blocked.page.route('**/socket.io/**', (route) => {
    refused += 1;
    return route.abort();
  });
  await blocked.setUp(await central.newCode(), 'Till 1');
  await blocked.sell(coffee);
  await blocked.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);

  const other = await openTill();
  await other.setUp(await central.newCode(), 'Till 2');
  await other.sell(tea);
  await other.expectWaiting(0);
  await blocked.find(tea);
  // By the poll, which comes every quarter of a minute.
  await expect(blocked.at(testIds.resultStock)).toContainText(`${tea.opening - 1} on shelf`, {
    timeout: 30_000,
  });
  expect(refused).toBeGreaterThan(0);
});
