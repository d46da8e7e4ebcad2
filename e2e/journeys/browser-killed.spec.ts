import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { coffee } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';
import type { Till } from '../fixtures/till.ts';

async function openAgain(till: Till): Promise<void> {
  await till.openBrowser();
  await till.openPage();
  await till.expectWhole();
  await till.expectOnline();
}

test('a browser killed before paying comes back with the basket, which is sold once', async ({
  central,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.add(coffee);
  await till.at(testIds.pay).click();
  await expect(till.at(testIds.tender)).toBeVisible();
  await till.kill();
  await openAgain(till);
  await expect(till.at(testIds.recovery)).toContainText('Unfinished sale found. Nothing of it was recorded.');
  await till.at(testIds.recoveryKeep).click();
  await till.pay();
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);
});

test('a browser killed the moment Pay is pressed leaves the sale there once, whatever was on disk', async ({
  central,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.add(coffee);
  await till.at(testIds.pay).click();
  await till.at(testIds.tenderExact).click();
  // Pressed inside the page, so that nothing waits for what comes of it.
  await till.at(testIds.tenderFinish).evaluate((key: HTMLElement) => key.click());
  await till.kill();
  await openAgain(till);
  await till.finishRecovery();
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);
});

test('a browser killed at the receipt has the sale, sends it, and does not ask for it again', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await cable.cut();
  await till.add(coffee);
  const number = await till.pay();
  await till.kill();
  await cable.mend();
  await openAgain(till);
  // The draft may have been cleared in time or not; never may the basket be offered for sale again.
  await expect(till.at(testIds.basketLine)).toHaveCount(0);
  const recovery = till.at(testIds.recovery);
  for (const text of await recovery.allInnerTexts()) expect(text).toContain(number.replace('Receipt ', ''));
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);
});
