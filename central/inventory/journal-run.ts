import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { Operation } from './model.ts';
import type { DecidedHead } from './ports.ts';
import type { JournalRefusal, ReadSubmission } from './submission.ts';

type JournalSubmission = Extract<ReadSubmission, { kind: 'journal' }>;

/** What a push turns out to be, seen against the decided head: repeats, then new operations, then perhaps a refusal. */
export interface JournalRun {
  readonly fresh: readonly Operation[];
  readonly head: JournalHead;
  readonly refusal: JournalRefusal | null;
}

/** Ids of the records that stand at or below the head: their hashes must be compared with what was decided. */
export function repeatedIds(submission: JournalSubmission, head: DecidedHead): string[] {
  const { tillId, life } = submission.identity;
  const count = Math.max(
    0,
    Math.min(submission.records.length, head.sequence - submission.firstSequence + 1),
  );
  return Array.from({ length: count }, (_, index) =>
    tillOperationId(tillId, life, submission.firstSequence + index),
  );
}

/**
 * Checks order, density and the hash chain. Pure. `hashOfDecided` answers the stored hash of a decided record's id.
 */
export function runJournal(
  submission: JournalSubmission,
  head: JournalHead,
  hashOfDecided: (operationId: string) => string | undefined,
): JournalRun {
  const { identity, firstSequence, records } = submission;
  if (firstSequence > head.sequence + 1) return { fresh: [], head, refusal: 'sequence-gap' };
  const fresh: Operation[] = [];
  let current = head;
  for (const [index, { operation, previousHash }] of records.entries()) {
    const sequence = firstSequence + index;
    const hash = operation.contentHash;
    if (sequence <= head.sequence) {
      if (hashOfDecided(tillOperationId(identity.tillId, identity.life, sequence)) === hash) continue;
      return { fresh, head: current, refusal: 'operation-id-reuse' };
    }
    if (previousHash !== null && previousHash !== current.hash) {
      return { fresh, head: current, refusal: 'life-forked' };
    }
    fresh.push(operation);
    current = { sequence, hash };
  }
  return { fresh, head: current, refusal: null };
}
