/** Who pushes in which workload. Pure. */
import { HOT_POOLS, HOT_SHARE } from './plan.ts';

/** A till to be enrolled. */
export interface PlannedTill {
  /** Unique in the run. */
  readonly tillNumber: number;
  readonly storeNumber: number;
  /** Index of the one article that it sells, or null for all alike. */
  readonly hotItem: number | null;
}

/** The workloads by name; half of the operations inside allotments joins here when tills hold allotments. */
export type WorkloadName = 'uniform' | 'hot';

export interface Fleet {
  readonly tills: readonly PlannedTill[];
  /** Numbers of the tills that push, in turn: each pushes as often as any other. */
  readonly turns: Readonly<Record<WorkloadName, readonly number[]>>;
}

/** Tills per push under way: a till whose push is being decided has no second one, so its turn must come later. */
const TILLS_PER_PUSH = 2;

/** At least a till in each store for the uniform workload; for the hot one, tills of as many stores as there are hot pools. */
export function planFleet(stores: number, items: number, pushesAtOnce: number): Fleet {
  const uniform = Array.from(
    { length: Math.max(stores, pushesAtOnce * TILLS_PER_PUSH) },
    (_, index): PlannedTill => ({ tillNumber: index, storeNumber: 1 + (index % stores), hotItem: null }),
  );
  const hotPerOther = Math.round(HOT_SHARE / (1 - HOT_SHARE));
  const others = Math.ceil((pushesAtOnce * TILLS_PER_PUSH) / (hotPerOther + 1));
  const hot = Array.from(
    { length: others * hotPerOther },
    (_, index): PlannedTill => ({
      tillNumber: uniform.length + index,
      storeNumber: 1 + (index % Math.min(HOT_POOLS, stores)),
      hotItem: (index % HOT_POOLS) % items,
    }),
  );
  return {
    tills: [...uniform, ...hot],
    turns: {
      uniform: uniform.map(({ tillNumber }) => tillNumber),
      hot: Array.from({ length: others }, (_, group) => [
        ...hot.slice(group * hotPerOther, (group + 1) * hotPerOther).map(({ tillNumber }) => tillNumber),
        uniform[(group * (HOT_POOLS + 2)) % uniform.length]?.tillNumber ?? 0,
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
