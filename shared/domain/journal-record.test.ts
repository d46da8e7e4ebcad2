import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GENESIS_HASH, journalRecordSchema } from '../schemas/operations.ts';
import { derivedUuid } from './ids.ts';
import { hashRaw, sealRecord } from './journal-record.ts';

const identity = { storeId: derivedUuid('store'), tillId: derivedUuid('till'), life: 1 };
const content = {
  recordedAt: '2026-01-01T10:00:00.000Z',
  label: 'RECORDED',
  seen: null,
  body: { type: 'sell' },
} as const;

it('hashes the bytes that travel, as any other program would', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
      expect(hashRaw(raw)).toBe(createHash('sha256').update(raw, 'utf8').digest('hex'));
    }),
  );
});

it('chains records: each names the hash of the one before', () => {
  const first = sealRecord(identity, { sequence: 0, hash: GENESIS_HASH }, content);
  const second = sealRecord(identity, first, content);
  expect(journalRecordSchema.parse(JSON.parse(second.raw))).toMatchObject({
    sequence: 2,
    previousHash: first.hash,
  });
  expect(second.hash).toBe(hashRaw(second.raw));
});

it('derives ids that are UUIDs and differ by name', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => derivedUuid(`name ${index}`));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id))).toBe(
    true,
  );
});
