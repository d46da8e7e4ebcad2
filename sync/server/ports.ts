import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { SyncError } from '../protocol/error.ts';
import type { Waiting } from '../protocol/hello.ts';
import type { CataloguePage, InventoryPage } from '../protocol/pull.ts';

/** Who the token says the caller is. Never taken from a body. */
export interface CallingTill {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
}

/** The part of the inventory that tills reach. */
export interface JournalAuthority {
  /** Decides the records in order; stops at the first that cannot be taken, with what is decided so far. */
  decideJournal(
    till: CallingTill,
    firstSequence: number,
    records: readonly string[],
  ): Promise<Result<{ readonly acknowledged: JournalHead }, SyncError>>;
  decidedHead(till: CallingTill): Promise<JournalHead>;
  inventoryHead(): Promise<number>;
}

export interface InventoryFeed {
  pull(till: CallingTill, checkpoint: Checkpoint | null, rowsMax: number): Promise<InventoryPage>;
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
