import type { AllotmentExpiryCause, AllotmentMode } from '@gondola/shared/domain/allotment.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import { decide } from './decide.ts';
import type { GrantSettings } from './grant-policy.ts';
import type { JournalRun } from './journal-run.ts';
import { type JournalRuns, runJournals } from './journal-runs.ts';
import { loadBook } from './load-book.ts';
import type { Operation, Reservation } from './model.ts';
import {
  type DecidedHead,
  type DecidedOperation,
  type Ledger,
  type LedgerTransaction,
  type LifeKey,
  lifeKeyText,
  type PoolKey,
  type StoredVerdict,
} from './ports.ts';
import { StaleBatch } from './stale-batch.ts';
import { accessOf, type ReadSubmission, type SubmissionOutcome } from './submission.ts';
import { deal, expireOverdue, gather, type House, keepHouse } from './tend.ts';
import { toVerdictRow } from './verdict-row.ts';
import { salvageText, type WorkingBook } from './working-book.ts';

export interface BatchSettings {
  readonly reservationTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly grants: GrantSettings;
  readonly allotmentMode: AllotmentMode;
  /** A till that was not heard of for longer gets no new units. */
  readonly heardWithinMs: number;
}

/**
 * Decides all submissions in arrival order in one transaction: read, fold in memory, deal out units, write once. A refused
 * push still decides what came before the bad record. `onDecided` is called when all that is left is to write.
 */
export async function handleBatch(
  ledger: Ledger,
  submissions: readonly ReadSubmission[],
  settings: BatchSettings,
  onDecided: () => void = () => undefined,
): Promise<SubmissionOutcome[]> {
  return ledger.transaction(accessOf(submissions), async (tx) => {
    const { now, logId, position } = await tx.begin();
    const runs = await runJournals(tx, submissions);
    if (tx.access === 'shared' && !areAllNew(submissions, runs))
      throw new StaleBatch('a push is refused or repeated over a head that may be old');
    const known = await tx.findVerdicts(singleIds(submissions));
    const operations = planWork(submissions, runs, known);
    const scope = {
      operations,
      pools: poolsNamed(submissions),
      transferIds: submissions.flatMap((one) => (one.kind === 'expire-transfers' ? one.transferIds : [])),
      holds: await holdsOfLapsing(tx, submissions, runs),
    };
    const { book, touched } = await loadBook(tx, logId, scope, now);
    const house: House = {
      book,
      context: { now, ...settings },
      clock: { now, halfLifeMs: settings.grants.halfLifeMs },
    };
    const expired = expireOverdue(house);
    const whyOver = (life: LifeKey) => whyIsOver(runs.heads.get(lifeKeyText(life)), now);
    const tended = new Map<number, number>();
    for (const [index, submission] of submissions.entries()) {
      if (submission.kind === 'journal' || submission.kind === 'single') continue;
      tended.set(index, (submission.kind === 'expire' ? expired : 0) + keepHouse(house, submission, whyOver));
    }
    for (const life of forkedLives(submissions, runs))
      keepHouse(house, { kind: 'retire', life, cause: 'forked' }, whyOver);
    const decided = operations.map((operation): DecidedOperation => {
      const decision = decide(operation, book, house.context);
      const salvaged = salvagedBy(operation, book);
      book.apply(decision.events, operation, house.clock);
      return { operation, decision, lastEventIndex: book.events.length - 1, salvaged };
    });
    await dealOut(tx, house, touched, submissions, runs, settings);
    if (tx.access === 'shared' && !(book.hasChanged(touched) && decided.every(isTaken)))
      throw new StaleBatch('an operation is refused over what may be old');
    const saved = saveAll(tx, book, decided, submissions, runs, now);
    onDecided();
    const basePosition = (await saved) ?? position;
    const headPosition = basePosition + book.events.length;
    const rows = new Map<string, VerdictRow>();
    for (const one of decided) {
      // Only callers of the API are answered with their verdict; tills pull theirs.
      if (one.operation.origin.kind !== 'till')
        rows.set(one.operation.operationId, toVerdictRow(one, basePosition, now));
    }
    return submissions.map((submission, index) =>
      submission.kind === 'journal'
        ? journalOutcome(must(runs.runs.get(index), 'every journal submission was run'), headPosition)
        : outcomeOf(submission, known, rows, tended.get(index) ?? 0),
    );
  });
}

function isTaken({ decision }: DecidedOperation): boolean {
  return decision.verdict !== 'REJECTED';
}

/** Whether every record of every push is a new one, so that the write proves the heads they were run against. */
function areAllNew(submissions: readonly ReadSubmission[], { runs }: JournalRuns): boolean {
  return submissions.every((one, index) => {
    if (one.kind !== 'journal') return true;
    const run = runs.get(index);
    return run?.refusal === null && run.fresh.length === one.records.length;
  });
}

/** What the operation takes over now; null when it takes over nothing, or what was taken over before. */
function salvagedBy(operation: Operation, book: WorkingBook): string | null {
  if (!operation.readable || operation.salvaged === undefined) return null;
  return book.isSalvaged(operation.salvaged) ? null : salvageText(operation.salvaged);
}

/** Lives whose journal does not follow what was decided of it: restored from a copy, or cloned. */
function forkedLives(submissions: readonly ReadSubmission[], { runs }: JournalRuns): LifeKey[] {
  const forked = submissions.flatMap((one, index) =>
    one.kind === 'journal' && runs.get(index)?.refusal === 'life-forked' ? [one.identity] : [],
  );
  return [...new Map(forked.map((life) => [lifeKeyText(life), life])).values()];
}

function whyIsOver(head: DecidedHead | undefined, now: string): AllotmentExpiryCause | null {
  if (head === undefined) return null;
  if (head.isRetired) return 'life-retired';
  return head.termEndsAt !== null && Date.parse(head.termEndsAt) <= Date.parse(now) ? 'term-over' : null;
}

/** All operations to decide, in arrival order, each id once. */
function planWork(
  submissions: readonly ReadSubmission[],
  { runs }: JournalRuns,
  known: ReadonlyMap<string, StoredVerdict>,
): readonly Operation[] {
  const operations = new Map<string, Operation>();
  for (const [index, submission] of submissions.entries()) {
    if (submission.kind === 'journal') {
      for (const operation of runs.get(index)?.fresh ?? []) operations.set(operation.operationId, operation);
    } else if (submission.kind === 'single' && !known.has(submission.operation.operationId)) {
      const { operation } = submission;
      if (!operations.has(operation.operationId)) operations.set(operation.operationId, operation);
    }
  }
  return [...operations.values()];
}

/** The holds of a retired life are taken over together with its allotments. */
async function holdsOfLapsing(
  tx: LedgerTransaction,
  submissions: readonly ReadSubmission[],
  { heads }: JournalRuns,
): Promise<readonly Reservation[]> {
  const holds: Reservation[] = [];
  for (const submission of submissions) {
    if (submission.kind !== 'lapse' || heads.get(lifeKeyText(submission.life))?.isRetired !== true) continue;
    holds.push(...(await tx.findAllottedHolds(submission.life)));
  }
  return holds;
}

/** The grant policy over every touched pool. */
async function dealOut(
  tx: LedgerTransaction,
  house: House,
  touched: readonly PoolKey[],
  submissions: readonly ReadSubmission[],
  { runs }: JournalRuns,
  settings: BatchSettings,
): Promise<void> {
  const speaking = new Set<string>();
  for (const [index, submission] of submissions.entries()) {
    if (submission.kind === 'journal' && (runs.get(index)?.fresh.length ?? 0) > 0)
      speaking.add(submission.identity.storeId);
    if (submission.kind === 'deal') for (const { storeId } of submission.pools) speaking.add(storeId);
  }
  const since = new Date(Date.parse(house.context.now) - settings.heardWithinMs).toISOString();
  const stores = [...new Set(touched.map(({ storeId }) => storeId))];
  const alive = stores.length === 0 ? [] : await tx.findAlive(stores, since, house.context.now);
  const byStore = Map.groupBy(alive, ({ storeId }) => storeId);
  for (const one of submissions)
    if (one.kind === 'gather') gather(house, one.pool, one.quantity, byStore.get(one.pool.storeId) ?? []);
  for (const pool of touched) {
    const lives = byStore.get(pool.storeId) ?? [];
    deal(house, pool, { lives, areSpeaking: speaking.has(pool.storeId) }, settings);
  }
}

async function saveAll(
  tx: LedgerTransaction,
  book: WorkingBook,
  decided: readonly DecidedOperation[],
  submissions: readonly ReadSubmission[],
  { runs, heads }: JournalRuns,
  now: string,
): Promise<number | null> {
  if (book.events.length === 0) return null;
  const moved = new Set<string>();
  for (const [index, { fresh }] of runs) {
    const submission = submissions[index];
    if (fresh.length > 0 && submission?.kind === 'journal') moved.add(lifeKeyText(submission.identity));
  }
  const retired = new Set(
    book.events.flatMap((event) => (event.type === 'LifeRetired' ? [lifeKeyText(event)] : [])),
  );
  const changed = [...heads.values()]
    .filter((head) => moved.has(lifeKeyText(head)) || retired.has(lifeKeyText(head)))
    .map((head) => (retired.has(lifeKeyText(head)) ? { ...head, isRetired: true } : head));
  const { basePosition } = await tx.save({ decidedAt: now, ...book.changes(), decided, heads: changed });
  return basePosition;
}

function journalOutcome({ head, refusal }: JournalRun, headPosition: number): SubmissionOutcome {
  return {
    kind: 'journal',
    acknowledged: { sequence: head.sequence, hash: head.hash },
    refusal,
    headPosition,
  };
}

function outcomeOf(
  submission: Exclude<ReadSubmission, { kind: 'journal' }>,
  known: ReadonlyMap<string, StoredVerdict>,
  rows: ReadonlyMap<string, VerdictRow>,
  changed: number,
): SubmissionOutcome {
  if (submission.kind !== 'single') return { kind: 'tended', changed };
  const { operationId, contentHash } = submission.operation;
  const stored = known.get(operationId);
  if (stored === undefined)
    return {
      kind: 'decided',
      verdict: must(rows.get(operationId), 'a new operation was decided'),
      repeated: false,
    };
  return stored.contentHash === contentHash
    ? { kind: 'decided', verdict: stored.row, repeated: true }
    : { kind: 'reused-id' };
}

function singleIds(submissions: readonly ReadSubmission[]): string[] {
  return submissions.flatMap((one) => (one.kind === 'single' ? [one.operation.operationId] : []));
}

function poolsNamed(submissions: readonly ReadSubmission[]): PoolKey[] {
  return submissions.flatMap((one) => {
    if (one.kind === 'expire' || one.kind === 'deal' || one.kind === 'lapse') return [...one.pools];
    return one.kind === 'force' || one.kind === 'gather' ? [one.pool] : [];
  });
}
