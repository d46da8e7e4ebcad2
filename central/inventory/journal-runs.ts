import { must } from '@gondola/shared/lib/assert.ts';
import { type JournalRun, repeatedIds, runJournal } from './journal-run.ts';
import { type DecidedHead, type LedgerTransaction, type LifeKey, lifeKeyText } from './ports.ts';
import type { ReadSubmission } from './submission.ts';

/** Journal submissions by their index, and the locked heads of all lives that the batch names, moved forward. */
export interface JournalRuns {
  readonly runs: ReadonlyMap<number, JournalRun>;
  readonly heads: ReadonlyMap<string, DecidedHead>;
}

/** Reads the lives of a batch and runs each push, in arrival order, against the head that the one before left. */
export async function runJournals(
  tx: LedgerTransaction,
  submissions: readonly ReadSubmission[],
): Promise<JournalRuns> {
  const lives = distinctLives(submissions);
  const heads = new Map<string, DecidedHead>();
  const runs = new Map<number, JournalRun>();
  if (lives.length === 0) return { runs, heads };
  for (const head of await tx.readHeads(lives)) heads.set(lifeKeyText(head), head);
  const headOf = (life: LifeKey) => must(heads.get(lifeKeyText(life)), 'heads are read for all lives');
  const repeats = submissions.flatMap((one) =>
    one.kind === 'journal' ? repeatedIds(one, headOf(one.identity)) : [],
  );
  const hashes = new Map(
    [...(await tx.findVerdicts(repeats))].map(([id, stored]) => [id, stored.contentHash]),
  );
  for (const [index, submission] of submissions.entries()) {
    if (submission.kind !== 'journal') continue;
    const head = headOf(submission.identity);
    const run = head.isRetired
      ? { fresh: [], head, refusal: 'life-forked' as const }
      : runJournal(submission, head, (operationId) => hashes.get(operationId));
    for (const operation of run.fresh) hashes.set(operation.operationId, operation.contentHash);
    heads.set(lifeKeyText(head), { ...head, sequence: run.head.sequence, hash: run.head.hash });
    runs.set(index, run);
  }
  return { runs, heads };
}

function distinctLives(submissions: readonly ReadSubmission[]): LifeKey[] {
  const lives = submissions.flatMap((one) => {
    if (one.kind === 'journal') return [one.identity];
    return one.kind === 'retire' || one.kind === 'lapse' ? [one.life] : [];
  });
  return [...new Map(lives.map((life) => [lifeKeyText(life), life])).values()].sort((left, right) =>
    lifeKeyText(left) < lifeKeyText(right) ? -1 : 1,
  );
}
