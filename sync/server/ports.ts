import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import type { SyncError } from '../protocol/error.ts';
import type { GrantSheet } from '../protocol/grants.ts';
import type { Waiting } from '../protocol/hello.ts';
import type { CataloguePage, InventoryPage } from '../protocol/pull.ts';

/** Who the token says the caller is. Never taken from a body. */
export interface CallingTill {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
}

/** What a push is answered with. */
export interface Decided {
  readonly acknowledged: JournalHead;
  /** The log's last position with all effects of the push, or a later one. */
  readonly inventoryHead: number;
}

/** The part of the inventory that tills reach. */
export interface JournalAuthority {
  /** Decides the records in order; stops at the first that cannot be taken, with what is decided so far. */
  decideJournal(
    till: CallingTill,
    firstSequence: number,
    records: readonly string[],
  ): Promise<Result<Decided, SyncError>>;
  decidedHead(till: CallingTill): Promise<JournalHead>;
  inventoryHead(): Promise<number>;
  /** One heartbeat for all allotments of the life; null when it is retired. */
  renewTerm(till: CallingTill): Promise<{ readonly now: string; readonly termEndsAt: string } | null>;
  /** The till's journal is not the one decided: its life ends, what it holds goes in doubt. */
  retireForked(till: CallingTill): Promise<void>;
}

/** A page with what the till's life is leased, before it is signed. */
export interface FeedPage extends Omit<InventoryPage, 'grants'> {
  readonly allotments: readonly AllotmentRow[];
}

/** Signs what the authority leases. */
export interface GrantSigner {
  readonly holdMs: number;
  sign(raw: string): GrantSheet;
}

export interface InventoryFeed {
  pull(till: CallingTill, checkpoint: Checkpoint | null, rowsMax: number): Promise<FeedPage>;
}

export interface CatalogueFeed {
  pullCatalogue(checkpoint: Checkpoint | null, rowsMax: number): Promise<CataloguePage>;
  catalogueHead(): Promise<number>;
}

/** Remembers when a till was last heard of and what it still has to send. */
export interface ContactBook {
  recordContact(
    till: CallingTill,
    contact: { readonly waiting: Waiting | null; readonly clockErrorMs: number | null },
  ): void;
}
