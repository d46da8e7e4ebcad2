import { coffee, tea } from '../fixtures/chain.ts';
import { expect, test } from '../fixtures/test.ts';

test('a centre killed while it takes a push has lost nothing and doubled nothing after its restart', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await cable.cut();
  for (const article of [coffee, tea, coffee, tea, coffee]) await till.sell(article);
  await till.expectWaiting(5);

  // What the centre answered is lost on the way: the till cannot know whether its push was decided.
  const lost = new Promise<void>((resolve) => cable.loseNextPushAnswer(resolve));
  await cable.mend();
  await till.tryNow();
  await lost;
  await central.kill();
  await till.expectWaiting(5);
  await till.sell(coffee);

  await central.startAgain();
  await cable.mend();
  await till.tryNow();
  await till.expectOnline();
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 4);
  expect((await central.pool(tea.sku)).onHand).toBe(tea.opening - 2);
});

test('a centre killed before it can answer a push gets the same records again', async ({
  central,
  cable,
  openTill,
}) => {
  const till = await openTill();
  await till.setUp(await central.newCode(), 'Till 1');
  await cable.cut();
  for (const article of [coffee, coffee, tea]) await till.sell(article);
  const pushed = new Promise<void>((resolve) => cable.onNextPush(resolve));
  await cable.mend();
  await till.tryNow();
  await pushed;
  await central.kill();
  await central.startAgain();
  await till.tryNow();
  await till.expectOnline();
  await till.expectWaiting(0);
  await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 2);
  expect((await central.pool(tea.sku)).onHand).toBe(tea.opening - 1);
});
