import type { JournalIdentity, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { UndecidedRecord } from '../checkout/evolve.ts';
import type { Journal, Replica } from '../checkout/ports.ts';
import type { UndecidedLog } from '../checkout/undecided.ts';

const READ_RECORDS = 500;

/**
 * Keeps the undecided log equal to the journal behind the last verdict: drops what has been decided, and reads the
 * journal again when the replica has forgotten verdicts (dropped, or another log).
 */
export function createVerdictFollower(
  identity: JournalIdentity,
  journal: Journal,
  replica: Replica,
  undecided: UndecidedLog,
): () => Promise<void> {
  let decided: number | null = null;
  let last: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    const next = await replica.decidedSequence(identity.life);
    if (decided === null || next < decided) {
      const records = await readUndecided(journal, next);
      // Holds of other records are found by the fold itself; only the article of a plain hold must be looked up.
      const skus = await skusOfHolds(replica, records);
      undecided.replaceAll(records, (reservationId) => skus.get(reservationId));
    }
    undecided.decidedUpTo(next);
    decided = next;
  }

  return () => {
    // One at a time: two reads of the journal must not cross.
    last = last.then(follow, follow);
    return last;
  };
}

async function readUndecided(journal: Journal, decided: number): Promise<UndecidedRecord[]> {
  const found: UndecidedRecord[] = [];
  for (let next = decided + 1; ; ) {
    const page = await journal.read(next, READ_RECORDS);
    for (const sealed of page) {
      const record = toUndecided(sealed);
      if (record !== null) found.push(record);
    }
    if (page.length === 0) return found;
    next += page.length;
  }
}

/** The record as the till folds it; null for a body that this version does not know. */
export function toUndecided({ sequence, raw }: SealedRecord): UndecidedRecord | null {
  const record = JSON.parse(raw) as { recordedAt: string; label: UndecidedRecord['label']; body: unknown };
  const body = operationBodySchema.safeParse(record.body);
  if (!body.success) return null;
  const { recordedAt, label } = record;
  return { sequence, recordedAt, label, body: body.data, bytes: raw.length };
}

async function skusOfHolds(
  replica: Replica,
  records: readonly UndecidedRecord[],
): Promise<Map<string, string>> {
  const skus = new Map<string, string>();
  for (const { body } of records) {
    if (body.type !== 'commit' && body.type !== 'release' && body.type !== 'expire') continue;
    const row = await replica.reservation(body.reservationId);
    if (row !== null) skus.set(body.reservationId, row.sku);
  }
  return skus;
}
