import type { ClockReading } from '@gondola/shared/domain/elapsed.ts';
import type { JournalHead, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import type { SyncError } from '../protocol/error.ts';
import type { GrantSheet } from '../protocol/grants.ts';
import type { HelloRequest, HelloResponse } from '../protocol/hello.ts';
import type { Poke } from '../protocol/poke.ts';
import type { CataloguePage, InventoryPage, PullRequest, PullResponse } from '../protocol/pull.ts';
import type { PushRequest, PushResponse } from '../protocol/push.ts';

/** The part of a journal that the sync engine reads. It never writes. */
export interface JournalReader {
  head(): JournalHead;
  /** Records from `firstSequence` on, in order, at most `recordsMax`. */
  read(firstSequence: number, recordsMax: number): Promise<readonly SealedRecord[]>;
}

/** A page whose grant sheet has been checked. */
export interface VerifiedPage extends InventoryPage {
  readonly allotments: readonly AllotmentRow[];
}

/** Knows the authority's public key. */
export interface GrantVerifier {
  /** Whether the authority has signed exactly these bytes. */
  isSigned(sheet: GrantSheet): Promise<boolean>;
}

/** How long the till may spend what it was leased: counted from the moment it sent the request. */
export interface SpendingTerm {
  readonly start: ClockReading;
  readonly spendMs: number;
  readonly holdMs: number;
}

/** What lets a till hold allotments; without it none come down and nothing is guaranteed. */
export interface GrantParts {
  readonly verifier: GrantVerifier;
  readonly newNonce: () => string;
  readonly readClocks: () => ClockReading;
  /** Called after the page has been applied. */
  readonly onTerm: (term: SpendingTerm) => void;
}

/** Where pulled rows go. Both applies are idempotent; the checkpoint is written after the rows, last. */
export interface ReplicaWriter {
  checkpoints(): Promise<{ readonly inventory: Checkpoint | null; readonly catalogue: Checkpoint | null }>;
  applyInventory(page: VerifiedPage): Promise<void>;
  applyCatalogue(page: CataloguePage): Promise<void>;
}

export type SyncAnswer<Value> = Promise<Result<Value, SyncError>>;

/** The road to the centre. Every failure is a value of the closed list; nothing throws. */
export interface Transport {
  hello(request: HelloRequest): SyncAnswer<HelloResponse>;
  push(request: PushRequest): SyncAnswer<PushResponse>;
  pull(request: PullRequest): SyncAnswer<PullResponse>;
}

/** Hears pokes and whether the socket stands. `connect` may be called once; `close` ends it. */
export interface PokeListener {
  connect(handlers: { onPoke(poke: Poke): void; onConnected(): void; onDisconnected(): void }): void;
  close(): void;
}
