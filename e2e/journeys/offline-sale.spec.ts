import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { coffee, tea } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

test('a till sells without the centre, survives closing its page, and the stock agrees afterwards', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.expectKept();
  await cable.cut();
  await till.sell(coffee);
  await till.sell(tea);
  await till.expectOffline();
  await till.expectWaiting(2);
  expect(await till.at(testIds.pill).innerText()).toMatch(/^Offline .+ · 2 waiting$/);

  await till.closePage();
  await till.openPage();
  await till.expectWhole();
  await till.expectWaiting(2);
  await till.at(testIds.tabStatus).click();
  await expect(till.at(testIds.status)).toContainText(/2 operations waiting, the oldest for \d+ s/);
  await expect(till.at(testIds.queueEntry)).toHaveCount(2);
  await till.sell(coffee);
  await till.expectWaiting(3);

  await cable.mend();
  await till.tryNow();
  await till.expectOnline();
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 2);
  expect((await central.pool(tea.sku)).onHand).toBe(tea.opening - 1);
  await till.find(coffee);
  await expect(till.at(testIds.resultStock)).toContainText(`${coffee.opening - 2} on shelf`);
});
