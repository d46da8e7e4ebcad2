import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import { AUTHORITY_QUEUE_MAX_OPERATIONS, BATCH_OPERATIONS_MAX } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { type BatchSettings, handleBatch } from './handle-batch.ts';
import type { Ledger, LifeKey, Term, TermRules } from './ports.ts';
import {
  type ReadSubmission,
  readSubmission,
  type Submission,
  type SubmissionOutcome,
} from './submission.ts';

/** Counted for /metrics; each is called with a number of operations. */
export interface AuthorityObserver {
  batchDecided(operations: number, seconds: number): void;
  batchFailed(error: unknown): void;
  refused(kind: 'sequence-gap' | 'life-forked' | 'operation-id-reuse'): void;
}

/** `busy`: the queue is full. `failed`: the database refused or vanished; nothing is known to have happened. */
export type AuthorityFailure = 'busy' | 'failed' | 'stopped';

interface Waiter {
  readonly submission: ReadSubmission;
  readonly weight: number;
  readonly resolve: (result: Result<SubmissionOutcome, AuthorityFailure>) => void;
}

/** One batch is written while the next is decided over what it will leave. */
const BATCHES_UNDER_WAY_MAX = 2;

/**
 * The public face of the inventory: everything that waits is decided together, one transaction per batch. While a batch is
 * decided the next one gathers, so load makes batches larger and not the queue longer.
 */
export class Authority {
  readonly #ledger: Ledger;
  readonly #settings: BatchSettings;
  readonly #observer: AuthorityObserver;
  readonly #monotonicMs: () => number;
  #waiting: Waiter[] = [];
  #waitingOperations = 0;
  #underWay = 0;
  #isDeciding = false;
  #isGathering = false;
  #stopped = false;
  readonly #resting: (() => void)[] = [];

  constructor(
    ledger: Ledger,
    settings: BatchSettings,
    observer: AuthorityObserver,
    clock: { monotonicMs(): number },
  ) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#observer = observer;
    this.#monotonicMs = () => clock.monotonicMs();
  }

  /** Resolves when the submission's batch has been committed; never rejects. */
  submit(submission: Submission): Promise<Result<SubmissionOutcome, AuthorityFailure>> {
    const weight = weightOf(submission);
    if (this.#stopped) return Promise.resolve(failure('stopped'));
    if (this.#waitingOperations + weight > AUTHORITY_QUEUE_MAX_OPERATIONS)
      return Promise.resolve(failure('busy'));
    // Read here and not in the batch: this work goes on while the database writes the batch before.
    const read = readSubmission(submission);
    return new Promise((resolve) => {
      this.#waiting.push({ submission: read, weight, resolve });
      this.#waitingOperations += weight;
      this.#gather();
    });
  }

  head(): Promise<{ readonly logId: string; readonly position: number }> {
    return this.#ledger.head();
  }

  decidedHead(tillId: string, life: number): Promise<JournalHead> {
    return this.#ledger.decidedHead(tillId, life);
  }

  /** A new life has spoken: the ones before it are over. */
  async retireEarlier(life: LifeKey): Promise<void> {
    for (const earlier of await this.#ledger.findEarlierLives(life))
      await this.submit({ kind: 'retire', life: earlier, cause: 're-enrolled' });
  }

  /** See {@link Ledger.renewTerm}. */
  renewTerm(life: LifeKey, rules: TermRules): Promise<Term | null> {
    return this.#ledger.renewTerm(life, rules);
  }

  findReservation(reservationId: string): Promise<ReservationRow | undefined> {
    return this.#ledger.findReservation(reservationId);
  }

  /** Decides what waits, then refuses all that comes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#underWay === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#resting.push(resolve));
  }

  /** Lets every request of this turn of the event loop join the batch. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    queueMicrotask(() => {
      this.#isGathering = false;
      this.#next();
    });
  }

  #next(): void {
    if (this.#isDeciding || this.#underWay >= BATCHES_UNDER_WAY_MAX) return;
    const batch = this.#take();
    if (batch.length === 0) {
      if (this.#underWay === 0) for (const rest of this.#resting.splice(0)) rest();
      return;
    }
    this.#underWay += 1;
    this.#isDeciding = true;
    let isDecided = false;
    const onDecided = () => {
      if (isDecided) return;
      isDecided = true;
      this.#isDeciding = false;
      this.#gather();
    };
    void this.#decideAll(batch, onDecided).finally(() => {
      this.#underWay -= 1;
      onDecided();
      this.#gather();
    });
  }

  #take(): Waiter[] {
    let operations = 0;
    let count = 0;
    for (const { weight } of this.#waiting) {
      if (count > 0 && operations + weight > BATCH_OPERATIONS_MAX) break;
      operations += weight;
      count += 1;
    }
    this.#waitingOperations -= operations;
    return this.#waiting.splice(0, count);
  }

  /** `onDecided`: the batch is on its way to the database, and the next may be decided. */
  async #decideAll(batch: readonly Waiter[], onDecided: () => void): Promise<void> {
    const started = this.#monotonicMs();
    try {
      const outcomes = await handleBatch(
        this.#ledger,
        batch.map(({ submission }) => submission),
        this.#settings,
        onDecided,
      );
      const seconds = (this.#monotonicMs() - started) / 1000;
      this.#observer.batchDecided(
        batch.reduce((sum, { weight }) => sum + weight, 0),
        seconds,
      );
      for (const [index, outcome] of outcomes.entries()) {
        this.#count(outcome);
        batch[index]?.resolve(success(outcome));
      }
    } catch (error) {
      this.#observer.batchFailed(error);
      await this.#decideApart(batch);
    }
  }

  /** One submission that cannot be decided must not take its neighbours with it. */
  async #decideApart(batch: readonly Waiter[]): Promise<void> {
    if (batch.length === 1) {
      batch[0]?.resolve(failure('failed'));
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.#decideAll(batch.slice(0, middle), () => undefined);
    await this.#decideAll(batch.slice(middle), () => undefined);
  }

  #count(outcome: SubmissionOutcome): void {
    if (outcome.kind === 'reused-id') this.#observer.refused('operation-id-reuse');
    if (outcome.kind === 'journal' && outcome.refusal !== null) this.#observer.refused(outcome.refusal);
  }
}

/** How much of a batch a submission fills, in operations. */
function weightOf(submission: Submission): number {
  switch (submission.kind) {
    case 'journal':
      return submission.records.length;
    case 'expire':
    case 'deal':
    case 'lapse':
      return Math.max(1, submission.pools.length);
    case 'expire-transfers':
      return Math.max(1, submission.transferIds.length);
    default:
      return 1;
  }
}
