/** Goal: notices and levels belong to the log they were made from. */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, test } from 'vitest';
import { createEmbeddedBus } from '../events/embedded-bus.ts';
import { ListedLog } from '../events/testing/listed-log.ts';
import { createSupervisor } from '../platform/service.ts';
import { createTestDatabases } from '../testing/test-database.ts';
import { startNotifications } from './start-notifications.ts';

const storeId = derivedUuid('store');
const pool = { storeId, sku: 'milk', operationId: null };
const received = (poolVersion: number, quantity: number) => ({
  ...{ type: 'GoodsReceived', ...pool, poolVersion, quantity },
  movements: [{ from: 'W', to: 'F', quantity }],
});
const sold = (poolVersion: number, quantity: number) => ({
  ...{ type: 'ItemsSold', ...pool, poolVersion, quantity, basketId: derivedUuid(`${poolVersion}`) },
  ...{ unitPriceMinor: 100, excess: 0 },
  movements: [{ from: 'F', to: 'W', quantity }],
});

test('when another log takes the place of the old one, its notices are told again and no others stand', async () => {
  const databases = await createTestDatabases({ services: ['notifications'] });
  const service = await startNotifications({ urls: databases.urls.notifications });
  const failures: unknown[] = [];
  const supervisor = createSupervisor({ onFailure: ({ error }) => failures.push(error) });
  const log = new ListedLog('first');
  const quantities = async () => (await service.latest(9)).map(({ quantity }) => quantity);
  try {
    for (const part of service.parts(createEmbeddedBus([log]))) supervisor.start(part);
    log.append(received(1, 100), sold(2, 60), sold(3, 35));
    await expect.poll(quantities, { timeout: 20_000 }).toEqual([5]);
    log.replace('second', [received(1, 100), sold(2, 60)]);
    await expect.poll(quantities, { timeout: 20_000 }).toEqual([]);
    log.append(sold(3, 32));
    await expect.poll(quantities, { timeout: 20_000 }).toEqual([8]);
    expect(failures).toEqual([]);
  } finally {
    await supervisor.stop();
    await service.close();
    await databases.drop();
  }
});
