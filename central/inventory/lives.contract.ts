import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, it } from 'vitest';
import { batchSettings } from '../testing/batch-settings.ts';
import { type LedgerUnderTest, sell, TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { sweepLapsed } from './sweep.ts';

const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };
const RULES = { termMs: 3_600_000, renewAfterMs: 60_000 };

/** Leases and lives, the same for every ledger: what is dealt out, spent, lost by a fork and taken over. */
export function livesContract(open: () => Promise<LedgerUnderTest>): void {
  async function start() {
    const { ledger } = await open();
    const grants = { mode: 'balanced', halfLifeMs: 86_400_000, webLines: 1 } as const;
    const authority = new Authority(ledger, batchSettings({ grants }), quiet, { monotonicMs: () => 0 });
    const storeId = derivedUuid('store of lives');
    const till = new TestTill('leasing till', storeId);
    const push = (from: TestTill, first = 1) =>
      authority.submit({
        kind: 'journal',
        identity: from.identity,
        firstSequence: first,
        records: from.records.slice(first - 1),
      });
    const state = () =>
      ledger.transaction('exclusive', async (tx) => {
        const pool = { storeId, sku: 'tea' };
        const pools = await tx.readPools([pool]);
        return {
          pool: pools.get(`${storeId}/tea`)?.pool,
          allotments: await tx.findAllotments([pool]),
          pending: await tx.findPending([pool]),
        };
      });
    /** Nine units of tea, a till that was heard, and what the policy deals out to it. */
    async function deal() {
      till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 9 }] });
      await push(till);
      await authority.renewTerm(till.identity, RULES);
      await authority.submit({ kind: 'deal', pools: [{ storeId, sku: 'tea' }] });
    }
    return { ledger, authority, storeId, till, push, state, deal };
  }

  it('leases free units to a till that was heard, and books exactly what its records charge', async () => {
    const { till, push, state, deal } = await start();
    await deal();
    const before = await state();
    const granted = before.allotments[0]?.granted ?? 0;
    expect(granted).toBeGreaterThan(0);
    expect(before.pool).toMatchObject({ free: 9 - granted, allotted: granted });
    const sale = sell('tea', 2) as { lines: { allottedQuantity?: number }[] };
    const [line] = sale.lines;
    if (line !== undefined) line.allottedQuantity = 2;
    till.write(sale as never, { label: 'GUARANTEED' });
    await push(till, 2);
    expect((await state()).allotments[0]).toMatchObject({ consumed: 2, state: 'ACTIVE' });
  });

  it('renews a term once in a while, and a retired life never', async () => {
    const { authority, till, storeId } = await start();
    const first = await authority.renewTerm(till.identity, RULES);
    expect(first).toMatchObject({ cameBack: true });
    expect(await authority.renewTerm(till.identity, RULES)).toMatchObject({
      cameBack: false,
      termEndsAt: first?.termEndsAt,
    });
    const life = { storeId, tillId: till.identity.tillId, life: 1 };
    await authority.submit({ kind: 'retire', life, cause: 'forked' });
    expect(await authority.renewTerm(till.identity, RULES)).toBeNull();
  });

  it('retires a forked life at its push: nothing more of it is taken, what it holds goes in doubt', async () => {
    const { ledger, authority, till, push, state, deal } = await start();
    await deal();
    const allotted = (await state()).pool?.allotted ?? 0;
    till.write({
      type: 'reserve',
      reservationId: derivedUuid('own hold'),
      sku: 'tea',
      quantity: 1,
      allotted: true,
    });
    await push(till, 2);
    till.head = { sequence: 2, hash: 'e'.repeat(64) };
    till.write(sell('tea', 1));
    expect(await push(till, 3)).toMatchObject({ value: { refusal: 'life-forked' } });
    expect(await push(till, 3)).toMatchObject({ value: { refusal: 'life-forked' } });
    await sweepLapsed(ledger, authority);
    const after = await state();
    expect(after.pool).toMatchObject({ allotted: 0, inDoubt: allotted - 1, held: 1 });
    expect(after.allotments[0]).toMatchObject({ state: 'EXPIRED' });
    expect(await ledger.findReservation(derivedUuid('own hold'))).toMatchObject({ allottedLife: null });
    expect(await sweepLapsed(ledger, authority)).toBe(0);
  });

  it('takes over what an ended life had not sent: once, as facts, and charged to no allotment', async () => {
    const { authority, till, push, state, deal } = await start();
    await deal();
    const lost = till.write(sell('tea', 1), { label: 'GUARANTEED' });
    const next = new TestTill('leasing till', till.identity.storeId);
    Object.assign(next.identity, { life: 2 });
    await authority.retireEarlier(next.identity);
    const onHand = ({ pool }: Awaited<ReturnType<typeof state>>) =>
      pool === undefined ? 0 : pool.free + pool.allotted + pool.inDoubt + pool.held - pool.deficit;
    const before = onHand(await state());
    const salvage = { type: 'salvage', life: 1, sequence: 2, raw: lost };
    next.write(salvage);
    next.write(salvage);
    // What its own life has decided already is not sold twice either.
    next.write({ ...salvage, sequence: 1, raw: till.records[0] ?? '' });
    expect(await push(next)).toMatchObject({ value: { refusal: null, acknowledged: { sequence: 3 } } });
    expect(onHand(await state())).toBe(before - 1);
  });

  it('waits for sibling tills before it calls a deficit one', async () => {
    const { till, push, state, deal, storeId } = await start();
    await deal();
    const { allotted = 0, free = 0 } = (await state()).pool ?? {};
    const sibling = new TestTill('sibling', storeId);
    sibling.write(sell('tea', free + 1));
    await push(sibling);
    const owing = await state();
    expect(owing.pool).toMatchObject({ free: 0, deficit: 1, allotted });
    expect(owing.pending).toHaveLength(1);
    const asked = owing.allotments.find(({ tillId }) => tillId === till.identity.tillId)?.recalled;
    expect(asked).toBeGreaterThanOrEqual(1);
    till.write({ type: 'surrender', lines: [{ sku: 'tea', quantity: 1 }] });
    await push(till, 2);
    const repaid = await state();
    expect(repaid.pool).toMatchObject({ deficit: 0, allotted: allotted - 1 });
    expect(repaid.pending).toEqual([]);
  });
}
