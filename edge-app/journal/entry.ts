import {
  hashRaw,
  type JournalHead,
  type JournalIdentity,
  type SealedRecord,
} from '@gondola/shared/domain/journal-record.ts';
import { JOURNAL_RECORD_MAX_BYTES } from '@gondola/shared/lib/limits.ts';
import { GENESIS_HASH, type JournalRecord, journalRecordSchema } from '@gondola/shared/schemas/operations.ts';
import { JournalError } from '../checkout/ports.ts';

/** Where every chain starts. */
export const EMPTY_HEAD: JournalHead = { sequence: 0, hash: GENESIS_HASH };

/** Reads the text of a record; throws {@link JournalError} when it is not one. */
export function readRecord(raw: string): JournalRecord {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (cause) {
    throw new JournalError('broken-chain', 'A journal record is not JSON.', { cause });
  }
  const parsed = journalRecordSchema.safeParse(json);
  if (!parsed.success) {
    throw new JournalError('broken-chain', 'A journal record lacks what every record has.', {
      cause: parsed.error,
    });
  }
  return parsed.data;
}

/**
 * Checks that the record follows `head` in the chain of that till and life, and returns the new head. `head` null takes
 * the record as the first one seen, for a check that starts in the middle.
 */
export function checkLink(
  identity: JournalIdentity,
  head: JournalHead | null,
  sealed: SealedRecord,
): JournalHead {
  const broken = (what: string): JournalError =>
    new JournalError('broken-chain', `The journal is broken at record ${sealed.sequence}: ${what}.`);
  if (hashRaw(sealed.raw) !== sealed.hash) throw broken('its hash does not match its text');
  const record = readRecord(sealed.raw);
  if (record.sequence !== sealed.sequence) throw broken(`it says that it is record ${record.sequence}`);
  if (
    record.storeId !== identity.storeId ||
    record.tillId !== identity.tillId ||
    record.life !== identity.life
  ) {
    throw broken('it belongs to another till or another life');
  }
  if (head !== null && sealed.sequence !== head.sequence + 1)
    throw broken(`it follows record ${head.sequence}`);
  if (head !== null && record.previousHash !== head.hash)
    throw broken('it does not follow the record before it');
  return { sequence: sealed.sequence, hash: sealed.hash };
}

/** Refuses a record that no push could carry, before anything is written. */
export function checkSize(sealed: SealedRecord): void {
  if (new TextEncoder().encode(sealed.raw).length <= JOURNAL_RECORD_MAX_BYTES) return;
  throw new JournalError(
    'too-large',
    `The operation is larger than ${JOURNAL_RECORD_MAX_BYTES} bytes and was not recorded. Split it.`,
  );
}
