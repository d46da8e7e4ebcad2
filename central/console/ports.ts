/** What the console's routes read: its own model, and the faces that the composition root hands in. */
import type { ConflictRow, PoolRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { NoticeView, TillView } from './view-schemas.ts';

export interface StoreName {
  readonly storeId: string;
  readonly number: string;
  readonly name: string;
}

export interface ProductName {
  readonly sku: string;
  readonly name: string;
}

/** What the lives of one till hold in the store's pools and have not spent, as far as the authority knows. */
export interface TillHolding {
  readonly articles: number;
  readonly units: number;
  /** Of these: with a till that is silent past its term, or whose life is over. */
  readonly unitsInDoubt: number;
}

/** Other services, by their public faces. */
export interface ConsoleSources {
  listStores(): Promise<readonly StoreName[]>;
  listTills(storeId: string | null): Promise<readonly TillView[]>;
  /** By till. */
  holdings(storeId: string): Promise<ReadonlyMap<string, TillHolding>>;
  findProducts(skus: readonly string[]): Promise<readonly ProductName[]>;
  searchProducts(text: string, rowsMax: number): Promise<readonly ProductName[]>;
  notices(rowsMax: number): Promise<readonly NoticeView[]>;
}

export type StorePoolRow = PoolRow & { readonly storeId: string };

export interface FeedFilter {
  /** Only events before this position; null begins with the newest. */
  readonly before: number | null;
  readonly storeId: string | null;
  readonly sku: string | null;
  readonly type: string | null;
  readonly rowsMax: number;
}

export interface Counts {
  readonly position: number;
  readonly conflictsOpen: number;
  readonly reservationsHeld: number;
  readonly poolsInDeficit: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

export interface StoreCounts {
  readonly conflictsOpen: number;
  readonly poolsInDeficit: number;
}

export interface HistoryRow {
  readonly event: CloudEvent;
  readonly onHandAfter: number;
}

/** A pool with an event that could not be folded: its figures are those before that event. */
export interface ParkedRow {
  readonly storeId: string;
  readonly sku: string;
  readonly position: number;
  readonly reason: string;
  readonly parkedAt: string;
}

/** Reads of the console's own database. */
export interface ReadModel {
  counts(): Promise<Counts>;
  countsByStore(): Promise<ReadonlyMap<string, StoreCounts>>;
  listPools(filter: {
    readonly storeId: string | null;
    readonly skus: readonly string[] | null;
    readonly rowsMax: number;
  }): Promise<readonly StorePoolRow[]>;
  findPool(storeId: string, sku: string): Promise<StorePoolRow | null>;
  history(storeId: string, sku: string, rowsMax: number): Promise<readonly HistoryRow[]>;
  listReservations(filter: {
    readonly storeId: string | null;
    readonly sku: string | null;
    readonly state: string | null;
    readonly rowsMax: number;
  }): Promise<readonly ReservationRow[]>;
  listConflicts(filter: {
    readonly storeId: string | null;
    readonly state: string | null;
    readonly rowsMax: number;
  }): Promise<readonly ConflictRow[]>;
  events(filter: FeedFilter): Promise<readonly CloudEvent[]>;
  listParked(rowsMax: number): Promise<readonly ParkedRow[]>;
}
