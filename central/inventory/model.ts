import type { AllotmentFigures, AllotmentMode, AllotmentState } from '@gondola/shared/domain/allotment.ts';
import type { Label, ReservationState, TransferState, VerdictKind } from '@gondola/shared/domain/labels.ts';
import type { Pool } from '@gondola/shared/domain/pool.ts';
import type { QuarantineReason, RefusalReason } from '@gondola/shared/domain/refusal.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import { type Demand, NO_DEMAND } from './grant-policy.ts';

/** The state that the authority decides over: what one batch has loaded and locked. Plain data. */

export interface PoolState {
  readonly pool: Pool;
  /** Dense: the number of events of this pool. */
  readonly version: number;
  readonly recountNeeded: boolean;
  /** When and by whom the pool was last counted; evidence for overlapping operations. */
  readonly lastCount: { readonly recordedAt: string | null; readonly tillId: string | null } | null;
  /** What was taken through the API lately. */
  readonly webDemand: Demand;
}

/** One life of one till. */
export interface Life {
  readonly tillId: string;
  readonly life: number;
}

/** What one life of one till holds of a pool. */
export interface Allotment extends Life, AllotmentFigures {
  readonly storeId: string;
  readonly sku: string;
  readonly number: number;
  readonly state: AllotmentState;
  readonly mode: AllotmentMode;
  /** Units that the authority has asked back. */
  readonly recalled: number;
  /** What this till took of the pool lately, inside the allotment or not. */
  readonly demand: Demand;
}

export interface Reservation {
  readonly reservationId: string;
  readonly storeId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: ReservationState;
  readonly tillId: string | null;
  /** The life inside whose allotment the units stand; null for a hold of the authority's own. */
  readonly allottedLife: number | null;
  readonly heldAt: string;
  readonly expiresAt: string;
}

export interface TransferLine {
  readonly sku: string;
  readonly requested: number;
  readonly dispatched: number | null;
  readonly received: number | null;
}

/** Goods on their way from one store to another, one state at a time. */
export interface Transfer {
  readonly transferId: string;
  readonly fromStoreId: string;
  readonly toStoreId: string;
  readonly state: TransferState;
  readonly lines: readonly TransferLine[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly reason: string | null;
}

/** A deficit that may still be repaid by sibling tills of the store. */
export interface PendingConflict {
  readonly conflictId: string;
  readonly storeId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** One past event of a pool, as a stocktake needs it. */
export interface HistoryEntry {
  /** Infinity while the event is not yet in the log (an earlier operation of the same batch). */
  readonly position: number;
  /** Change of the book quantity. */
  readonly bookDelta: number;
  readonly tillId: string | null;
  readonly life: number | null;
  readonly sequence: number | null;
  readonly recordedAt: string | null;
}

/** Everything an operation may look at. Lookups of what was not loaded are a broken rule of the handler. */
export interface Book {
  readonly logId: string;
  poolState(storeId: string, sku: string): PoolState;
  reservation(reservationId: string): Reservation | undefined;
  /** Allotments of the pool that are not settled. */
  allotments(storeId: string, sku: string): readonly Allotment[];
  transfer(transferId: string): Transfer | undefined;
  /** Whether a record of a life that is over was decided before, in that life or by an earlier salvage. */
  isSalvaged(salvaged: { readonly operationId: string; readonly contentHash: string }): boolean;
  /** Events of the pool after the position, oldest first; loaded only for pools that are counted. */
  historySince(storeId: string, sku: string, position: number): readonly HistoryEntry[];
}

/** Who sent the operation. */
export type Origin =
  | { readonly kind: 'till'; readonly tillId: string; readonly life: number; readonly sequence: number }
  | { readonly kind: 'api'; readonly apiKeyId: string }
  | { readonly kind: 'import' };

interface OperationIdentity {
  readonly operationId: string;
  /** SHA-256 of the journaled bytes, or of the API's body: a repeat must match it. */
  readonly contentHash: string;
  readonly storeId: string;
  readonly origin: Origin;
  /** The text that was hashed, kept for ever. */
  readonly raw: string;
}

export interface ReadableOperation extends OperationIdentity {
  readonly readable: true;
  readonly label: Label | null;
  readonly recordedAt: string | null;
  readonly seen: Checkpoint | null;
  readonly body: OperationBody;
  /** Set when the body comes out of a record of a life that is over: that record's id and hash. */
  readonly salvaged?: { readonly operationId: string; readonly contentHash: string };
}

/** A record nobody can decode: it is kept, decided as QUARANTINED and blocks nothing. */
export interface UnreadableOperation extends OperationIdentity {
  readonly readable: false;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

export type Operation = ReadableOperation | UnreadableOperation;

export interface Excess {
  readonly sku: string;
  readonly quantity: number;
}

/** The authority's final word with all that it causes. The events' last one is always OperationDecided. */
export interface Decision {
  readonly verdict: VerdictKind;
  readonly reason: RefusalReason | QuarantineReason | null;
  readonly reservationId: string | null;
  readonly expiresAt: string | null;
  readonly excess: readonly Excess[];
  readonly events: readonly InventoryEvent[];
}

/** Time and settings of one batch, on the authority's clock. */
export interface DecisionContext {
  readonly now: string;
  readonly reservationTimeoutMs: number;
  /** How long a requested transfer waits for its goods to leave. */
  readonly transferTimeoutMs: number;
}

export const EMPTY_POOL_STATE: PoolState = {
  pool: { free: 0, held: 0, allotted: 0, inDoubt: 0, deficit: 0 },
  version: 0,
  recountNeeded: false,
  lastCount: null,
  webDemand: NO_DEMAND,
};
