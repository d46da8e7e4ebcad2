import type { SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import { JOURNAL_RECORD_MAX_BYTES, PUSH_MAX_BYTES } from '@gondola/shared/lib/limits.ts';

/** The longest prefix that fits one push; always at least one record. */
export function withinBytes(records: readonly SealedRecord[]): readonly SealedRecord[] {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    // A character takes at most three bytes of UTF-8 and six when escaped in JSON; this bound never underestimates by much.
    bytes += Math.min(record.raw.length * 3, JOURNAL_RECORD_MAX_BYTES);
    if (count > 0 && bytes > PUSH_MAX_BYTES) break;
    count += 1;
  }
  return records.slice(0, count);
}

/** When the till says that it made the record. */
export function recordedAtOf(record: SealedRecord): string {
  const parsed = JSON.parse(record.raw) as { recordedAt?: unknown };
  return typeof parsed.recordedAt === 'string' ? parsed.recordedAt : new Date(0).toISOString();
}
