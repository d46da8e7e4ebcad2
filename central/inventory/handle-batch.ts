import { must } from '@gondola/shared/lib/assert.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import { decide, decideExpiry } from './decide.ts';
import { isOverdue } from './evolve.ts';
import { type JournalRun, repeatedIds, runJournal } from './journal-run.ts';
import { loadBook } from './load-book.ts';
import type { Operation } from './model.ts';
import type {
  DecidedHead,
  DecidedOperation,
  Ledger,
  LedgerTransaction,
  PoolKey,
  StoredVerdict,
} from './ports.ts';
import type { Submission, SubmissionOutcome } from './submission.ts';
import { toVerdictRow } from './verdict-row.ts';
import type { WorkingBook } from './working-book.ts';

export interface BatchSettings {
  readonly reservationTimeoutMs: number;
}

/**
 * Decides all submissions in arrival order in one transaction: lock in key order, fold in memory, write once, lock the log
 * last. A refused push still decides what came before the bad record.
 */
export async function handleBatch(
  ledger: Ledger,
  submissions: readonly Submission[],
  settings: BatchSettings,
): Promise<SubmissionOutcome[]> {
  return ledger.transaction(async (tx) => {
    const { now, logId } = await tx.begin();
    const runs = await runJournals(tx, submissions);
    const known = await tx.findVerdicts(singleIds(submissions));
    const work = planWork(submissions, runs, known);
    const book = await loadBook(tx, logId, work.operations, expiryPools(submissions), now);
    const expired = expireOverdue(book.book, book.touched, now);
    const decided = work.operations.map((operation): DecidedOperation => {
      const decision = decide(operation, book.book, {
        now,
        reservationTimeoutMs: settings.reservationTimeoutMs,
      });
      book.book.apply(decision.events, operation);
      return { operation, decision, lastEventIndex: book.book.events.length - 1 };
    });
    const basePosition = await saveAll(tx, book.book, decided, runs, now);
    const rows = new Map<string, VerdictRow>();
    for (const one of decided) rows.set(one.operation.operationId, toVerdictRow(one, basePosition, now));
    return submissions.map((submission, index) =>
      outcomeOf(submission, runs.get(index), known, rows, expired),
    );
  });
}

/** Journal submissions by their index, in arrival order, each seen against the head that the one before left. */
async function runJournals(
  tx: LedgerTransaction,
  submissions: readonly Submission[],
): Promise<Map<number, JournalRun & { readonly decidedHead: DecidedHead }>> {
  const journals = submissions.flatMap((submission, index) =>
    submission.kind === 'journal' ? [{ submission, index }] : [],
  );
  const runs = new Map<number, JournalRun & { readonly decidedHead: DecidedHead }>();
  if (journals.length === 0) return runs;
  const heads = new Map<string, DecidedHead>();
  for (const head of await tx.lockHeads(
    distinctLives(journals.map(({ submission }) => submission.identity)),
  )) {
    heads.set(lifeText(head), head);
  }
  const repeats = journals.flatMap(({ submission }) =>
    repeatedIds(submission, must(heads.get(lifeText(submission.identity)), 'heads are locked for all lives')),
  );
  const hashes = new Map(
    [...(await tx.findVerdicts(repeats))].map(([id, stored]) => [id, stored.contentHash]),
  );
  for (const { submission, index } of journals) {
    const decidedHead = must(heads.get(lifeText(submission.identity)), 'heads are locked for all lives');
    const run = runJournal(submission, decidedHead, (operationId) => hashes.get(operationId));
    for (const operation of run.fresh) hashes.set(operation.operationId, operation.contentHash);
    const moved = { ...decidedHead, ...run.head };
    heads.set(lifeText(moved), moved);
    runs.set(index, { ...run, decidedHead: moved });
  }
  return runs;
}

/** All operations to decide, in arrival order, each id once. */
function planWork(
  submissions: readonly Submission[],
  runs: ReadonlyMap<number, JournalRun>,
  known: ReadonlyMap<string, StoredVerdict>,
): { readonly operations: readonly Operation[] } {
  const operations = new Map<string, Operation>();
  for (const [index, submission] of submissions.entries()) {
    if (submission.kind === 'journal') {
      for (const operation of runs.get(index)?.fresh ?? []) operations.set(operation.operationId, operation);
    } else if (submission.kind === 'single' && !known.has(submission.operation.operationId)) {
      const { operation } = submission;
      if (!operations.has(operation.operationId)) operations.set(operation.operationId, operation);
    }
  }
  return { operations: [...operations.values()] };
}

function expireOverdue(book: WorkingBook, touched: readonly PoolKey[], now: string): number {
  let expired = 0;
  for (const { storeId, sku } of touched) {
    for (const reservation of book.reservationsOf(storeId, sku)) {
      if (!isOverdue(reservation, now)) continue;
      book.apply(decideExpiry(reservation, book), null);
      expired += 1;
    }
  }
  return expired;
}

async function saveAll(
  tx: LedgerTransaction,
  book: WorkingBook,
  decided: readonly DecidedOperation[],
  runs: ReadonlyMap<number, JournalRun & { readonly decidedHead: DecidedHead }>,
  now: string,
): Promise<number> {
  if (book.events.length === 0) return 0;
  const heads = new Map<string, DecidedHead>();
  for (const { fresh, decidedHead } of runs.values()) {
    if (fresh.length > 0) heads.set(lifeText(decidedHead), decidedHead);
  }
  const { basePosition } = await tx.save({
    decidedAt: now,
    ...book.changes(),
    decided,
    heads: [...heads.values()],
  });
  return basePosition;
}

function outcomeOf(
  submission: Submission,
  run: JournalRun | undefined,
  known: ReadonlyMap<string, StoredVerdict>,
  rows: ReadonlyMap<string, VerdictRow>,
  expired: number,
): SubmissionOutcome {
  switch (submission.kind) {
    case 'journal': {
      const { head, refusal } = must(run, 'every journal submission was run');
      return { kind: 'journal', acknowledged: { sequence: head.sequence, hash: head.hash }, refusal };
    }
    case 'expire':
      return { kind: 'expired', reservations: expired };
    case 'single': {
      const { operationId, contentHash } = submission.operation;
      const stored = known.get(operationId);
      if (stored !== undefined) {
        return stored.contentHash === contentHash
          ? { kind: 'decided', verdict: stored.row, repeated: true }
          : { kind: 'reused-id' };
      }
      return {
        kind: 'decided',
        verdict: must(rows.get(operationId), 'a new operation was decided'),
        repeated: false,
      };
    }
  }
}

function singleIds(submissions: readonly Submission[]): string[] {
  return submissions.flatMap((one) => (one.kind === 'single' ? [one.operation.operationId] : []));
}

function expiryPools(submissions: readonly Submission[]): PoolKey[] {
  return submissions.flatMap((one) => (one.kind === 'expire' ? [...one.pools] : []));
}

function lifeText(one: { readonly tillId: string; readonly life: number }): string {
  return `${one.tillId}/${one.life}`;
}

function distinctLives<Identity extends { tillId: string; life: number }>(
  identities: readonly Identity[],
): Identity[] {
  return [...new Map(identities.map((identity) => [lifeText(identity), identity])).values()].sort(
    (left, right) => (lifeText(left) < lifeText(right) ? -1 : 1),
  );
}
