import type { SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import { salvageSchema } from '@gondola/shared/schemas/operations.ts';
import type { JournalReader } from '@gondola/sync/client/ports.ts';
import { type Counter, record } from '../checkout/counter.ts';

/** What an earlier life of this till has left on this device. */
export interface EarlierLife {
  readonly life: number;
  readonly journal: Pick<JournalReader, 'read'>;
  /** The last of its records that this till knows to be decided. */
  readonly decidedSequence: number;
}

const READ_RECORDS = 200;

/**
 * Takes what an ended life had not sent into this life's journal, record by record, each once: the authority decides it
 * as what it says, without that life's guarantees. May be stopped anywhere and run again. Returns how many were taken.
 */
export async function salvageLife(counter: Counter, earlier: EarlierLife): Promise<number> {
  const taken = await alreadyTaken(counter, earlier.life);
  let count = 0;
  for await (const { sequence, hash, raw } of recordsAfter(earlier.journal, earlier.decidedSequence)) {
    if (taken.has(hash)) continue;
    const body = salvageSchema.parse({ type: 'salvage', life: earlier.life, sequence, raw, hash });
    const recorded = await record(counter, body);
    if (!recorded.ok) return count;
    count += 1;
  }
  return count;
}

/** Hashes of that life's records which this life's journal carries. */
async function alreadyTaken({ journal }: Counter, life: number): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for await (const { raw } of recordsAfter(journal, 0)) {
    const { body } = JSON.parse(raw) as { body: { type: string; life?: number; hash?: string } };
    if (body.type === 'salvage' && body.life === life && body.hash !== undefined) taken.add(body.hash);
  }
  return taken;
}

async function* recordsAfter(
  journal: Pick<JournalReader, 'read'>,
  sequence: number,
): AsyncGenerator<SealedRecord> {
  for (let next = sequence + 1; ; ) {
    const page = await journal.read(next, READ_RECORDS);
    yield* page;
    if (page.length === 0) return;
    next += page.length;
  }
}
