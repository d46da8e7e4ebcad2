/** Goal: two people take back exactly what they looked at, or nothing. */
import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { expect, it } from 'vitest';
import { batchSettings } from '../testing/batch-settings.ts';
import { sell, TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { type ForceAllotment, type ForceBook, type Forced, forceAllotment } from './force-allotment.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { MemoryLedger } from './memory-ledger.ts';

const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };
const storeId = derivedUuid('store');
const now = '2026-01-01T12:00:00.000Z';

/** A till that has been leased units of tea; `meanwhile` happens between the look and the authority's batch. */
async function open(meanwhile: (push: () => Promise<unknown>, till: TestTill) => Promise<unknown>) {
  const ledger = new MemoryLedger(derivedUuid('log'), () => now);
  const grants = { mode: 'balanced', halfLifeMs: 86_400_000, webLines: 1 } as const;
  const authority = new Authority(ledger, batchSettings({ grants }), quiet, { monotonicMs: () => 0 });
  const till = new TestTill('till', storeId);
  let pushed = 0;
  const push = async () => {
    const records = till.records.slice(pushed);
    const result = await authority.submit({
      ...{ kind: 'journal', identity: till.identity, firstSequence: pushed + 1, records },
    });
    pushed = till.records.length;
    return result;
  };
  till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 9 }] });
  await push();
  await authority.renewTerm(till.identity, { termMs: 3_600_000, renewAfterMs: 60_000 });
  await authority.submit({ kind: 'deal', pools: [{ storeId, sku: 'tea' }] });
  const read = () =>
    ledger.transaction('exclusive', async (tx) => {
      const [allotment] = await tx.findAllotments([{ storeId, sku: 'tea' }]);
      return { ...must(allotment, 'the till was leased units'), position: ledger.log.length } as never;
    });
  let looks = 0;
  const kept = new Map<string, KeptAnswer<Forced>>();
  const book: ForceBook = {
    findAllotment: async () => {
      const allotment = await read();
      looks += 1;
      if (looks === 1) await meanwhile(push, till);
      return allotment;
    },
    findForce: async () => {
      const event = ledger.log.at(-1)?.event;
      return event?.type === 'AllotmentForced' ? event : null;
    },
    findAnswer: async ({ idempotencyKey }) => kept.get(idempotencyKey) ?? null,
    keepAnswer: async ({ idempotencyKey }, answer) => {
      const first = { kind: 'answered', answer, repeated: false } as const;
      kept.set(idempotencyKey, { ...first, repeated: true });
      return first;
    },
  };
  const command: ForceAllotment = {
    ...{ storeId, sku: 'tea', tillId: till.identity.tillId, life: 1, reason: 'burnt' },
    ...{ forcedBy: 'ana', approvedBy: 'bruno', expectedPosition: ledger.log.length },
    ...{ caller: 'key', idempotencyKey: 'one', raw: '{}' },
  };
  return { book, authority, command, read, ledger };
}

const forcedEvents = ({ log }: MemoryLedger) => log.filter(({ event }) => event.type === 'AllotmentForced');

it('takes back what was seen, and answers a repeat the same', async () => {
  const { book, authority, command, ledger, read } = await open(async () => {});
  const seen = unspentOf(await read());
  const first = await forceAllotment(book, authority, command);
  expect(first).toMatchObject({ ok: true, value: { answer: { exposureUnits: seen }, repeated: false } });
  const again = await forceAllotment(book, authority, command);
  expect(again).toMatchObject({ ok: true, value: { answer: { exposureUnits: seen }, repeated: true } });
  expect(forcedEvents(ledger)).toHaveLength(1);
});

it('answers a repeat whose first answer was lost before it was kept', async () => {
  const { book, authority, command, ledger, read } = await open(async () => {});
  const seen = unspentOf(await read());
  const crashing: ForceBook = {
    ...book,
    keepAnswer: async () => {
      throw new Error('the process ends here');
    },
  };
  await expect(forceAllotment(crashing, authority, command)).rejects.toThrow('ends here');
  const again = await forceAllotment(book, authority, command);
  expect(again).toMatchObject({ ok: true, value: { answer: { exposureUnits: seen } } });
  const other = { ...command, idempotencyKey: 'two', reason: 'stolen' };
  expect(await forceAllotment(book, authority, other)).toMatchObject({ error: { kind: 'stale' } });
  expect(forcedEvents(ledger)).toHaveLength(1);
});

it('takes nothing back when the till reports between the look and the batch', async () => {
  const { book, authority, command, ledger, read } = await open(async (push, till) => {
    const sale = sell('tea', 1) as { lines: { allottedQuantity?: number }[] };
    must(sale.lines[0], 'a sale has a line').allottedQuantity = 1;
    till.write(sale as never, { label: 'GUARANTEED' });
    await push();
  });
  const stale = await forceAllotment(book, authority, command);
  expect(stale).toMatchObject({
    ok: false,
    error: { kind: 'stale', current: { consumed: 1, state: 'ACTIVE' } },
  });
  expect(forcedEvents(ledger)).toEqual([]);
  expect(await read()).toMatchObject({ state: 'ACTIVE' });
});

it('says that it is over when the till settles in between', async () => {
  const { book, authority, command, ledger } = await open(async (push, till) => {
    till.write({ type: 'settle', lines: [{ sku: 'tea', consumed: 0, surrendered: 0 }] });
    await push();
  });
  expect(await forceAllotment(book, authority, command)).toMatchObject({
    ok: false,
    error: { kind: 'over', current: { state: 'SETTLED' } },
  });
  expect(forcedEvents(ledger)).toEqual([]);
});

it.each(['ana', ' Ana ', 'ANA', 'a\u006Ea'])('is no act of two people when "%s" approves', async (name) => {
  const { book, authority, command, ledger } = await open(async () => {});
  const refused = await forceAllotment(book, authority, { ...command, approvedBy: name });
  expect(refused).toEqual({ ok: false, error: { kind: 'same-person' } });
  expect(forcedEvents(ledger)).toEqual([]);
});
