import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncError } from '@gondola/sync/protocol/error.ts';
import type { CallingTill, Decided, JournalAuthority } from '@gondola/sync/server/ports.ts';
import type { Authority, AuthorityFailure } from './authority.ts';
import type { Dealer } from './dealer.ts';
import type { Term, TermRules } from './ports.ts';
import type { JournalRefusal } from './submission.ts';

const BUSY_RETRY_MS = 1_000;

const REFUSALS: Record<JournalRefusal, string> = {
  'sequence-gap': 'Records are missing before the first one sent: send again from the acknowledged record.',
  'life-forked':
    'The record does not follow the last one decided: this till was restored from a copy or cloned. Enrol it again; nothing it holds is deleted.',
  'operation-id-reuse':
    'A record that was decided before came with other content. It was not taken; this till’s journal was changed or cloned.',
};

const FAILURES: Record<AuthorityFailure, SyncError> = {
  busy: { kind: 'busy', message: 'Too many operations wait at the centre.', retryAfterMs: BUSY_RETRY_MS },
  failed: {
    kind: 'busy',
    message: 'The centre could not decide just now; nothing is lost.',
    retryAfterMs: BUSY_RETRY_MS,
  },
  stopped: { kind: 'busy', message: 'The centre is stopping.', retryAfterMs: BUSY_RETRY_MS },
};

/** The authority as the sync server sees it: outcomes become the wire's closed list of errors. */
export class JournalDesk implements JournalAuthority {
  readonly #authority: Authority;
  readonly #dealer: Dealer;
  readonly #rules: TermRules;

  constructor(authority: Authority, dealer: Dealer, rules: TermRules) {
    this.#authority = authority;
    this.#dealer = dealer;
    this.#rules = rules;
  }

  async renewTerm(till: CallingTill): Promise<Term | null> {
    const term = await this.#authority.renewTerm(till, this.#rules);
    if (term?.cameBack === true) {
      if (till.life > 1) await this.#authority.retireEarlier(till);
      this.#dealer.cameBack(till.storeId);
    }
    return term;
  }

  async retireForked(till: CallingTill): Promise<void> {
    await this.#authority.submit({ kind: 'retire', life: till, cause: 'forked' });
  }

  async decideJournal(
    till: CallingTill,
    firstSequence: number,
    records: readonly string[],
  ): Promise<Result<Decided, SyncError>> {
    const result = await this.#authority.submit({ kind: 'journal', identity: till, firstSequence, records });
    if (!result.ok) return failure(FAILURES[result.error]);
    if (result.value.kind !== 'journal') return failure(FAILURES.failed);
    const { acknowledged, refusal, headPosition } = result.value;
    if (refusal !== null) return failure({ kind: refusal, message: REFUSALS[refusal], acknowledged });
    return success({ acknowledged, inventoryHead: headPosition });
  }

  decidedHead(till: CallingTill): Promise<JournalHead> {
    return this.#authority.decidedHead(till.tillId, till.life);
  }

  async inventoryHead(): Promise<number> {
    return (await this.#authority.head()).position;
  }
}
