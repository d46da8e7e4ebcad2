import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import { pushRequestSchema } from '@gondola/sync/protocol/push.ts';
import { expect, it } from 'vitest';
import type { BenchTill } from './push-journal.ts';
import { PushStock, type TakenPush } from './push-stock.ts';

const till = (tillNumber: number): BenchTill => ({
  storeId: '0b9d2f4e-5a51-4f5e-8f0f-5a7a4c0f9a11',
  tillId: `0b9d2f4e-5a51-4f5e-8f0f-00000000000${tillNumber}`,
  life: 1,
  token: 't'.repeat(43),
  grantKey: { keyId: 'k', publicKey: '' },
  script: {
    ...{ seed: 1, tillNumber, skus: ['A'], hotSku: null },
    logId: '5e0e9a52-7c1f-4d0a-9a0e-2f7a3d1c4b5a',
  },
});

function requestOf({ push }: TakenPush) {
  const text = push.request.toString();
  return pushRequestSchema.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)));
}

it('takes tills in turn, and no till that has a push under way', () => {
  const stock = new PushStock([till(1), till(2)], 'central');
  stock.prepare([1, 2], 3, 4);
  const [one, two] = [must(stock.take(), 'a push'), must(stock.take(), 'a push')];
  expect([one.tillNumber, two.tillNumber, stock.take()]).toEqual([1, 2, null]);
  expect(stock.isEmpty).toBe(false);
  stock.acknowledge(two);
  expect(stock.take()?.tillNumber).toBe(2);
});

it('prepares exactly what was asked for', () => {
  const stock = new PushStock([till(1), till(2)], 'central');
  stock.prepare([1, 2], 1, 3);
  const taken: number[] = [];
  for (let push = stock.take(); push !== null; push = stock.take()) {
    taken.push(push.tillNumber);
    stock.acknowledge(push);
  }
  expect(taken).toEqual([1, 2, 1]);
  expect(stock.isEmpty).toBe(true);
});

it('chains what it seals, and goes on from what was acknowledged', () => {
  const stock = new PushStock([till(1)], 'central');
  stock.prepare([1], 2, 5);
  const first = must(stock.take(), 'a push');
  stock.acknowledge(first);
  stock.prepare([1], 1, 1);
  const second = requestOf(must(stock.take(), 'a push'));
  const records = [...requestOf(first).records, ...second.records];
  expect(second.firstSequence).toBe(3);
  let previousHash = GENESIS_HASH;
  for (const [index, raw] of records.entries()) {
    expect(JSON.parse(raw)).toMatchObject({ sequence: index + 1, previousHash });
    previousHash = hashRaw(raw);
  }
});

it('charges what the till has pulled from the next preparation on', () => {
  const stock = new PushStock([till(1)], 'central');
  const charges = (push: TakenPush) => push.push.after.script.chargedUnits;
  stock.prepare([1], 50, 1);
  const before = must(stock.take(), 'a push');
  stock.acknowledge(before);
  stock.keepPurse(1, { unspentUnits: new Map([['A', 100]]), chargedUnits: 0 });
  stock.prepare([1], 50, 1);
  expect(charges(before)).toBe(0);
  expect(charges(must(stock.take(), 'a push'))).toBeGreaterThan(0);
});
