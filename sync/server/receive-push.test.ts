import { failure, success } from '@gondola/shared/lib/result.ts';
import { expect, it } from 'vitest';
import { greet } from './greet.ts';
import { receivePush } from './receive-push.ts';

const till = { storeId: 's', tillId: 't', life: 2 };
const hash = 'a'.repeat(64);
const waiting = { count: 3, oldestRecordedAt: '2026-01-01T10:00:00.000Z' };
const request = { protocolVersion: 1, life: 2, firstSequence: 1, records: ['one', 'two'], waiting };

function parts(acknowledged = { sequence: 2, hash }) {
  const heard: unknown[] = [];
  return {
    heard,
    authority: {
      decideJournal: async () => success({ acknowledged, inventoryHead: 9 }),
      decidedHead: async () => acknowledged,
      inventoryHead: async () => 9,
      renewTerm: async () => null,
      retireForked: async () => void heard.push('retired'),
    },
    catalogue: { catalogueHead: async () => 4, pullCatalogue: () => Promise.reject(new Error('not asked')) },
    contacts: { recordContact: (_: unknown, contact: unknown) => void heard.push(contact) },
    wallMs: () => Date.parse('2026-01-01T10:00:00Z'),
  };
}

it('answers what is decided and remembers what still waits', async () => {
  const all = parts();
  expect(await receivePush(all, till, request)).toEqual(
    success({ acknowledged: { sequence: 2, hash }, inventoryHead: 9 }),
  );
  expect(all.heard).toEqual([
    { waiting: { count: 1, oldestRecordedAt: waiting.oldestRecordedAt }, clockErrorMs: null },
  ]);
});

it('passes a refusal of the authority on, with the head it has', async () => {
  const refusal = { kind: 'sequence-gap', message: '', acknowledged: { sequence: 0, hash } } as const;
  const all = parts();
  const refusing = { ...all, authority: { ...all.authority, decideJournal: async () => failure(refusal) } };
  expect(await receivePush(refusing, till, request)).toEqual(failure(refusal));
});

it('refuses another version and another life before it asks the authority', async () => {
  expect(await receivePush(parts(), till, { ...request, protocolVersion: 99 })).toMatchObject({
    error: { kind: 'version-unsupported' },
  });
  expect(await receivePush(parts(), till, { ...request, life: 1 })).toMatchObject({
    error: { kind: 'life-forked' },
  });
});

it('hello finds a till that is behind the decided head, or differs there', async () => {
  const hello = (sequence: number, own = hash) =>
    greet(parts(), till, {
      protocolVersion: 1,
      life: 2,
      head: { sequence, hash: own },
      waiting,
      tillTime: '2026-01-01T10:00:05.000Z',
    });
  expect(await hello(1)).toMatchObject({ ok: false, error: { kind: 'life-forked' } });
  expect(await hello(2, 'b'.repeat(64))).toMatchObject({ ok: false, error: { kind: 'life-forked' } });
  expect(await hello(2)).toMatchObject({ ok: true, value: { acknowledged: { sequence: 2 } } });
  expect(await hello(7, 'c'.repeat(64))).toMatchObject({ ok: true });
});
