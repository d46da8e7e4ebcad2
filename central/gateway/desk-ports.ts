import type {
  AdjustmentReason,
  ConflictAct,
  ConflictState,
  TransferState,
} from '@gondola/shared/domain/labels.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ReservationRow,
  TransferRow,
} from '@gondola/shared/schemas/rows.ts';
import type { z } from 'zod';
import type { conflictReportSchema } from './conflict-schemas.ts';
import type { ApiAnswer, ApiCommand, AuditAnswer } from './ports.ts';

/** What the gateway needs of the inventory, by subject. */

/** How old an answer may be. */
export interface Freshness {
  /** 0: as it stands now. */
  readonly ageMaxMs: number;
  /** The answer must hold everything up to this position of the log. */
  readonly seenPosition: number;
}

/** `ageMs`: how old the answer is at most; null when it is as it stands. */
export interface Aged<Value> {
  readonly value: Value;
  readonly ageMs: number | null;
}

type Sent<Part> = ApiCommand & Part & { readonly storeId: string; readonly raw: string };
export interface DeskLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface ReservationDesk {
  reserve(command: Sent<{ sku: string; quantity: number }>): Promise<ApiAnswer>;
  commit(
    command: Sent<{
      reservationId: string;
      transactionId: string;
      customerId: string;
      quantity?: number | undefined;
    }>,
  ): Promise<ApiAnswer>;
  release(command: Sent<{ reservationId: string }>): Promise<ApiAnswer>;
  findReservation(reservationId: string): Promise<ReservationRow | undefined>;
}

export interface PoolDesk {
  findPool(storeId: string, sku: string): Promise<PoolRow>;
  /** The same for whoever only looks. */
  readPool(storeId: string, sku: string, freshness: Freshness): Promise<Aged<PoolRow>>;
  adjust(
    command: Sent<{
      sku: string;
      difference: number;
      reason: AdjustmentReason;
      note?: string | undefined;
      expectedVersion?: number | undefined;
    }>,
  ): Promise<ApiAnswer>;
  findPolicy(storeId: string, sku: string): Promise<PolicyRow | null>;
  changePolicy(
    command: Keyed<{
      storeId: string;
      sku: string;
      provisionalMaxUnits: number | null;
      changedBy: string;
      expectedVersion: number;
    }>,
  ): Promise<Result<Kept<PolicyRow>, { readonly kind: 'stale'; readonly current: PolicyRow | null }>>;
  /** Recounts the whole log now. */
  audit(): Promise<AuditAnswer>;
}

export interface TransferDesk {
  requestTransfer(command: Sent<{ fromStoreId: string; lines: readonly DeskLine[] }>): Promise<ApiAnswer>;
  /** The id that such a request's transfer has. */
  transferIdOf(command: ApiCommand): string;
  moveTransfer(
    command: Sent<{ move: 'dispatch' | 'receive'; transferId: string; lines: readonly DeskLine[] }>,
  ): Promise<ApiAnswer>;
  cancelTransfer(command: Sent<{ transferId: string; reason?: string | undefined }>): Promise<ApiAnswer>;
  findTransfer(transferId: string): Promise<TransferRow | null>;
  listTransfers(
    filter: {
      storeId: string | null;
      state: TransferState | null;
      limit: number;
    },
    freshness: Freshness,
  ): Promise<Aged<readonly TransferRow[]>>;
}

export type StoreAllotment = AllotmentRow & { readonly storeId: string };
/** A request that is no operation of the log: its answer is kept by who asked and the Idempotency-Key. */
type Keyed<Part> = Part & { readonly caller: string; readonly idempotencyKey: string; readonly raw: string };
type Kept<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly repeated: boolean }
  | { readonly kind: 'reused-key' };

export interface AllotmentDesk {
  listAllotments(
    filter: {
      storeId: string | null;
      sku: string | null;
      tillId: string | null;
      limit: number;
    },
    freshness: Freshness,
  ): Promise<Aged<readonly StoreAllotment[]>>;
  forceAllotment(
    command: Keyed<{
      storeId: string;
      sku: string;
      tillId: string;
      life: number;
      reason: string;
      forcedBy: string;
      approvedBy: string;
      expectedPosition: number;
    }>,
  ): Promise<
    Result<
      Kept<{ readonly allotment: StoreAllotment; readonly exposureUnits: number }>,
      | { readonly kind: 'unknown' | 'same-person' }
      | { readonly kind: 'stale' | 'over'; readonly current: StoreAllotment }
      | { readonly kind: 'busy' | 'failed' }
    >
  >;
}

/** Answered: so many tills were asked to settle, and so many allotments are open still. */
export interface ClosedAllotments {
  readonly closing: number;
  readonly remaining: number;
}

export interface ClosingDesk {
  closeAllotments(
    command: Keyed<{
      storeId: string;
      tillId: string | null;
      sku: string | null;
      reason: string;
      closedBy: string;
    }>,
  ): Promise<Result<Kept<ClosedAllotments>, { readonly kind: 'busy' | 'failed' }>>;
}

/** As a service answers it: the schema of the wire says the same in its own types. */
type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
export type ConflictReportAnswer = DeepReadonly<z.input<typeof conflictReportSchema>>;

export interface ConflictDesk {
  listConflicts(
    filter: {
      storeId: string | null;
      state: ConflictState | null;
      limit: number;
    },
    freshness: Freshness,
  ): Promise<Aged<readonly ConflictRow[]>>;
  conflictReport(conflictId: string, freshness: Freshness): Promise<Aged<ConflictReportAnswer | null>>;
  closeConflict(
    command: Keyed<{
      conflictId: string;
      closedBy: string;
      closingReason: string;
      act: ConflictAct;
      transferId: string | null;
      expectedPosition: number;
    }>,
  ): Promise<
    Result<
      Kept<ConflictRow>,
      { readonly kind: 'unknown' } | { readonly kind: 'stale' | 'pending'; readonly current: ConflictRow }
    >
  >;
}

export interface InventoryDesk
  extends ReservationDesk,
    PoolDesk,
    TransferDesk,
    AllotmentDesk,
    ClosingDesk,
    ConflictDesk {}
