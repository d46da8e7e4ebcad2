import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentHashOf } from './content-hash.ts';

it('is the hash that tills compute, also of text that is not well formed', () => {
  expect(contentHashOf('half a pair \ud800 and \u0000')).toBe(hashRaw('half a pair \ud800 and \u0000'));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => contentHashOf(raw) === hashRaw(raw)));
});
