/** Two stores with stock, over fresh databases, and the public API of their stock over real HTTP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { allotmentRoutes } from '../gateway/allotment-routes.ts';
import { conflictRoutes } from '../gateway/conflict-routes.ts';
import { inventoryRoutes } from '../gateway/inventory-routes.ts';
import { poolRoutes } from '../gateway/pool-routes.ts';
import { transferRoutes } from '../gateway/transfer-routes.ts';
import { importPortsOf } from '../import-join.ts';
import type { TestTill } from '../inventory/authority.contract.ts';
import { type InventoryService, startInventory } from '../inventory/start-inventory.ts';
import { deskOf, directoryOf } from '../join-gateway.ts';
import { type StoresService, startStores } from '../stores/start-stores.ts';
import { storeIdOfNumber } from '../stores/store-id.ts';
import { type ApiUnderTest, serveApi } from './http-api-client.ts';
import { realScheduler } from './real-scheduler.ts';
import { createTestDatabases } from './test-database.ts';

export const north = storeIdOfNumber('1');
export const south = storeIdOfNumber('2');
const nothing = (): void => undefined;
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

export interface ChainUnderTest {
  readonly inventory: InventoryService;
  /** Asked by "ana", who has a key. */
  readonly api: ApiUnderTest;
  /** What the till has written from that sequence on. */
  push(till: TestTill, first?: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens everything; `close` ends it. */
export async function openChain(): Promise<ChainUnderTest> {
  const databases = await createTestDatabases({ services: ['inventory', 'stores'] });
  const inventory = await startInventory({
    scheduler: realScheduler,
    urls: databases.urls.inventory,
    reservationTimeoutMs: 300_000,
    grantMode: 'balanced',
    allotmentMode: 'settlement-only',
    auditIntervalMs: 60_000,
    clock,
    onNews: nothing,
    onIdleError: nothing,
    observer: {
      ...{ batchDecided: nothing, batchFailed: nothing, refused: nothing },
      ...{ expired: nothing, audited: nothing, storeAudited: nothing },
    },
  });
  const stores = await startStores({
    urls: databases.urls.stores,
    clock,
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  await openShops(inventory, stores);
  const desk = deskOf(inventory, stores.register);
  const directory = directoryOf(stores.register, { hasLeft: () => false });
  const api = await serveApi(
    [
      ['/inventory', inventoryRoutes(desk, directory)],
      ['/inventory', poolRoutes(desk, directory)],
      ['/transfers', transferRoutes(desk, directory)],
      ['/allotments', allotmentRoutes(desk)],
      ['/conflicts', conflictRoutes(desk)],
    ],
    { kind: 'api', apiKeyId: 'key', name: 'ana' },
  );
  return {
    inventory,
    api,
    push: async (till, first = 1) => {
      const { identity, records } = till;
      await inventory.authority.submit({
        ...{ kind: 'journal', identity, firstSequence: first, records: records.slice(first - 1) },
      });
    },
    close: async () => {
      await api.close();
      await stores.close();
      await inventory.close();
      await databases.drop();
    },
  };
}

/** Two stores; tea and its category in the south, a little of it in the north. */
async function openShops(inventory: InventoryService, stores: StoresService): Promise<void> {
  const ports = importPortsOf(stores.register, inventory.authority);
  await ports.saveStores([
    { storeId: north, number: '1', name: 'North' },
    { storeId: south, number: '2', name: 'South' },
  ]);
  const product = { department: '', packageSize: '', brand: '', ean: '', priceMinor: 100 };
  await ports.saveProducts([
    { ...product, sku: 'tea', name: 'Tea', category: 'HOT DRINKS' },
    { ...product, sku: 'mate', name: 'Mate', category: 'HOT DRINKS' },
    { ...product, sku: 'soap', name: 'Soap', category: 'CLEANING' },
  ]);
  const receipt = (storeId: string, sku: string, quantity: number) => ({
    operationId: `import:${storeId}/${sku}`,
    ...{ storeId, documentId: 'opening', lines: [{ sku, quantity }] },
  });
  await ports.submitReceipts([
    receipt(north, 'tea', 2),
    receipt(north, 'mate', 7),
    receipt(north, 'soap', 50),
    receipt(south, 'tea', 40),
  ]);
}
