import { cp, rm } from 'node:fs/promises';
import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { z } from 'zod';
import { coffee } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

const tillsSchema = z.object({ tills: z.array(z.object({ tillId: z.string(), storeId: z.string() })) });
const codeSchema = z.object({ code: z.string() });
const conflictsSchema = z.object({ conflicts: z.array(z.object({ kind: z.string() })) });

test('a till restored from a copy is found at once, enrolled again, and loses no sale', async ({
  central,
  openTill,
}) => {
  const till = await openTill();
  const copy = `${till.profile}-copy`;
  try {
    await till.setUp(await central.newCode(), 'Till 1');
    await till.sell(coffee);
    await till.expectWaiting(0);
    await till.kill();
    await cp(till.profile, copy, { recursive: true, filter: (file) => !file.includes('Singleton') });
    await till.openBrowser();
    await till.openPage();
    await till.expectOnline();
    await till.sell(coffee);
    await till.expectWaiting(0);
    await till.kill();

    await rm(till.profile, { recursive: true });
    await cp(copy, till.profile, { recursive: true });
    await till.openBrowser();
    await till.openPage();
    await till.at(testIds.tabStatus).click();
    await expect(till.at(testIds.enrolAgain)).toBeVisible();
    // It sells on meanwhile: the customer at the counter has nothing to do with copies.
    await till.sell(coffee);
    const [{ tillId, storeId } = { tillId: '', storeId: '' }] = tillsSchema.parse(
      (await central.api.get('/api/v1/tills')).body,
    ).tills;
    const made = await central.api.post('/api/v1/enrolment-codes', { storeId, tillId });
    await till.at(testIds.tabStatus).click();
    await till.at(testIds.enrolAgain).click();
    await till.enrol(codeSchema.parse(made.body).code, 'Till 1');
    await till.expectOnline();
    await till.expectWaiting(0);
    await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 3);
    const { conflicts } = conflictsSchema.parse((await central.api.get('/api/v1/conflicts')).body);
    expect(conflicts.map(({ kind }) => kind)).toEqual(['life-forked']);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
