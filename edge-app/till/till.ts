import type { Label } from '@gondola/shared/domain/labels.ts';
import type { GuardedAct } from '@gondola/shared/domain/permission.ts';
import type { SellingRules } from '@gondola/shared/domain/selling-rules.ts';
import type { Tender } from '@gondola/shared/domain/tender.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { OperationType } from '@gondola/shared/schemas/operations.ts';
import type { ConflictRow, ProductRow } from '@gondola/shared/schemas/rows.ts';
import type { SyncStatus } from '@gondola/sync/client/status.ts';
import type { SyncError } from '@gondola/sync/protocol/error.ts';
import type { Basket, BasketAction, BasketItem } from '../checkout/basket.ts';
import type { CommitRequest } from '../checkout/commit-hold.ts';
import type { CountRequest } from '../checkout/count-shelf.ts';
import type { Recorded } from '../checkout/counter.ts';
import type { ParkedBasket } from '../checkout/draft.ts';
import type { Availability, HoldView } from '../checkout/evolve.ts';
import type { Held, HoldRequest } from '../checkout/hold-item.ts';
import type { JournalErrorCode } from '../checkout/ports.ts';
import type { ReceiveRequest } from '../checkout/receive-goods.ts';
import type { CheckoutRefusal } from '../checkout/refusal.ts';
import type { Returned, ReturnRequest, SoldReturnRequest } from '../checkout/return-goods.ts';
import type { Receipt, SaleRequest } from '../checkout/ring-up-sale.ts';
import type { EnrolProblem } from '../uplink/enrol.ts';
import type { FoundSale } from './find-sale.ts';

export type { BasketItem, BasketLine } from '../checkout/basket.ts';
/** Pure: what a screen shows of a change before it is made. */
export { basketAmounts, reduceBasket } from '../checkout/basket.ts';
export type {
  Basket,
  BasketAction,
  CheckoutRefusal,
  ConflictRow,
  EnrolProblem,
  FoundSale,
  Held,
  HoldView,
  ParkedBasket,
  ProductRow,
  Receipt,
  Recorded,
  Returned,
  SyncError,
  SyncStatus,
};

/** Who this till is, as enrolment said. */
export interface TillIdentity {
  readonly storeId: string;
  readonly storeName: string;
  readonly tillId: string;
  readonly tillName: string;
  readonly life: number;
  readonly currency: string;
}

/** A record of the journal that the centre has not decided, as far as this till knows. */
export interface QueueEntry {
  readonly sequence: number;
  readonly type: OperationType;
  readonly label: Label;
  readonly recordedAt: string;
  /** Whether the centre has confirmed to have it; its verdict may still be on the way down. */
  readonly sent: boolean;
  readonly units: number;
  readonly totalMinor: number | null;
}

/** What a till found of the last session's basket when it opened. */
export type Recovery =
  | { readonly kind: 'unfinished'; readonly basket: Basket }
  /** The crash came after the flush: the sale stands, and must not be rung up again. */
  | { readonly kind: 'recorded'; readonly receiptNumber: string; readonly totalMinor: number };

export interface TillStatus {
  readonly sync: SyncStatus;
  readonly journalFailure: { readonly code: JournalErrorCode; readonly message: string } | null;
  readonly undecided: number;
  readonly openConflicts: number;
  readonly catalogueSize: number;
  /** Products in the search index; it fills after the start. */
  readonly searchable: number;
  /** Rises with every change of rows or records: a reason to read again. */
  readonly revision: number;
}

/** One light of the readiness page, with the figures its sentence needs. */
export interface ReadinessLight {
  readonly id: 'catalogue' | 'journal' | 'storage' | 'space' | 'clock' | 'queue' | 'contact' | 'decisions';
  readonly state: 'good' | 'careful' | 'bad' | 'unknown';
  readonly value: number | null;
}

type Outcome<Value> = Promise<Result<Value, CheckoutRefusal>>;

/** All that screens, tests and the replay see of a till. Every use case resolves only when its record is on disk. */
export interface Till {
  readonly identity: TillIdentity;
  readonly rules: SellingRules;
  /** By the till's own wall clock. */
  readonly openedAtMs: number;
  start(): void;
  close(): Promise<void>;

  ringUp(sale: SaleRequest): Outcome<Receipt>;
  hold(request: HoldRequest): Outcome<Held>;
  release(reservationId: string): Outcome<Recorded>;
  commit(request: CommitRequest): Outcome<Recorded>;
  /** Without a receipt: by somebody who may. */
  takeBack(request: ReturnRequest): Outcome<Returned>;
  /** The sale of a receipt that this device has printed, and what came back of it. */
  findSale(receiptNumber: string): Outcome<FoundSale>;
  takeBackSold(request: SoldReturnRequest): Outcome<Returned>;
  /** The open basket comes back without a receipt; a fresh one stands ready when it resolves well. */
  takeBackBasket(reason: string): Outcome<Returned>;
  /** For a return: its record is written once for one id. */
  newBasketId(): string;
  receive(request: ReceiveRequest): Outcome<Recorded>;
  count(request: CountRequest): Outcome<Recorded>;

  basket(): Basket;
  /** Baskets put aside, oldest first; they outlive a restart. */
  parkedBaskets(): readonly ParkedBasket[];
  /** Why it was not done; null when it was. */
  changeBasket(action: BasketAction): CheckoutRefusal | null;
  parkBasket(): CheckoutRefusal | null;
  resumeBasket(basketId: string): void;
  /** The drawer is opened without a sale: the next sale tells the centre. */
  noSale(): CheckoutRefusal | null;
  /** Whether who stands here may do it. */
  mayDo(act: GuardedAct): boolean;
  /** Adds the units of a hold to the basket. */
  collect(reservationId: string): Outcome<Basket>;
  /** Sells the basket; a fresh one stands ready when it resolves well. */
  pay(tenders: readonly Tender[]): Outcome<Receipt>;
  discardBasket(): CheckoutRefusal | null;
  recovery(): Recovery | null;
  acknowledgeRecovery(): void;

  lookUp(code: string): Promise<ProductRow | null>;
  /** The basket line that a scanned or typed code stands for; `quantity` of it. */
  scan(code: string, quantity: number): Outcome<BasketItem>;
  search(text: string, resultsMax: number): readonly ProductRow[];
  categories(): readonly { readonly name: string; readonly count: number }[];
  inCategory(name: string, resultsMax: number): readonly ProductRow[];
  /** What this till has sold most lately. */
  favourites(resultsMax: number): Promise<readonly ProductRow[]>;
  availability(skus: readonly string[]): Promise<readonly ShelfView[]>;
  holds(): Promise<readonly HoldView[]>;
  conflicts(): Promise<readonly ConflictRow[]>;
  queue(): readonly QueueEntry[];
  readiness(): Promise<readonly ReadinessLight[]>;

  status(): TillStatus;
  /** Called after every change of the status or the basket; returns the unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** The till's wall clock, corrected by what the centre said: what countdowns count with. */
  centralNowMs(): number;
  retryNow(): void;
}

/** What this till may offer of an article. `own`: the units among them that are its own, and therefore sure. */
export interface ShelfView extends Availability {
  readonly own: number;
}

/** Why a till could not be opened on this device. */
export type StartFailure = JournalErrorCode | 'insecure-page' | 'unknown';

/** What the page shows: `waiting-for-window` means that another window of this profile is the till. */
export type TillSession =
  | { readonly kind: 'starting' }
  | { readonly kind: 'waiting-for-window' }
  | { readonly kind: 'enrolling'; readonly busy: boolean; readonly problem: EnrolProblem | null }
  | { readonly kind: 'ready'; readonly till: Till }
  | { readonly kind: 'failed'; readonly code: StartFailure; readonly message: string };

/** Opens the till of this device, or enrols it first. */
export interface TillHost {
  session(): TillSession;
  subscribe(listener: () => void): () => void;
  enrol(code: string, tillName: string): Promise<void>;
  /** Leaves the till that the centre takes no more, for a new code; what it holds is kept and taken over. */
  enrolAgain(): Promise<void>;
}
