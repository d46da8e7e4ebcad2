import type { RecordContent, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Role } from '@gondola/shared/domain/permission.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ProductRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import type { JournalReader, ReplicaWriter } from '@gondola/sync/client/ports.ts';
import type { Draft } from './draft.ts';

/**
 * The only thing on a till that exists nowhere else: append-only, dense, chained by hash.
 *
 * `append` resolves when the record is on the medium, and never before: labels are shown and receipts printed after it.
 * Appends are serialised. A flush that fails leaves the medium in doubt, so it stops every further append until the
 * journal is opened again and has verified what is really there.
 */
export interface Journal extends JournalReader {
  append(content: RecordContent): Promise<SealedRecord>;
  /** Why appends are refused; null while they are not. */
  failure(): JournalError | null;
  /** Waits for the append under way; refuses what comes later. */
  close(): Promise<void>;
}

/**
 * `flush-failed`: the medium did not confirm a write. `not-strict`: the medium would confirm before it has flushed.
 * `broken-chain`: what stands on the medium is not one chain of this till. `too-large`: the record was refused before
 * anything was written. `closed`: the journal was closed.
 */
export type JournalErrorCode = 'flush-failed' | 'not-strict' | 'broken-chain' | 'too-large' | 'closed';

/** A journal that cannot keep its promise says so by this, and by nothing else. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Rows that a page changed. `reset` says that a log was replaced, so anything may have changed. */
export type ReplicaChange =
  | {
      readonly log: 'inventory';
      readonly skus: ReadonlySet<string>;
      readonly reset: boolean;
      /** Nothing more waits behind this page: every row stands where its verdicts say. */
      readonly isWhole: boolean;
    }
  | { readonly log: 'catalogue'; readonly products: readonly ProductRow[]; readonly reset: boolean };

/** What the centre has said, as far as this till has heard. May be dropped and pulled again at any moment. */
export interface Replica extends ReplicaWriter {
  pool(sku: string): Promise<PoolRow | null>;
  pools(): Promise<readonly PoolRow[]>;
  reservation(reservationId: string): Promise<ReservationRow | null>;
  /** Reservations that are still HELD. */
  heldReservations(): Promise<readonly ReservationRow[]>;
  /** Every reservation this till has heard of, whatever its state. */
  reservations(): Promise<readonly ReservationRow[]>;
  conflicts(): Promise<readonly ConflictRow[]>;
  /** What that life holds of the article. At once: a label must not wait between its look and its record. */
  allotment(life: number, sku: string): AllotmentRow | null;
  allotments(life: number): readonly AllotmentRow[];
  /** At once, for the same reason. */
  knownReservation(reservationId: string): ReservationRow | null;
  /** Holds inside that life's allotments which still stand. */
  allottedHolds(tillId: string, life: number): readonly ReservationRow[];
  /** How far the article may be promised unsure; null when nobody said. At once, as what a label rests on. */
  policy(sku: string): PolicyRow | null;
  transfers(): Promise<readonly TransferRow[]>;
  verdict(operationId: string): Promise<VerdictRow | null>;
  verdicts(): Promise<readonly VerdictRow[]>;
  /** The last sequence of that life with a verdict; 0 when there is none. Verdicts come in sequence order. */
  decidedSequence(life: number): Promise<number>;
  product(sku: string): Promise<ProductRow | null>;
  productByEan(ean: string): Promise<ProductRow | null>;
  productCount(): Promise<number>;
  /** Products in order of SKU, behind `afterSku` ('' for the first page). */
  productPage(afterSku: string, rowsMax: number): Promise<readonly ProductRow[]>;
  /** Called after a page has been applied; returns the unsubscribe function. */
  subscribe(listener: (change: ReplicaChange) => void): () => void;
  close(): Promise<void>;
}

/** Keeps the open basket and those put aside, so that a crash in the middle of a sale is noticed and nothing is sold twice. */
export interface DraftStore {
  load(): Promise<Draft | null>;
  save(draft: Draft): Promise<void>;
}

/** Who stands at the till now. */
export interface Staff {
  role(): Role;
}
