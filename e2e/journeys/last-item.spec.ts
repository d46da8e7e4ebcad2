import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { lamp, storeId } from '../fixtures/chain.ts';
import { openConflicts } from '../fixtures/conflicts.ts';
import { expect, test } from '../fixtures/test.ts';

test('of two tills that hold the last item apart, one keeps its promise and the other reads why not', async ({
  central,
  layCable,
  openTill,
}) => {
  const cables = [await layCable(), await layCable()];
  const tills = await Promise.all(cables.map((cable) => openTill(cable)));
  for (const [index, till] of tills.entries()) await till.setUp(await central.newCode(), `Till ${index + 1}`);
  for (const cable of cables) await cable.cut();
  for (const till of tills) {
    await till.hold(lamp);
    await expect(till.at(testIds.hold)).toHaveAttribute('data-state', 'pending');
    await expect(till.at(testIds.hold)).toContainText('Do not promise it yet');
  }
  for (const cable of cables) await cable.mend();
  await Promise.all(tills.map((till) => till.tryNow()));
  for (const till of tills) await till.expectWaiting(0);

  await expect.poll(async () => (await openConflicts(central)).length).toBe(1);
  expect(await central.pool(lamp.sku)).toMatchObject({ free: 0, held: 1 });
  const [conflict] = await openConflicts(central);
  const loserId = must(conflict?.tillId, 'the conflict names the till that made the promise');
  const { body } = await central.api.get(`/api/v1/tills?storeId=${storeId}`);
  const names = (body as { tills: { tillId: string; name: string }[] }).tills;
  const loserName = names.find(({ tillId }) => tillId === loserId)?.name;
  const [loser, winner] = loserName === 'Till 1' ? tills : tills.toReversed();

  await must(loser, 'one of two').at(testIds.tabConflicts).click();
  const card = must(loser, 'one of two').at(testIds.conflict);
  await expect(card).toHaveCount(1, { timeout: 30_000 });
  await expect(card).toContainText(`The customer was told: held, provisionally (1 × ${lamp.name}).`);
  await expect(card).toContainText('Someone else had the last ones.');
  await expect(card).toContainText('Tell the customer.');
  await must(winner, 'the other of two').at(testIds.tabHolds).click();
  await expect(must(winner, 'the other of two').at(testIds.hold)).toHaveAttribute('data-state', 'held');
});

test('of two tills that sell the last item apart, both sales stand and the excess is a conflict to count', async ({
  central,
  layCable,
  openTill,
}) => {
  const cables = [await layCable(), await layCable()];
  const tills = await Promise.all(cables.map((cable) => openTill(cable)));
  for (const [index, till] of tills.entries()) await till.setUp(await central.newCode(), `Till ${index + 1}`);
  for (const cable of cables) await cable.cut();
  for (const till of tills) await till.sell(lamp);
  for (const cable of cables) await cable.mend();
  await Promise.all(tills.map((till) => till.tryNow()));
  for (const till of tills) await till.expectWaiting(0);

  await expect.poll(async () => (await openConflicts(central)).map(({ kind }) => kind)).toEqual(['deficit']);
  expect(await central.pool(lamp.sku)).toMatchObject({ free: 0, deficit: 1 });
  for (const till of tills) {
    await till.at(testIds.tabConflicts).click();
    // By a poke, or by the poll when the socket has not come back yet.
    await expect(till.at(testIds.conflict)).toContainText('The sale stands.', { timeout: 30_000 });
    await expect(till.at(testIds.conflict)).toContainText('That is 1 more than the book had.');
  }
});
