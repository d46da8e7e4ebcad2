import { expect, it } from 'vitest';
import { createUndecidedLog } from '../checkout/undecided.ts';
import { createMemoryReplica } from '../replica/memory-replica.ts';
import { IDENTITY } from '../testing/fixtures.ts';
import { createPurse } from './purse.ts';

const start = { monotonicMs: 0, wallMs: 0, witnessMs: null };

it('opens only in a term, and only while the till’s own records are held against a whole replica', () => {
  const now = { ...start };
  const purse = createPurse(IDENTITY, createMemoryReplica(), createUndecidedLog(), () => now);
  purse.settled();
  expect(purse.isOpen).toBe(false);
  purse.renewed({ start, spendMs: 1_000, holdMs: 1 });
  expect(purse.isOpen).toBe(true);
  // The log was replaced by an older one: it may not know what this till has spent.
  purse.unsettled();
  expect(purse.isOpen).toBe(false);
  purse.settled();
  expect(purse.isOpen).toBe(true);
  now.monotonicMs = 1_000;
  expect(purse.isOpen).toBe(false);
});
