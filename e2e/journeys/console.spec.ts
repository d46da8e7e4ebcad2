import { navTo, testIds } from '@gondola/central/console/web/test-ids.ts';
import { coffee, lamp, storeId } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ locale: 'en-GB' });

test('the console opens by its link once, and shows store, till, conflict and each event as it happens', async ({
  central,
  openTill,
  page,
  browser,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await page.goto(central.consoleLink);
  await expect(page.getByTestId(testIds.frame)).toBeVisible();
  await expect(page.getByTestId(testIds.feedState)).toHaveAttribute('data-state', 'live');
  await expect(page.locator(`[data-testid="${testIds.tile}"][data-store-id="${storeId}"]`)).toBeVisible();

  await page.getByTestId(navTo('stores')).click();
  await page
    .locator(`[data-testid="${testIds.storeRow}"][data-store-id="${storeId}"]`)
    .getByRole('link')
    .first()
    .click();
  await expect(page.getByTestId(testIds.storePage)).toContainText('North Street');
  await expect(page.getByTestId(testIds.tillRow)).toContainText('Till 1');
  await expect(page.getByTestId(testIds.tillRow)).toHaveAttribute('data-online', 'true');

  await page.getByTestId(navTo('events')).click();
  await expect(page.getByTestId(testIds.eventRow).first()).toBeVisible();
  const newest = Number(await page.getByTestId(testIds.eventRow).first().getAttribute('data-position'));
  await till.sell(coffee);
  await expect
    .poll(async () => Number(await page.getByTestId(testIds.eventRow).first().getAttribute('data-position')))
    .toBeGreaterThan(newest);
  const sold = page.locator(`[data-testid="${testIds.eventRow}"][data-type="OperationDecided"]`).first();
  await expect(sold).toContainText('Sale recorded');
  expect(Number(await sold.getAttribute('data-position'))).toBeGreaterThan(newest);

  await till.sell(lamp);
  await till.sell(lamp);
  await page.getByTestId(navTo('conflicts')).click();
  const conflict = page.getByTestId(testIds.conflict);
  await expect(conflict).toHaveCount(1);
  await expect(conflict).toContainText(lamp.name);
  await conflict.getByTestId(testIds.conflictClose).click();
  await page.getByTestId(testIds.conflictReason).fill('counted, one was missing');
  await page.getByTestId(testIds.conflictConfirm).click();
  await expect
    .poll(async () => (await central.api.get('/api/v1/conflicts?state=OPEN')).body)
    .toEqual({ conflicts: [] });

  // The link is spent: a second browser that has it learns so, and sees nothing.
  const stranger = await browser.newPage();
  await stranger.goto(central.consoleLink);
  await expect(stranger.getByTestId(testIds.signedOut)).toHaveAttribute('data-why', 'link-refused');
  await stranger.close();
});
