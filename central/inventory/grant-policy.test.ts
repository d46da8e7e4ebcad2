import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_GRANT_SETTINGS,
  type Demand,
  type GrantMode,
  type GrantPlan,
  type GrantSettings,
  NO_DEMAND,
  type PoolClaims,
  planGrants,
  remember,
  type TillClaim,
} from './grant-policy.ts';

/** Goal: a plan moves only what is there, settles at once, and splits a pool as the words of the policy say. */

const NOW = '2026-06-01T12:00:00.000Z';
const settings = { ...DEFAULT_GRANT_SETTINGS, webLines: 2 };

function took(units: number, largestLine = 1): Demand {
  return { units, largestLine, at: NOW };
}

function till(tillId: string, outstanding: number, more: Partial<TillClaim> = {}): TillClaim {
  return { tillId, alive: true, outstanding, recalled: 0, demand: NO_DEMAND, ...more };
}

function claims(free: number, tills: readonly TillClaim[], more: Partial<PoolClaims> = {}): PoolClaims {
  return { free, deficit: 0, web: NO_DEMAND, tills, now: NOW, ...more };
}

/** The claims once the plan is booked; nothing that was asked back has come yet. */
function granted(before: PoolClaims, { grants, recalls }: GrantPlan): PoolClaims {
  const granted = (id: string) => grants.find(({ tillId }) => tillId === id)?.quantity ?? 0;
  return {
    ...before,
    free: before.free - grants.reduce((total, { quantity }) => total + quantity, 0),
    tills: before.tills.map((one) => ({
      ...one,
      outstanding: one.outstanding + granted(one.tillId),
      recalled: recalls.find(({ tillId }) => tillId === one.tillId)?.quantity ?? one.recalled,
    })),
  };
}

/** The claims once every till that is alive has surrendered what it was asked for. */
function surrendered(before: PoolClaims): PoolClaims {
  const coming = (one: TillClaim) => (one.alive ? Math.min(one.recalled, one.outstanding) : 0);
  const back = before.tills.reduce((total, one) => total + coming(one), 0);
  const repaid = Math.min(before.deficit, back);
  return {
    ...before,
    free: before.free + back - repaid,
    deficit: before.deficit - repaid,
    tills: before.tills.map((one) =>
      one.alive ? { ...one, outstanding: one.outstanding - coming(one), recalled: 0 } : one,
    ),
  };
}

/** Where the units are once nothing more is planned: free, then each till. */
function settled(start: PoolClaims, under: GrantSettings = settings): number[] {
  let pool = start;
  for (let round = 0; round < 3; round += 1) pool = surrendered(granted(pool, planGrants(pool, under)));
  expect(planGrants(pool, under)).toEqual({ grants: [], recalls: [] });
  return [pool.free, ...pool.tills.map(({ outstanding }) => outstanding)];
}

describe('the split', () => {
  it.each([
    [1, [1, 0, 0]],
    [2, [2, 0, 0]],
    [3, [1, 1, 1]],
    [4, [2, 1, 1]],
    [90_000, [30_000, 30_000, 30_000]],
  ])('of %d units that nobody has asked for yet', (units, expected) => {
    expect(settled(claims(units, [till('a', 0), till('b', 0)]))).toEqual(expected);
  });

  it('goes by what each has taken lately', () => {
    const tills = [till('a', 0, { demand: took(40) }), till('b', 0, { demand: took(8) })];
    const [free = 0, first = 0, second = 0] = settled(claims(60, tills, { web: took(3) }));
    expect(first).toBeGreaterThan(2.5 * second);
    expect(second).toBeGreaterThan(free);
    expect(free).toBeGreaterThanOrEqual(settings.webLines);
  });

  it('keeps two largest lines free of a scarce pool, then gives a whole line to who sells most', () => {
    const tills = [till('a', 0, { demand: took(5, 5) }), till('b', 0, { demand: took(9, 5) })];
    expect(settled(claims(14, tills))).toEqual([14, 0, 0]);
    expect(settled(claims(16, tills))).toEqual([11, 0, 5]);
  });

  it('leaves a line where it is rather than move it', () => {
    const tills = [till('a', 1, { demand: took(1) }), till('b', 0, { demand: took(3) })];
    expect(planGrants(claims(2, tills), settings)).toEqual({ grants: [], recalls: [] });
  });

  it('gives the tills a line each before the web when no line is kept for it', () => {
    const tills = [till('a', 0, { demand: took(1) }), till('b', 0)];
    expect(settled(claims(2, tills), { ...settings, webLines: 0 })).toEqual([0, 1, 1]);
    expect(settled(claims(2, tills), { ...settings, webLines: 1 })).toEqual([1, 1, 0]);
  });

  it('forgets: units of an article that no longer sells flow back', () => {
    const pool = claims(1, [till('a', 1, { demand: took(1) }), till('b', 0)]);
    expect(settled(pool, { ...settings, webLines: 1 })).toEqual([1, 1, 0]);
    const muchLater = { ...pool, now: '2027-06-01T12:00:00.000Z' };
    expect(settled(muchLater, { ...settings, webLines: 1 })).toEqual([2, 0, 0]);
  });
});

describe('what a till lacks', () => {
  it('is not taken from the web’s part: it waits for the others to surrender', () => {
    const demand = took(6, 2);
    const pool = claims(4, [till('a', 14, { demand }), till('b', 0, { demand })]);
    expect(planGrants(pool, settings)).toEqual({ grants: [], recalls: [{ tillId: 'a', quantity: 8 }] });
    expect(settled(pool)).toEqual([6, 6, 6]);
  });

  it('does not grow by units that it was asked for and sold since', () => {
    const { grants } = planGrants(claims(10, [till('a', 2, { recalled: 3 }), till('b', 0)]), settings);
    expect(grants).toEqual([
      { tillId: 'a', quantity: 4 },
      { tillId: 'b', quantity: 2 },
    ]);
  });

  it('is rounded to the nearest unit', () => {
    const tills = [till('a', 0, { demand: took(3) }), till('b', 0)];
    expect(settled(claims(10, tills), { ...settings, mode: 'everything' })).toEqual([0, 7, 3]);
  });
});

describe('stability', () => {
  it('plans nothing for single units of a plentiful article', () => {
    let pool = claims(200, [till('a', 150), till('b', 150)]);
    let plans = 0;
    for (let sold = 0; sold < 100; sold += 1) {
      const [first, second] = pool.tills;
      if (first === undefined || second === undefined) throw new Error('two tills');
      const demand = remember(first.demand, 1, NOW, settings.halfLifeMs);
      pool = { ...pool, tills: [{ ...first, outstanding: first.outstanding - 1, demand }, second] };
      const plan = planGrants(pool, settings);
      if (plan.grants.length + plan.recalls.length > 0) plans += 1;
      pool = surrendered(granted(pool, plan));
    }
    expect(plans).toBeLessThanOrEqual(2);
  });

  it('does not ask twice for units that are on their way', () => {
    const demand = took(6, 2);
    const first = claims(0, [till('a', 12, { demand }), till('b', 0, { demand })]);
    const plan = planGrants(first, settings);
    expect(plan.grants).toEqual([]);
    expect(plan.recalls).toEqual([{ tillId: 'a', quantity: expect.any(Number) }]);
    expect(planGrants(granted(first, plan), settings)).toEqual({ grants: [], recalls: [] });
    expect(settled(first).slice(1)).not.toContain(0);
  });
});

describe('what is not granted', () => {
  it('is anything to a till that is not alive, nor is anything asked of it', () => {
    const tills = [till('a', 0), till('b', 50, { alive: false })];
    expect(planGrants(claims(10, tills), settings)).toEqual({
      grants: [{ tillId: 'a', quantity: 5 }],
      recalls: [],
    });
    expect(planGrants(claims(10, [till('a', 0, { alive: false })]), settings).grants).toEqual([]);
  });

  it('is anything while the book lacks units: tills are asked for them instead', () => {
    const pool = claims(0, [till('a', 3), till('b', 3)], { deficit: 2 });
    const plan = planGrants(pool, settings);
    expect(plan.grants).toEqual([]);
    expect(plan.recalls).not.toEqual([]);
    expect(settled(pool)).toEqual([2, 1, 1]);
  });

  it('is anything when grants are off: all flows back', () => {
    expect(settled(claims(4, [till('a', 3), till('b', 2)]), { ...settings, mode: 'off' })).toEqual([9, 0, 0]);
  });

  it('is nothing when everything goes to the tills', () => {
    expect(settled(claims(7, [till('a', 0), till('b', 0)]), { ...settings, mode: 'everything' })).toEqual([
      0, 4, 3,
    ]);
  });
});

describe('memory', () => {
  const later = '2026-08-30T12:00:00.000Z';

  it('halves what was taken one half-life ago', () => {
    const before = remember(NO_DEMAND, 8, NOW, settings.halfLifeMs);
    expect(remember(before, 1, later, settings.halfLifeMs)).toEqual({ units: 5, largestLine: 4, at: later });
  });

  it('fades nothing when the clock went back', () => {
    const before = remember(NO_DEMAND, 8, later, settings.halfLifeMs);
    expect(remember(before, 1, NOW, settings.halfLifeMs)).toEqual({ units: 9, largestLine: 8, at: later });
  });
});

describe('over any claims', () => {
  const demandOf = fc
    .record({ units: fc.integer({ min: 1, max: 300 }), lines: fc.integer({ min: 1, max: 9 }) })
    .map(({ units, lines }) => took(units, Math.ceil(units / lines)));
  const anyDemand = fc.oneof(fc.constant(NO_DEMAND), demandOf);
  const anyTill = fc
    .record({
      alive: fc.boolean(),
      outstanding: fc.integer({ min: 0, max: 60 }),
      // Above 1: the till sold units after it was asked for them.
      recalledShare: fc.constantFrom(0, 0, 0.5, 1, 1.5),
      demand: anyDemand,
    })
    .map(({ recalledShare, ...one }) => ({ ...one, recalled: Math.floor(one.outstanding * recalledShare) }));
  const anyPool: fc.Arbitrary<PoolClaims> = fc.record({
    free: fc.integer({ min: 0, max: 120 }),
    deficit: fc.constant(0),
    web: anyDemand,
    tills: fc
      .array(anyTill, { maxLength: 5 })
      .map((tills) => tills.map((one, index) => ({ ...one, tillId: `till-${index}` }))),
    now: fc.constantFrom(NOW, '2026-07-20T12:00:00.000Z', '2028-01-01T00:00:00.000Z'),
  });
  // Free units repay the deficit first, so a pool never has both.
  const anyClaims = fc
    .tuple(anyPool, fc.constantFrom(0, 0, 1, 7, 90))
    .map(([pool, deficit]) => (deficit > 0 ? { ...pool, free: 0, deficit } : pool));
  const anySettings: fc.Arbitrary<GrantSettings> = fc.record({
    mode: fc.constantFrom<GrantMode[]>('off', 'balanced', 'balanced', 'balanced', 'everything'),
    halfLifeMs: fc.constant(settings.halfLifeMs),
    webLines: fc.constantFrom(0, 0.5, 1, 2, 3),
  });

  function check(property: (pool: PoolClaims, under: GrantSettings) => void): void {
    fc.assert(fc.property(anyClaims, anySettings, property), { numRuns: 3_000 });
  }

  it('a plan moves whole units that are there, and only for tills that are alive', () => {
    check((pool, under) => {
      const { grants, recalls } = planGrants(pool, under);
      const find = (id: string) => pool.tills.find(({ tillId }) => tillId === id);
      const total = grants.reduce((sum, { quantity }) => sum + quantity, 0);
      expect(total).toBeLessThanOrEqual(pool.deficit > 0 ? 0 : pool.free);
      for (const { tillId, quantity } of grants) {
        expect(quantity).toSatisfy(Number.isSafeInteger);
        expect(quantity).toBeGreaterThan(0);
        expect(find(tillId)?.alive).toBe(true);
        expect(recalls.some((recall) => recall.tillId === tillId)).toBe(false);
      }
      for (const { tillId, quantity } of recalls) {
        const one = find(tillId);
        expect(one?.alive).toBe(true);
        expect(quantity).toSatisfy(Number.isSafeInteger);
        expect(quantity).toBeGreaterThan(Math.min(one?.recalled ?? 0, one?.outstanding ?? 0));
        expect(quantity).toBeLessThanOrEqual(one?.outstanding ?? 0);
      }
    });
  });

  it('a plan that was applied plans nothing, before and after the tills have surrendered', () => {
    check((pool, under) => {
      const applied = granted(pool, planGrants(pool, under));
      expect(planGrants(applied, under)).toEqual({ grants: [], recalls: [] });
      settled(pool, under);
    });
  });

  it('no unit appears or vanishes', () => {
    const book = (pool: PoolClaims) =>
      pool.free - pool.deficit + pool.tills.reduce((total, { outstanding }) => total + outstanding, 0);
    check((pool, under) => {
      const after = surrendered(granted(pool, planGrants(pool, under)));
      expect(book(after)).toBe(book(pool));
      const least = Math.min(after.free, after.deficit, ...after.tills.map(({ outstanding }) => outstanding));
      expect(least).toBeGreaterThanOrEqual(0);
    });
  });

  it('the same claims make the same plan, in whatever order the tills are read, and are left as they are', () => {
    check((pool, under) => {
      const copy = structuredClone(pool);
      const plan = planGrants(pool, under);
      expect(pool).toEqual(copy);
      expect(planGrants({ ...copy, tills: copy.tills.toReversed() }, under)).toEqual(plan);
    });
  });
});
