import {
  type JournalHead,
  type JournalIdentity,
  type RecordContent,
  type SealedRecord,
  sealRecord,
} from '@gondola/shared/domain/journal-record.ts';
import { JournalError } from '../checkout/ports.ts';
import { checkSize } from './entry.ts';

/** The part that all journals share: one append at a time, on top of the last flushed record. */
export interface AppendQueue {
  head(): JournalHead;
  append(content: RecordContent): Promise<SealedRecord>;
  failure(): JournalError | null;
  /** Stops appends for good; the reason is given to all that wait or come later. */
  fail(error: JournalError): void;
  /** Waits for the append under way and refuses later ones. */
  close(): Promise<void>;
}

/**
 * `flush` puts one record on the medium and resolves when it is durable there. The head moves only after that, and a
 * flush that fails stops the queue: the record may or may not be on the medium, so nothing may be put behind it before
 * the journal has been opened and verified again.
 */
export function createAppendQueue(
  identity: JournalIdentity,
  opened: JournalHead,
  flush: (sealed: SealedRecord) => Promise<void>,
): AppendQueue {
  let head = opened;
  let failure: JournalError | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function appendNext(content: RecordContent): Promise<SealedRecord> {
    if (failure !== null) throw failure;
    const sealed = sealRecord(identity, head, content);
    checkSize(sealed);
    try {
      await flush(sealed);
    } catch (cause) {
      failure = new JournalError(
        'flush-failed',
        'The disk did not confirm the record, so it does not count. Open the till again.',
        { cause },
      );
      throw failure;
    }
    head = { sequence: sealed.sequence, hash: sealed.hash };
    return sealed;
  }

  return {
    head: () => head,
    failure: () => failure,
    fail(error) {
      failure ??= error;
    },
    append(content) {
      const next = last.then(() => appendNext(content));
      // The next append waits for this one whatever becomes of it.
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      failure ??= new JournalError('closed', 'The journal is closed.');
    },
  };
}
