import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Account, EMPTY_POOL, evolvePool, incoming, onHand, outgoing, type Pool } from './pool.ts';

/** Goal: no sequence of facts and promises breaks a rule of the buckets, and the book is what came in less what went out. */

type Step = { readonly kind: 'in' | 'out' | 'hold' | 'free' | 'take'; readonly quantity: number };

function apply(pool: Pool, { kind, quantity }: Step): { readonly pool: Pool; readonly delta: number } {
  if (kind === 'in') return { pool: evolvePool(pool, incoming(pool, quantity, 'W')), delta: quantity };
  if (kind === 'out') return { pool: evolvePool(pool, outgoing(pool, quantity).movements), delta: -quantity };
  const most = kind === 'hold' ? pool.free : pool.held;
  const units = Math.min(quantity, most);
  if (units === 0) return { pool, delta: 0 };
  if (kind === 'hold') return { pool: evolvePool(pool, [{ from: 'F', to: 'V', quantity: units }]), delta: 0 };
  if (kind === 'free') return { pool: evolvePool(pool, incoming(pool, units, 'V')), delta: 0 };
  return { pool: evolvePool(pool, [{ from: 'V', to: 'W', quantity: units }]), delta: -units };
}

it('keeps every rule over any run of receipts, sales, holds, releases and commits', () => {
  const step = fc.record({
    kind: fc.constantFrom<Step['kind'][]>('in', 'out', 'hold', 'free', 'take'),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let pool = EMPTY_POOL;
      let book = 0;
      for (const one of steps) {
        const next = apply(pool, one);
        pool = next.pool;
        book += next.delta;
        expect(
          Math.min(pool.free, pool.held, pool.allotted, pool.inDoubt, pool.deficit),
        ).toBeGreaterThanOrEqual(0);
        expect(pool.free * pool.deficit).toBe(0);
        expect(onHand(pool)).toBe(book);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('throws on what would break a rule', () => {
  const accounts: Account[] = ['F', 'V', 'Q', 'X'];
  for (const from of accounts) {
    expect(() => evolvePool(EMPTY_POOL, [{ from, to: 'W', quantity: 1 }])).toThrow(/never negative/);
  }
  expect(() => evolvePool({ ...EMPTY_POOL, deficit: 1 }, [{ from: 'W', to: 'F', quantity: 1 }])).toThrow(
    /repay/,
  );
  expect(() => evolvePool(EMPTY_POOL, [{ from: 'W', to: 'F', quantity: 0.5 }])).toThrow(/whole/);
});
