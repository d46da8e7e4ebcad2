import type { JournalHead, JournalIdentity, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Journal } from '../checkout/ports.ts';
import { createAppendQueue } from './append-queue.ts';
import { checkLink, EMPTY_HEAD } from './entry.ts';

/** What survives when a memory journal is opened again: hand the same array to the next one. */
export type MemoryMedium = SealedRecord[];

export interface MemoryJournalOptions {
  readonly identity: JournalIdentity;
  readonly medium?: MemoryMedium;
  /** Called before each record is put down; throwing is a flush that failed. */
  readonly beforeFlush?: (sealed: SealedRecord) => void | Promise<void>;
}

/** A journal in memory, for the replay and for tests. It verifies what it is given like the others. */
export function openMemoryJournal({ identity, medium = [], beforeFlush }: MemoryJournalOptions): Journal {
  let head: JournalHead = EMPTY_HEAD;
  for (const sealed of medium) head = checkLink(identity, head, sealed);
  const queue = createAppendQueue(identity, head, async (sealed) => {
    await beforeFlush?.(sealed);
    medium.push(sealed);
  });
  return {
    head: queue.head,
    append: queue.append,
    failure: queue.failure,
    close: queue.close,
    read: async (firstSequence, recordsMax) =>
      medium.slice(firstSequence - 1, firstSequence - 1 + recordsMax),
  };
}
