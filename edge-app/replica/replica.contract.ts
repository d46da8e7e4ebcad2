import { describe, expect, it } from 'vitest';
import type { Replica } from '../checkout/ports.ts';
import {
  cataloguePage,
  IDENTITY,
  inventoryPage,
  LOG,
  OTHER_LOG,
  policyRow,
  poolRow,
  productRow,
  reservationRow,
  uuid,
  verdictRow,
} from '../testing/fixtures.ts';

/** What every replica must do, whatever it is made of. */
export function describeReplica(name: string, open: () => Promise<Replica>): void {
  describe(`${name} keeps the contract of a replica`, () => {
    it('starts empty', async () => {
      const replica = await open();
      expect(await replica.checkpoints()).toEqual({ inventory: null, catalogue: null });
      expect(await replica.pool('1')).toBeNull();
      expect(await replica.productCount()).toBe(0);
      expect(await replica.decidedSequence(1)).toBe(0);
      await replica.close();
    });

    it('gives back what a page brought, and its checkpoint', async () => {
      const replica = await open();
      const pool = poolRow('1', 5);
      const held = reservationRow(uuid(1), '1');
      const over = reservationRow(uuid(2), '1', { state: 'EXPIRED', tillId: null });
      const verdict = verdictRow(3, { excess: [{ sku: pool.sku, quantity: 2 }] });
      const page = { pools: [pool], reservations: [held, over], verdicts: [verdictRow(2), verdict] };
      await replica.applyInventory(inventoryPage(page));
      expect(await replica.pool('1')).toEqual(pool);
      expect(await replica.heldReservations()).toEqual([held]);
      expect(await replica.reservations()).toHaveLength(2);
      expect(await replica.reservation(uuid(2))).toEqual(over);
      expect(await replica.verdict(verdict.operationId)).toEqual(verdict);
      expect(await replica.decidedSequence(IDENTITY.life)).toBe(3);
      expect(await replica.decidedSequence(9)).toBe(0);
      expect((await replica.checkpoints()).inventory).toEqual({ logId: LOG, position: 1 });
      await replica.close();
    });

    it('knows the policies of its articles at once, and forgets them with their log', async () => {
      const replica = await open();
      expect(replica.policy('1')).toBeNull();
      await replica.applyInventory(
        inventoryPage({ pools: [poolRow('1', 1)], policies: [policyRow('1', 0, { position: 4 })] }),
      );
      await replica.applyInventory(inventoryPage({ policies: [policyRow('1', 9, { position: 3 })] }));
      expect(replica.policy('1')?.provisionalMaxUnits).toBe(0);
      await replica.applyInventory(inventoryPage({ reset: true }));
      expect(replica.policy('1')).toBeNull();
      await replica.close();
    });

    it('replaces a row only by a newer one, so a page may come twice or late', async () => {
      const replica = await open();
      await replica.applyInventory(
        inventoryPage({ pools: [poolRow('1', 5, { position: 4 }), poolRow('2', 1)] }),
      );
      await replica.applyInventory(
        inventoryPage({ pools: [poolRow('1', 9, { position: 3 }), poolRow('3', 7)] }),
      );
      expect((await replica.pool('1'))?.free).toBe(5);
      expect((await replica.pool('3'))?.free).toBe(7);
      await replica.applyInventory(inventoryPage({ pools: [poolRow('1', 4, { position: 5 })] }));
      expect((await replica.pool('1'))?.free).toBe(4);
      expect(await replica.pools()).toHaveLength(3);
      await replica.close();
    });

    it('drops the rows of a log that was replaced, and only those', async () => {
      const replica = await open();
      await replica.applyCatalogue(cataloguePage([productRow({ sku: '1' })]));
      await replica.applyInventory(
        inventoryPage({ pools: [poolRow('1', 5, { position: 40 })], verdicts: [verdictRow(1)] }),
      );
      const checkpoint = { logId: OTHER_LOG, position: 2 };
      await replica.applyInventory(
        inventoryPage({ reset: true, checkpoint, pools: [poolRow('1', 8, { position: 2 })] }),
      );
      expect((await replica.pool('1'))?.free).toBe(8);
      expect(await replica.decidedSequence(IDENTITY.life)).toBe(0);
      expect(await replica.productCount()).toBe(1);
      expect((await replica.checkpoints()).inventory).toEqual(checkpoint);
      await replica.close();
    });

    it('finds products by SKU, by EAN and page by page, priced or not', async () => {
      const replica = await open();
      const dear = productRow({ sku: '20', ean: '2000000000206' });
      const unpriced = productRow({ sku: '10', ean: '2000000000107', priceMinor: null });
      await replica.applyCatalogue(cataloguePage([dear, unpriced, productRow({ sku: '30' })]));
      expect(await replica.product('10')).toEqual(unpriced);
      expect(await replica.productByEan('2000000000206')).toEqual(dear);
      expect(await replica.productByEan('')).toBeNull();
      expect((await replica.productPage('', 2)).map((row) => row.sku)).toEqual(['10', '20']);
      expect((await replica.productPage('20', 2)).map((row) => row.sku)).toEqual(['30']);
      expect(await replica.productCount()).toBe(3);
      await replica.close();
    });

    it('tells what a page changed, after it can be read', async () => {
      const replica = await open();
      const seen: (number | undefined)[] = [];
      const heard = new Promise<void>((resolve) => {
        replica.subscribe((change) => {
          if (change.log !== 'inventory' || !change.skus.has('1')) return;
          void replica.pool('1').then((row) => {
            seen.push(row?.free);
            resolve();
          });
        });
      });
      await replica.applyInventory(inventoryPage({ pools: [poolRow('1', 5)] }));
      await heard;
      expect(seen).toEqual([5]);
      await replica.close();
    });
  });
}
