import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { ConflictRow, PoolRow, ReservationRow, VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Decision, HistoryEntry, Operation, PoolState, Reservation } from './model.ts';

export interface PoolKey {
  readonly storeId: string;
  readonly sku: string;
}

/** The end of one life's decided records. */
export interface DecidedHead {
  readonly tillId: string;
  readonly life: number;
  readonly storeId: string;
  readonly sequence: number;
  readonly hash: string;
}

/** A verdict that stands, with what is needed to recognise a repeat. */
export interface StoredVerdict {
  readonly contentHash: string;
  readonly storeId: string;
  readonly row: VerdictRow;
}

/** One operation decided in this batch. `lastEventIndex` points at its OperationDecided. */
export interface DecidedOperation {
  readonly operation: Operation;
  readonly decision: Decision;
  readonly lastEventIndex: number;
}

/** Everything one batch changes. Indexes point into `events`; the ledger turns them into positions. */
export interface BatchWrite {
  readonly decidedAt: string;
  readonly events: readonly InventoryEvent[];
  readonly pools: readonly (PoolKey & { readonly state: PoolState; readonly lastEventIndex: number })[];
  readonly reservations: readonly { readonly reservation: Reservation; readonly lastEventIndex: number }[];
  readonly decided: readonly DecidedOperation[];
  readonly heads: readonly DecidedHead[];
}

/** Inside one transaction of the authority. Locks are taken in key order and held to its end. */
export interface LedgerTransaction {
  /** The authority's clock (the database's, so that many nodes agree), ISO 8601, and the log's id. */
  begin(): Promise<{ readonly now: string; readonly logId: string }>;
  /** Locks and reads; a life never seen has sequence 0 and the genesis hash. */
  lockHeads(
    keys: readonly { tillId: string; life: number; storeId: string }[],
  ): Promise<readonly DecidedHead[]>;
  findVerdicts(operationIds: readonly string[]): Promise<ReadonlyMap<string, StoredVerdict>>;
  findReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]>;
  /** Locks and reads pools; a pool never seen is empty. */
  lockPools(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>>;
  /** Holds of these pools that are over at `now`. */
  findOverdue(keys: readonly PoolKey[], now: string): Promise<readonly Reservation[]>;
  /** Events of a pool after a position, oldest first. */
  readHistory(key: PoolKey, afterPosition: number): Promise<readonly HistoryEntry[]>;
  /** Locks the log last, gives positions, writes everything. Returns the position before the first event. */
  save(write: BatchWrite): Promise<{ readonly basePosition: number }>;
}

/** The authority's memory. Postgres in production; in memory for simulation and unit tests; one contract for both. */
export interface Ledger {
  transaction<Value>(work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value>;
  /** The last position, and the id, of the log. */
  head(): Promise<{ readonly logId: string; readonly position: number }>;
  decidedHead(tillId: string, life: number): Promise<{ readonly sequence: number; readonly hash: string }>;
  /** Pools with holds that are over, for the sweeper. */
  findOverduePools(limit: number): Promise<readonly PoolKey[]>;
  findReservation(reservationId: string): Promise<ReservationRow | undefined>;
}

/** What a till may pull: rows of its store that changed after a position, in position order. */
export interface ChangedRows {
  readonly head: number;
  readonly logId: string;
  readonly pools: readonly PoolRow[];
  readonly reservations: readonly ReservationRow[];
  readonly verdicts: readonly VerdictRow[];
  readonly conflicts: readonly ConflictRow[];
}

/** The key of a pool in maps. */
export function poolKeyText(storeId: string, sku: string): string {
  return `${storeId}/${sku}`;
}
