import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { coffee, productCount, tea } from '../fixtures/chain.ts';
import { damageReplica, type ReplicaDamage } from '../fixtures/replica-damage.ts';
import { expect, test } from '../fixtures/test.ts';

const damages: readonly [string, ReplicaDamage][] = [
  ['deleted', 'delete-all'],
  ['emptied of its products', 'empty-products'],
  ['half deleted', 'delete-half'],
];

for (const [words, damage] of damages) {
  test(`a replica that was ${words} is pulled again, and no sale is lost`, async ({
    central,
    cable,
    openTill,
  }) => {
    const till = await openTill();
    await till.setUp(await central.newCode(), 'Till 1');
    await till.sell(coffee);
    await till.expectWaiting(0);
    await cable.cut();
    await till.sell(tea);
    await till.expectWaiting(1);
    await till.closePage();
    expect(await damageReplica(till, damage)).toBeGreaterThan(0);

    await cable.mend();
    await till.openPage();
    await till.expectWhole();
    await till.expectOnline();
    await till.expectWaiting(0);
    await expect.poll(async () => (await central.pool(tea.sku)).onHand).toBe(tea.opening - 1);
    expect((await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);
    await till.find(coffee);
    await expect(till.at(testIds.resultStock)).toContainText(`${coffee.opening - 1} on shelf`);
    await till.find(tea);
    await expect(till.at(testIds.resultStock)).toContainText(`${tea.opening - 1} on shelf`);
    await till.sell(tea);
    await till.expectWaiting(0);
    await expect(till.at(testIds.pill)).toHaveAttribute('data-catalogue', String(productCount));
  });
}
