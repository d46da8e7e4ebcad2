import type { ConflictFacts, StoreStock, Surroundings } from './suggest-acts.ts';
import { sourcesOf } from './suggest-acts.ts';

/** A transfer to the conflict's store that would make the refused promise good. */
export interface Compensation {
  readonly fromStoreId: string;
  readonly toStoreId: string;
  readonly sku: string;
  readonly quantity: number;
}

/**
 * What the policy does about a refused hold: the goods come from the best store that was not asked before. null for every
 * other conflict, and where no store has enough: a person decides those. Pure.
 */
export function proposeCompensation(
  conflict: ConflictFacts,
  around: Pick<Surroundings, 'place' | 'stores'>,
  asked: ReadonlySet<StoreStock['storeId']>,
): Compensation | null {
  const { kind, state, operationType, storeId, quantity } = conflict;
  if (kind !== 'provisional-refused' || operationType !== 'reserve') return null;
  if (state !== 'OPEN' || quantity === 0) return null;
  const source = sourcesOf(conflict, around).find(({ fromStoreId }) => !asked.has(fromStoreId));
  if (source === undefined) return null;
  return { fromStoreId: source.fromStoreId, toStoreId: storeId, sku: source.sku, quantity };
}
