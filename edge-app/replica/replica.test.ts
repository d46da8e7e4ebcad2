import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { cataloguePage, productRow } from '../testing/fixtures.ts';
import { createMemoryReplica } from './memory-replica.ts';
import { describeReplica } from './replica.contract.ts';
import { openRxReplica } from './rx-replica.ts';

let tills = 0;
function anotherTill(): string {
  tills += 1;
  return `till-${tills}`;
}

describeReplica('the memory replica', async () => createMemoryReplica());
describeReplica('the RxDB replica', () => openRxReplica(anotherTill()));

describe('the RxDB replica', () => {
  it('is found again as it was left', async () => {
    const till = anotherTill();
    const first = await openRxReplica(till);
    await first.applyCatalogue(cataloguePage([productRow({ sku: '1' })]));
    await first.close();
    const again = await openRxReplica(till);
    expect((await again.product('1'))?.sku).toBe('1');
    expect((await again.checkpoints()).catalogue).not.toBeNull();
    await again.close();
  });

  it('that cannot be opened is removed and starts empty', async () => {
    const till = anotherTill();
    const first = await openRxReplica(till);
    await first.applyCatalogue(cataloguePage([productRow({ sku: '1' })]));
    await first.close();
    await spoilProducts(till);
    const again = await openRxReplica(till);
    expect(await again.productCount()).toBe(0);
    expect((await again.checkpoints()).catalogue).toBeNull();
    await again.applyCatalogue(cataloguePage([productRow({ sku: '2' })]));
    expect((await again.product('2'))?.sku).toBe('2');
    await again.close();
  });

  it('of an older version is dropped', async () => {
    globalThis.indexedDB = new IDBFactory();
    const till = anotherTill();
    await new Promise((resolve) => {
      indexedDB.open(`rxdb-dexie-gondola-replica-${till}-v0--0--products`).onsuccess = (event) => {
        (event.target as IDBOpenDBRequest).result.close();
        resolve(null);
      };
    });
    const replica = await openRxReplica(till);
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    expect(names.some((name) => name.includes('-v0--'))).toBe(false);
    await replica.close();
  });
});

/** Takes the stores out of the products' database, as a half-written or foreign one would lack them. */
async function spoilProducts(till: string): Promise<void> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
  const name = names.find((found) => found.includes(till) && found.endsWith('products')) ?? '';
  await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 9_999);
    request.onerror = reject;
    request.onblocked = reject;
    request.onupgradeneeded = () => {
      for (const store of request.result.objectStoreNames) request.result.deleteObjectStore(store);
      request.result.createObjectStore('docs', { keyPath: 'something' });
    };
    request.onsuccess = () => {
      request.result.close();
      resolve(null);
    };
  });
}
