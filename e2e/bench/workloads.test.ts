import { expect, it } from 'vitest';
import { HOT_POOLS, HOT_SHARE } from './plan.ts';
import { allotmentsOf, hotPools, planFleet } from './workloads.ts';

const STORES = 500;
const PUSHES_AT_ONCE = 200;
const fleet = planFleet(STORES, 400, PUSHES_AT_ONCE);
const byNumber = new Map(fleet.tills.map((till) => [till.tillNumber, till]));

it('gives each till one number and one turn', () => {
  expect(byNumber.size).toBe(fleet.tills.length);
  for (const turns of Object.values(fleet.turns)) {
    expect(new Set(turns).size).toBe(turns.length);
    expect(turns.every((tillNumber) => byNumber.has(tillNumber))).toBe(true);
    expect(turns.length).toBeGreaterThan(PUSHES_AT_ONCE);
  }
});

it('spreads the uniform workload over all stores', () => {
  const stores = fleet.turns.uniform.map((tillNumber) => byNumber.get(tillNumber)?.storeNumber);
  expect(new Set(stores).size).toBe(STORES);
  expect(fleet.turns.uniform.every((tillNumber) => byNumber.get(tillNumber)?.hotItem === null)).toBe(true);
});

it('gives the hot pools their share of turns, in any stretch', () => {
  const hot = fleet.turns.hot.map((tillNumber) => byNumber.get(tillNumber)?.hotItem !== null);
  expect(hot.filter(Boolean).length / hot.length).toBeCloseTo(HOT_SHARE, 5);
  expect(hot.slice(0, 100).filter(Boolean).length).toBe(HOT_SHARE * 100);
  const pools = fleet.turns.hot.flatMap((tillNumber) => {
    const till = byNumber.get(tillNumber);
    return till === undefined || till.hotItem === null ? [] : [`${till.storeNumber}/${till.hotItem}`];
  });
  expect(new Set(pools).size).toBe(HOT_POOLS);
});

it('has enough tills when there are few stores', () => {
  expect(planFleet(5, 1, PUSHES_AT_ONCE).turns.uniform.length).toBeGreaterThan(PUSHES_AT_ONCE);
});

it('keeps the hot pools out of the stores of the uniform workload', () => {
  const uniform = new Set(fleet.turns.uniform.map((tillNumber) => byNumber.get(tillNumber)?.storeNumber));
  for (const { storeNumber } of hotPools(STORES, 400)) expect(uniform.has(storeNumber)).toBe(false);
});

it('knows how many allotments the tills can get', () => {
  const hot = fleet.tills.filter(({ hotItem }) => hotItem !== null).length;
  expect(allotmentsOf(fleet.tills, 400)).toBe((fleet.tills.length - hot) * 400 + hot);
});
