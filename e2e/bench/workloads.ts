/** Who pushes in which workload. Pure. */
import { must } from '@gondola/shared/lib/assert.ts';
import { HOT_POOLS, HOT_SHARE } from './plan.ts';

/** A till to be enrolled. */
export interface PlannedTill {
  /** Unique in the run. */
  readonly tillNumber: number;
  readonly storeNumber: number;
  /** Index of the one article that it sells, or null for all alike. */
  readonly hotItem: number | null;
}

export type WorkloadName = 'uniform' | 'hot';

/** Tills of a hot store are dealt its one pool, all others every pool of their stores. */
export function allotmentsOf(tills: readonly PlannedTill[], items: number): number {
  return tills.reduce((sum, { hotItem }) => sum + (hotItem === null ? items : 1), 0);
}

export interface Fleet {
  readonly tills: readonly PlannedTill[];
  /** Numbers of the tills that push, in turn: each pushes as often as any other. */
  readonly turns: Readonly<Record<WorkloadName, readonly number[]>>;
}

/** The tills of the hot workload's other part are this far apart, so that they are of different stores. */
const OTHERS_STEP = 7;

/** A pool that most of the hot workload meets. */
export interface HotPool {
  readonly storeNumber: number;
  readonly item: number;
}

/**
 * One in each of a few stores behind those of the uniform workload, so that the many tills of a hot store claim nothing of
 * the pools that the others sell from.
 */
export function hotPools(stores: number, items: number): HotPool[] {
  return Array.from({ length: HOT_POOLS }, (_, index) => ({
    storeNumber: stores + 1 + index,
    item: index % items,
  }));
}

/** Tills per push under way: a till whose push is being decided has no second one, so its turn must come later. */
const TILLS_PER_PUSH = 2;

/** At least a till in each store for the uniform workload; for the hot one, as many more in the stores of the hot pools. */
export function planFleet(stores: number, items: number, pushesAtOnce: number): Fleet {
  const uniform = Array.from(
    { length: Math.max(stores, pushesAtOnce * TILLS_PER_PUSH) },
    (_, index): PlannedTill => ({ tillNumber: index, storeNumber: 1 + (index % stores), hotItem: null }),
  );
  const hotPerOther = Math.round(HOT_SHARE / (1 - HOT_SHARE));
  const others = Math.ceil((pushesAtOnce * TILLS_PER_PUSH) / (hotPerOther + 1));
  const pools = hotPools(stores, items);
  const hot = Array.from({ length: others * hotPerOther }, (_, index): PlannedTill => {
    const { storeNumber, item } = must(pools[index % pools.length], 'there are hot pools');
    return { tillNumber: uniform.length + index, storeNumber, hotItem: item };
  });
  return {
    tills: [...uniform, ...hot],
    turns: {
      uniform: uniform.map(({ tillNumber }) => tillNumber),
      hot: Array.from({ length: others }, (_, group) => [
        ...hot.slice(group * hotPerOther, (group + 1) * hotPerOther).map(({ tillNumber }) => tillNumber),
        uniform[(group * OTHERS_STEP) % uniform.length]?.tillNumber ?? 0,
      ]).flat(),
    },
  };
}

export function storeNumberText(storeNumber: number): string {
  return String(storeNumber);
}

export function skuOf(item: number): string {
  return `BENCH${String(item).padStart(5, '0')}`;
}
