import { testIds } from '@gondola/central/console/web/test-ids.ts';
import { sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import type { Central } from '../fixtures/central.ts';
import { coffee, storeId, tea } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ locale: 'en-GB' });

const allotmentsSchema = z.object({
  allotments: z.array(z.object({ tillId: z.uuid(), state: z.string(), unspent: z.int() })),
});

async function allotmentOf(central: Central, sku: string) {
  const { body } = await central.api.get(`/api/v1/allotments?storeId=${storeId}&sku=${sku}`);
  return allotmentsSchema.parse(body).allotments[0];
}

async function leased(central: Central, sku: string): Promise<void> {
  await expect
    .poll(async () => (await allotmentOf(central, sku))?.unspent ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);
}

async function openPool(central: Central, page: Page, sku: string): Promise<void> {
  await page.goto(`${central.url}/console/stock/${storeId}?sku=${sku}`);
  await expect(page.getByTestId(testIds.poolPage)).toBeVisible();
}

const choose = (page: Page, choice: string) =>
  page.locator(`[data-testid="${testIds.policyChoice}"][data-choice="${choice}"]`).check();

test('how far tills may promise unsure is changed on what was seen', async ({ central, page }) => {
  const path = `/api/v1/inventory/${storeId}/${tea.sku}/policy`;
  await page.goto(central.consoleLink);
  await expect(page.getByTestId(testIds.frame)).toBeVisible();
  await openPool(central, page, tea.sku);
  const shown = page.getByTestId(testIds.policy);
  await expect(shown).toHaveAttribute('data-units', 'none');

  await page.getByTestId(testIds.policyChange).click();
  await choose(page, 'some');
  await page.getByTestId(testIds.policyUnits).fill('4');
  await page.getByTestId(testIds.policySave).click();
  await expect(page.getByTestId(testIds.actDone)).toBeVisible();
  await expect(shown).toHaveAttribute('data-units', '4');

  await page.getByTestId(testIds.policyChange).click();
  await choose(page, 'none');
  const body = JSON.stringify({ provisionalMaxUnits: 0 });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'other', 'if-match': '"1"' };
  expect((await central.api.send(path, { method: 'PUT', body, headers })).status).toBe(200);
  await page.getByTestId(testIds.policySave).click();
  const problem = page.getByTestId(testIds.actProblem);
  await expect(problem).toHaveAttribute('data-stale', 'true');
  await expect(page.getByTestId(testIds.policySave)).toBeDisabled();
  await page.getByTestId(testIds.lookAgain).click();
  await expect(problem).toHaveCount(0);
  await expect(page.locator(`[data-testid="${testIds.policyChoice}"][data-choice="zero"]`)).toBeChecked();
  await choose(page, 'none');
  await page.getByTestId(testIds.policySave).click();
  await expect(shown).toHaveAttribute('data-units', 'none');
  expect((await central.api.get(path)).body).toMatchObject({ provisionalMaxUnits: null, version: 3 });
});

test('what tills hold is asked back, and taken back from one that is gone by two people', async ({
  central,
  openTill,
  page,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await leased(central, tea.sku);
  await leased(central, coffee.sku);
  await page.goto(central.consoleLink);
  await expect(page.getByTestId(testIds.frame)).toBeVisible();

  await openPool(central, page, tea.sku);
  const row = page.getByTestId(testIds.allotmentRow);
  await expect(row).toHaveAttribute('data-state', 'ACTIVE');
  await page.getByTestId(testIds.allotmentClose).click();
  await page.getByTestId(testIds.closeReason).fill('stocktake tomorrow');
  await page.getByTestId(testIds.closeConfirm).click();
  await expect(page.getByTestId(testIds.actDone)).toBeVisible();
  await expect(row).toHaveAttribute('data-state', 'SETTLED');
  await expect.poll(async () => (await central.pool(tea.sku)).free).toBe(tea.opening);

  await till.closePage();
  await openPool(central, page, coffee.sku);
  const units = Number(await row.getAttribute('data-units'));
  const { tillId } = must(await allotmentOf(central, coffee.sku), 'coffee is leased');
  await row.getByTestId(testIds.allotmentForce).click();
  await page.getByTestId(testIds.forceReason).fill('the till burnt');
  await page.getByTestId(testIds.forcedBy).fill('Ana');
  await page.getByTestId(testIds.approvedBy).fill('ana ');
  await page.getByTestId(testIds.forceUnits).fill(String(units));
  const confirm = page.getByTestId(testIds.forceConfirm);
  await expect(confirm).toBeDisabled();
  await page.getByTestId(testIds.approvedBy).fill('Bruno');
  await page.getByTestId(testIds.forceUnits).fill(String(units + 1));
  await expect(confirm).toBeDisabled();
  await page.getByTestId(testIds.forceUnits).fill(String(units));

  // Somebody else acts between the look and the confirmation.
  const close = { storeId, tillId, productSku: coffee.sku, reason: 'meanwhile' };
  const closed = await central.api.post('/api/v1/allotments/close', close, { 'idempotency-key': 'c' });
  expect(closed.body).toEqual({ closing: 1, remaining: 0 });
  await confirm.click();
  await expect(page.getByTestId(testIds.actProblem)).toHaveAttribute('data-stale', 'true');
  await expect(row).toHaveAttribute('data-state', 'CLOSING');
  await page.getByTestId(testIds.lookAgain).click();
  await page.getByTestId(testIds.forceUnits).fill(String(units));
  await confirm.click();
  await expect(page.getByTestId(testIds.actDone)).toBeVisible();
  await expect(row).toHaveAttribute('data-state', 'FORCED');
  await expect.poll(async () => (await central.pool(coffee.sku)).free).toBe(coffee.opening);
});

test('a till is asked for all that it holds before it goes out of service', async ({
  central,
  openTill,
  page,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await leased(central, coffee.sku);
  await page.goto(central.consoleLink);
  await expect(page.getByTestId(testIds.frame)).toBeVisible();
  await page.goto(`${central.url}/console/stores/${storeId}`);
  await page.getByTestId(testIds.tillRow).getByTestId(testIds.allotmentClose).click();
  await page.getByTestId(testIds.closeReason).fill('goes to the workshop');
  await page.getByTestId(testIds.closeConfirm).click();
  await expect(page.getByTestId(testIds.actDone)).toBeVisible();
  await expect
    .poll(async () => {
      const { body } = await central.api.get(`/api/v1/allotments?storeId=${storeId}&limit=500`);
      return allotmentsSchema.parse(body).allotments.filter(({ state }) => state !== 'SETTLED').length;
    })
    .toBe(0);
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening, allotted: 0 });
});

const enrolledSchema = z.object({ tillId: z.uuid(), life: z.int(), token: z.string() });
const pulledSchema = z.object({
  inventory: z.object({ checkpoint: z.object({ logId: z.uuid() }), head: z.int() }),
});

/** Counts by a till's own words on the wire, as of now. */
async function count(central: Central, sku: string, quantity: number): Promise<void> {
  const enrolment = { code: await central.newCode(), tillName: 'Counting till' };
  const enrolled = await central.api.post('/sync/v1/enrol', enrolment, { authorization: '' });
  const { tillId, life, token } = enrolledSchema.parse(enrolled.body);
  const authorization = `Bearer ${token}`;
  const common = { protocolVersion: PROTOCOL_VERSION, life };
  const pulled = await central.api.post(
    '/sync/v1/pull',
    { ...common, inventory: null, catalogue: null, rowsMax: 100 },
    { authorization },
  );
  const { checkpoint, head } = pulledSchema.parse(pulled.body).inventory;
  const counted = { type: 'count', sku, quantity, checkpoint: { ...checkpoint, position: head } };
  const record = sealRecord(
    { storeId, tillId, life },
    { sequence: 0, hash: GENESIS_HASH },
    {
      ...{ recordedAt: new Date().toISOString(), label: 'RECORDED', seen: null },
      body: counted,
    },
  );
  const waiting = { count: 0, oldestRecordedAt: null };
  const push = { ...common, firstSequence: 1, records: [record.raw], waiting };
  expect((await central.api.post('/sync/v1/push', push, { authorization })).status).toBe(200);
}

test('a count says how much of it may be paid for and not collected', async ({ central, page }) => {
  const reserve = { storeId, productSku: tea.sku, quantity: 3, reason: 'web' };
  const held = await central.api.post('/api/v1/inventory/reserve', reserve, { 'idempotency-key': 'r' });
  const { reservationId } = z.object({ reservationId: z.uuid() }).parse(held.body);
  const commit = { reservationId, transactionId: 't', customerId: 'c' };
  await central.api.post('/api/v1/inventory/commit', commit, { 'idempotency-key': 'c' });
  // Everything stands on the shelf still: three more than the book has.
  await count(central, tea.sku, tea.opening);
  await page.goto(central.consoleLink);
  await expect(page.getByTestId(testIds.frame)).toBeVisible();
  await openPool(central, page, tea.sku);
  const counted = page.locator(`[data-testid="${testIds.historyEntry}"][data-type="StockCounted"]`);
  const committed = counted.getByTestId(testIds.countCommitted);
  await expect(committed).toHaveAttribute('data-units', '3');
  await expect(committed).toHaveAttribute('data-explained', '3');
});
