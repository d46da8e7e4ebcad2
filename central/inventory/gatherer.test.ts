import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { GATHER_LOOKS_MAX } from '@gondola/shared/lib/limits.ts';
import { expect, it } from 'vitest';
import { batchSettings } from '../testing/batch-settings.ts';
import { TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { Gatherer } from './gatherer.ts';
import { MemoryLedger } from './memory-ledger.ts';

const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };
const storeId = derivedUuid('store');
const pool = { storeId, sku: 'tea' };

/** A store whose one till holds five of nine units; `onLook` happens each time the gatherer waits. */
async function start(onLook: (till: TestTill, push: () => Promise<unknown>) => Promise<void>) {
  const ledger = new MemoryLedger(derivedUuid('log'), () => '2026-01-01T12:00:00.000Z');
  const grants = { mode: 'balanced', halfLifeMs: 86_400_000, webLines: 1 } as const;
  const authority = new Authority(ledger, batchSettings({ grants }), quiet, { monotonicMs: () => 0 });
  const till = new TestTill('till', storeId);
  let sent = 0;
  const push = async () => {
    const firstSequence = sent + 1;
    sent = till.records.length;
    await authority.submit({
      kind: 'journal',
      identity: till.identity,
      firstSequence,
      records: till.records.slice(firstSequence - 1),
    });
  };
  till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 9 }] });
  await push();
  await authority.renewTerm(till.identity, { termMs: 3_600_000, renewAfterMs: 60_000 });
  await authority.submit({ kind: 'deal', pools: [pool] });
  let looks = 0;
  const gatherer = new Gatherer(ledger, authority, {
    after(_, action) {
      looks += 1;
      void onLook(till, push).then(action);
      return () => {};
    },
  });
  return { ledger, gatherer, looks: () => looks };
}

it('asks an online till for what is missing and goes on as soon as it is there', async () => {
  const { ledger, gatherer, looks } = await start(async (till, push) => {
    till.write({ type: 'surrender', lines: [{ sku: 'tea', quantity: 1 }] });
    await push();
  });
  const before = await ledger.peek(pool);
  expect(before.allotted).toBeGreaterThan(0);
  await gatherer.gather(pool, before.free + 1);
  expect(looks()).toBe(1);
});

it('waits its time for tills that do not answer, and no longer', async () => {
  const { ledger, gatherer, looks } = await start(async () => {});
  const { free } = await ledger.peek(pool);
  await gatherer.gather(pool, free + 1);
  expect(looks()).toBe(GATHER_LOOKS_MAX);
});

it('asks nobody when enough is free, or when all together have too little', async () => {
  const { ledger, gatherer, looks } = await start(async () => {});
  const { free, allotted } = await ledger.peek(pool);
  await gatherer.gather(pool, free);
  await gatherer.gather(pool, free + allotted + 1);
  await gatherer.gather({ storeId, sku: 'never heard of' }, 1);
  expect(looks()).toBe(0);
});
