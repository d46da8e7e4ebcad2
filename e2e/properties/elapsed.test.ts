import { decide } from '@gondola/central/inventory/decide.ts';
import { expire, grant } from '@gondola/central/inventory/decide-allotment.ts';
import { bookOf, operation, SETTINGS, storeId, tillId } from '@gondola/central/testing/given-book.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockName, clockScripts, playClocks } from './lying-clocks.ts';
import { PROOF_TIMEOUT_MS, prove } from './proof.ts';

const FILE = 'e2e/properties/elapsed.test.ts';
/** A wall clock shows whole milliseconds, and so does the authority's instant: each may be late by less than one. */
const ROUNDING_MS = 2;
/** Readings of 1.8e12 ms are exact to 2.4e-4 ms; sums of twelve stretches stay below this. */
const ARITHMETIC_MS = 0.01;

const oneHonest = fc.constantFrom<ClockName[]>('monotonic', 'wall', 'witness');

test(
  'stops spending before the term ends while one clock is honest',
  () => {
    const title = 'stops spending before the term ends while one clock is honest';
    let looksInTerm = 0;
    const property = fc.property(clockScripts(oneHonest), (script) => {
      for (const { isOpen, pastTermMs } of playClocks(script)) {
        if (isOpen) looksInTerm += 1;
        if (isOpen && (pastTermMs === null || pastTermMs > ARITHMETIC_MS))
          throw new Error(`open ${pastTermMs} ms after the term`);
      }
    });
    prove({ file: FILE, title }, { quick: 8_000, soak: 1_000_000 }, property);
    // A purse that never opens would pass as well.
    expect(looksInTerm).toBeGreaterThan(0);
  },
  PROOF_TIMEOUT_MS,
);

test(
  'is late by no more than rounding where clocks show whole milliseconds',
  () => {
    const title = 'is late by no more than rounding where clocks show whole milliseconds';
    const property = fc.property(clockScripts(oneHonest), (script) => {
      for (const { isOpen, pastTermMs } of playClocks(script, 1))
        if (isOpen && (pastTermMs === null || pastTermMs > ROUNDING_MS))
          throw new Error(`open ${pastTermMs} ms after the term`);
    });
    prove({ file: FILE, title }, { quick: 5_000, soak: 200_000 }, property);
  },
  PROOF_TIMEOUT_MS,
);

const GRANTED_UNITS = 5;
const FREE_UNITS = 3;

test(
  'oversells nothing when every clock lies: late sales come out of what is in doubt',
  () => {
    const title = 'oversells nothing when every clock lies';
    let lateLooks = 0;
    const property = fc.property(clockScripts(fc.constant(null)), (script) => {
      const book = bookOf({ pool: { free: GRANTED_UNITS + FREE_UNITS } });
      const clock = { now: SETTINGS.now, halfLifeMs: 1 };
      const pool = { storeId, sku: 'tea' };
      book.apply(grant(book, pool, { tillId, life: 1 }, GRANTED_UNITS, 'settlement-only'), null, clock);
      const allotment = () => book.allotments(storeId, 'tea')[0];
      let spent = 0;
      for (const { isOpen, pastTermMs } of playClocks(script)) {
        if (pastTermMs !== null && pastTermMs >= 0) {
          const known = allotment();
          if (known !== undefined) book.apply(expire(book, known, 'term-over'), null, clock);
        }
        if (!isOpen || spent === GRANTED_UNITS) continue;
        if ((pastTermMs ?? 0) > 0) lateLooks += 1;
        spent += 1;
        const sale = operation({
          type: 'sell',
          basketId: tillId,
          lines: [{ sku: 'tea', quantity: 1, unitPriceMinor: 1, allottedQuantity: 1 }],
          totalMinor: 1,
        });
        const decision = decide(sale, book, SETTINGS);
        book.apply(decision.events, sale, clock);
        expect(decision.excess).toEqual([]);
      }
      expect(book.poolState(storeId, 'tea').pool).toMatchObject({ free: FREE_UNITS, deficit: 0 });
      expect(allotment()?.consumed).toBe(spent);
    });
    prove({ file: FILE, title }, { quick: 3_000, soak: 100_000 }, property);
    // Otherwise the lies were too tame to prove anything.
    expect(lateLooks).toBeGreaterThan(0);
  },
  PROOF_TIMEOUT_MS,
);
