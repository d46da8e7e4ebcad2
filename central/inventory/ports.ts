import type { Pool } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import type {
  Allotment,
  Decision,
  HistoryEntry,
  Life,
  Operation,
  PendingConflict,
  PoolState,
  Reservation,
  Transfer,
} from './model.ts';

export interface PoolKey {
  readonly storeId: string;
  readonly sku: string;
}

/** One life of a till of a store. */
export interface LifeKey extends Life {
  readonly storeId: string;
}

/** The end of one life's decided records, and whether the life goes on. */
export interface DecidedHead extends LifeKey {
  readonly sequence: number;
  readonly hash: string;
  readonly isRetired: boolean;
  /** Until when its till may spend its allotments, on the authority's clock; null before its first contact. */
  readonly termEndsAt: string | null;
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
  /** The record of an ended life that it took over, as `salvageText` writes it. */
  readonly salvaged: string | null;
}

/** Everything one batch changes. Indexes point into `events`; the ledger turns them into positions. */
export interface BatchWrite {
  readonly decidedAt: string;
  readonly events: readonly InventoryEvent[];
  readonly pools: readonly (PoolKey & { readonly state: PoolState; readonly lastEventIndex: number })[];
  readonly reservations: readonly { readonly reservation: Reservation; readonly lastEventIndex: number }[];
  readonly allotments: readonly { readonly allotment: Allotment; readonly lastEventIndex: number }[];
  readonly transfers: readonly { readonly transfer: Transfer; readonly lastEventIndex: number }[];
  readonly decided: readonly DecidedOperation[];
  readonly heads: readonly DecidedHead[];
}

/**
 * How a batch meets other writers. `shared`: what it reads may be what the last batches left, nothing is locked, and `save`
 * refuses when a pool or a life that it moves has moved meanwhile. So an answer that moves nothing (a refusal, a repeat) proves
 * nothing with shared access, and its batch is decided again. `exclusive`: no other batch is decided between its beginning and
 * its end.
 */
export type Access = 'shared' | 'exclusive';

/** Inside one transaction of the authority. */
export interface LedgerTransaction {
  /** What was asked for, or more. */
  readonly access: Access;
  /** The authority's clock (the database's, so that many nodes agree), ISO 8601, and the log's id and last position. */
  begin(): Promise<{ readonly now: string; readonly logId: string; readonly position: number }>;
  /** A life never seen has sequence 0 and the genesis hash. */
  readHeads(keys: readonly LifeKey[]): Promise<readonly DecidedHead[]>;
  findVerdicts(operationIds: readonly string[]): Promise<ReadonlyMap<string, StoredVerdict>>;
  /** Of these records of ended lives, those that were decided in their life or salvaged before. */
  findSalvaged(texts: readonly string[]): Promise<readonly string[]>;
  findReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]>;
  /** Holds inside allotments of that life which still stand. */
  findAllottedHolds(of: Life): Promise<readonly Reservation[]>;
  findTransfers(transferIds: readonly string[]): Promise<readonly Transfer[]>;
  /** A pool never seen is empty. Comes before every other question about pools. */
  readPools(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>>;
  /** Every allotment of these pools, settled ones too: a later grant continues their numbers. */
  findAllotments(keys: readonly PoolKey[]): Promise<readonly Allotment[]>;
  /** Deficits of these pools that wait for sibling tills, oldest first. */
  findPending(keys: readonly PoolKey[]): Promise<readonly PendingConflict[]>;
  /** Lives of these stores that were heard of since, on the authority's clock, and are not retired. */
  findAlive(storeIds: readonly string[], heardSince: string, now: string): Promise<readonly LifeKey[]>;
  /** Holds of these pools that are over at `now`, the longest first, as many as one batch may end. */
  findOverdue(keys: readonly PoolKey[], now: string): Promise<readonly Reservation[]>;
  /** Events of a pool after a position, oldest first. */
  readHistory(key: PoolKey, afterPosition: number): Promise<readonly HistoryEntry[]>;
  /** Locks the log, gives positions, writes everything. Returns the position before the first event. */
  save(write: BatchWrite): Promise<{ readonly basePosition: number }>;
}

/** What a till's contact is worth: how long it may spend, by the authority's clock. */
export interface Term {
  readonly now: string;
  readonly termEndsAt: string;
  /** It had not been heard of for so long that its store's pools should be looked at again. */
  readonly cameBack: boolean;
}

export interface TermRules {
  readonly termMs: number;
  /** A term is written again only when it has aged this much: most contacts write nothing. */
  readonly renewAfterMs: number;
}

/** The authority's memory. Postgres in production; in memory for simulation and unit tests; one contract for both. */
export interface Ledger {
  /** Runs `work` once or more often: again, and then exclusively, when others were faster. */
  transaction<Value>(access: Access, work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value>;
  /** The last position, and the id, of the log. */
  head(): Promise<{ readonly logId: string; readonly position: number }>;
  decidedHead(tillId: string, life: number): Promise<{ readonly sequence: number; readonly hash: string }>;
  /** How the pool stands just now, outside any transaction. */
  peek(pool: PoolKey): Promise<Pick<Pool, 'free' | 'deficit' | 'allotted'>>;
  /** One heartbeat renews all allotments of a life; null when it is retired. */
  renewTerm(life: LifeKey, rules: TermRules): Promise<Term | null>;
  /** Pools with holds that are over, for the sweeper. */
  findOverduePools(limit: number): Promise<readonly PoolKey[]>;
  /** Transfers that nobody has sent in time. */
  findOverdueTransfers(limit: number): Promise<readonly string[]>;
  /** Lives of the till before this one that are not retired yet. */
  findEarlierLives(life: LifeKey): Promise<readonly LifeKey[]>;
  /** Lives that are over, by retirement or time, and still have spendable allotments or holds inside them. */
  findLapsedLives(limit: number): Promise<readonly LifeKey[]>;
  /** Pools in which that life has allotments that may still be spent, or holds. */
  findPoolsOf(life: Life, limit: number): Promise<readonly PoolKey[]>;
  /** Pools with allotments whose report deadline has passed. */
  findPastDeadline(reportMs: number, limit: number): Promise<readonly (PoolKey & Life)[]>;
  /** The store's pools in order of article, behind `afterSku`, that have units to deal out or to ask back. */
  findStorePools(storeId: string, afterSku: string, limit: number): Promise<readonly PoolKey[]>;
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
  readonly allotments: readonly AllotmentRow[];
  readonly transfers: readonly TransferRow[];
  readonly policies: readonly PolicyRow[];
}

/** The key of a pool in maps. */
export function poolKeyText(storeId: string, sku: string): string {
  return `${storeId}/${sku}`;
}

/** The key of a life in maps. */
export function lifeKeyText({ tillId, life }: Life): string {
  return `${tillId}/${life}`;
}
