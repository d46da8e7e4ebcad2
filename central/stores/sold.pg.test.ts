/** Goal: units sold are counted once, and belong to the log they were counted from. */
import { randomBytes, randomUUID } from 'node:crypto';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, test } from 'vitest';
import { createEmbeddedBus } from '../events/embedded-bus.ts';
import { ListedLog } from '../events/testing/listed-log.ts';
import { createSupervisor } from '../platform/service.ts';
import { createTestDatabases } from '../testing/test-database.ts';
import { startStores } from './start-stores.ts';

const storeId = derivedUuid('store');
const sold = (sku: string, quantity: number) => ({
  ...{
    type: 'ItemsSold',
    storeId,
    sku,
    operationId: null,
    poolVersion: 1,
    quantity,
    basketId: derivedUuid(sku),
  },
  ...{ unitPriceMinor: 100, excess: 0, movements: [{ from: 'F', to: 'W', quantity }] },
});

test('when another log takes the place of the old one, sales are counted again from its beginning', async () => {
  const databases = await createTestDatabases({ services: ['stores'] });
  const service = await startStores({
    urls: databases.urls.stores,
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  const failures: unknown[] = [];
  const supervisor = createSupervisor({ onFailure: ({ error }) => failures.push(error) });
  const log = new ListedLog('first');
  const best = () => service.register.bestSellers(storeId, 9);
  try {
    for (const part of service.parts(createEmbeddedBus([log]))) supervisor.start(part);
    log.append(sold('tea', 2), sold('jam', 5), sold('tea', 1));
    await expect.poll(best, { timeout: 20_000 }).toEqual([
      { sku: 'jam', units: 5 },
      { sku: 'tea', units: 3 },
    ]);
    log.replace('second', [sold('tea', 2)]);
    await expect.poll(best, { timeout: 20_000 }).toEqual([{ sku: 'tea', units: 2 }]);
    expect(failures).toEqual([]);
  } finally {
    await supervisor.stop();
    await service.close();
    await databases.drop();
  }
});
