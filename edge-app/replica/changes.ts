import type { VerifiedPage } from '@gondola/sync/client/ports.ts';
import type { CataloguePage } from '@gondola/sync/protocol/pull.ts';
import type { ReplicaChange } from '../checkout/ports.ts';

/** Tells listeners of applied pages; one that throws does not keep the others from hearing. */
export interface ChangeEmitter {
  subscribe(listener: (change: ReplicaChange) => void): () => void;
  emit(change: ReplicaChange): void;
}

/** An emitter without listeners. */
export function createChangeEmitter(): ChangeEmitter {
  const listeners = new Set<(change: ReplicaChange) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    emit(change) {
      for (const listener of listeners) listener(change);
    },
  };
}

/** What an inventory page changed. */
export function inventoryChange(page: VerifiedPage): ReplicaChange {
  const skus = new Set<string>();
  for (const { sku } of page.pools) skus.add(sku);
  for (const { sku } of page.reservations) skus.add(sku);
  for (const { sku } of page.allotments) skus.add(sku);
  return { log: 'inventory', skus, reset: page.reset, isWhole: !page.hasMore };
}

/** What a catalogue page changed. */
export function catalogueChange(page: CataloguePage): ReplicaChange {
  return { log: 'catalogue', products: page.products, reset: page.reset };
}
