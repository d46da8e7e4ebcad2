import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import type { Page } from '@playwright/test';
import { coffee, tea } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

/** As a keyboard wedge does it: the whole code at once, then Enter. */
async function scan(page: Page, code: string): Promise<void> {
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

test('a sale, a waiting basket, a split payment and a return by keyboard alone', async ({
  central,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  const { page } = till;
  await scan(page, coffee.sku);
  await expect(till.at(testIds.total)).toContainText('4.50');

  await page.keyboard.press('+');
  await expect(till.at(testIds.total)).toContainText('9.00');
  await page.keyboard.press('-');
  await page.keyboard.press('-');
  await expect(till.at(testIds.total)).toContainText('4.50');

  await page.keyboard.press('F7');
  await page.keyboard.type('10', { delay: 80 });
  await expect(till.at(testIds.adjustAfter)).toContainText('4.05');
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.total)).toContainText('4.05');

  await page.keyboard.press('F8');
  await expect(till.at(testIds.basketLine)).toHaveCount(0);
  await page.reload();
  await till.expectWhole();
  await page.keyboard.press('F8');
  await expect(till.at(testIds.parkedBasket)).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.total)).toContainText('4.05');

  await page.keyboard.press('F9');
  await page.keyboard.type('200', { delay: 80 });
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.tenderTaken)).toHaveCount(1);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('4242424242424242', { delay: 5 });
  await page.keyboard.press('Tab');
  await page.keyboard.type('4242');
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.notice)).toContainText('number of a card');
  await till.at(testIds.tenderReference).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('004512');
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.receipt)).toBeVisible();
  await expect(till.at(testIds.slip)).toContainText('Card **** 4242');
  await expect(till.at(testIds.slip)).toContainText('004512');
  const number = (await till.at(testIds.receiptNumber).innerText()).replace(/^\D+/, '');

  await page.keyboard.press('F10');
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.returnLine)).toHaveCount(1);
  await till.at(testIds.returnQuantity).focus();
  await page.keyboard.type('1');
  await till.at(testIds.returnRecord).focus();
  await page.keyboard.press('Enter');
  await expect(till.at(testIds.slip)).toContainText(`Of receipt ${number}`);
  await expect(till.at(testIds.slip)).toContainText('4.05');
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening);
});

test('the same by touch alone', async ({ central, openTill }) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await till.at(testIds.noSale).click();
  await expect(till.at(testIds.notice)).toContainText('Drawer opened');
  await till.add(coffee);
  await till.add(tea);
  await till.at(testIds.lineAdjust).first().click();
  await till.page.locator(`[data-testid="${testIds.adjustKind}"][data-choice="price"]`).click();
  for (const key of ['4', '00'])
    await till
      .at(testIds.tenderKey)
      .filter({ hasText: new RegExp(`^${key}$`) })
      .click();
  await till.at(testIds.adjustApply).click();
  await expect(till.at(testIds.notice)).toContainText('reason');
  await till.at(testIds.adjustReason).first().click();
  await till.at(testIds.adjustApply).click();
  await expect(till.at(testIds.total)).toContainText('7.25');

  await till.at(testIds.park).click();
  await till.at(testIds.parkedOpen).click();
  await till.at(testIds.parkedTake).click();
  await till.at(testIds.pay).click();
  await till.page.locator(`[data-testid="${testIds.tenderKind}"][data-choice="pix"]`).click();
  await till.at(testIds.tenderReference).fill('E00416968202611241230abcdEFGH123');
  await till.at(testIds.tenderExact).click();
  await till.at(testIds.tenderFinish).click();
  const slip = till.at(testIds.slip);
  await expect(slip).toContainText('was');
  await expect(slip).toContainText('Pix');
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(tea.sku)).onHand).toBe(tea.opening - 1);
});
