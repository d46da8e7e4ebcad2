/** What an import needs of the running chain. start-import.ts builds it. */
import type { ProductInput, SavedProducts, Store, StoreInput } from './stores/register.ts';

/** Goods received: the operation id makes them count once, whatever is imported how often. */
export interface Receipt {
  readonly operationId: string;
  readonly storeId: string;
  readonly documentId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** `conflicting`: the same id was received before with other content; nothing was booked now. */
export type ReceiptOutcome = 'recorded' | 'repeated' | 'conflicting';

export interface ImportPorts {
  saveStores(stores: readonly StoreInput[]): Promise<number>;
  listStores(): Promise<readonly Store[]>;
  saveProducts(products: readonly ProductInput[]): Promise<SavedProducts>;
  /** Which of these articles the catalogue has. */
  knownSkus(skus: readonly string[]): Promise<ReadonlySet<string>>;
  /** Books receipts; the answers stand in the same order. */
  submitReceipts(receipts: readonly Receipt[]): Promise<readonly ReceiptOutcome[]>;
}

export type ImportPhase = 'products' | 'stores' | 'stock';

/** Called often: show it as it comes. `done` and `total` are of one unit within a phase. */
export type OnProgress = (phase: ImportPhase, done: number, total: number) => void;

/** What one file changed. */
export interface ImportCount {
  readonly phase: ImportPhase;
  readonly read: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly bad: number;
}
