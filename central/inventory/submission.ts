import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Closing, Force, SeenAllotment } from './decide-allotment.ts';
import type { Life, Operation } from './model.ts';
import type { Access, LifeKey, PoolKey } from './ports.ts';
import { type ReadRecord, readRecord, type TillIdentity } from './read-record.ts';

/** Why a life ends. */
export type RetirementCause = 'forked' | 're-enrolled' | 'revoked';

/** What waits for the authority, each decided as one piece of a batch and in the order of arrival. */
export type Submission =
  | {
      readonly kind: 'journal';
      readonly identity: TillIdentity;
      readonly firstSequence: number;
      readonly records: readonly string[];
    }
  | { readonly kind: 'single'; readonly operation: Operation }
  /** From the sweeper: end the holds of these pools that are over. */
  | { readonly kind: 'expire'; readonly pools: readonly PoolKey[] }
  /** From the sweeper: give up transfers that nobody has sent. */
  | { readonly kind: 'expire-transfers'; readonly transferIds: readonly string[] }
  /** Look at these pools again and deal out what the grant policy says. */
  | { readonly kind: 'deal'; readonly pools: readonly PoolKey[] }
  /** So many units of the pool are wanted from outside: ask back what is missing from tills that can hear. */
  | { readonly kind: 'gather'; readonly pool: PoolKey; readonly quantity: number }
  /** The life is over: its journal is not the one that goes on. */
  | { readonly kind: 'retire'; readonly life: LifeKey; readonly cause: RetirementCause }
  /** From the sweeper: what a life that is over holds of these pools goes in doubt; its holds get the authority's clock. */
  | { readonly kind: 'lapse'; readonly life: LifeKey; readonly pools: readonly PoolKey[] }
  /** A person, or the deadline, takes back what a silent till holds of a pool; or a person asks the till for it. */
  | {
      readonly kind: 'force';
      readonly pool: PoolKey;
      readonly of: Life;
      readonly by: Force | Closing;
      /** The allotment as the person saw it: when it has moved since, nothing is done. */
      readonly seen?: SeenAllotment;
    };

/** The same with a push's records read, before any batch waits for it. */
export type ReadSubmission =
  | Exclude<Submission, { kind: 'journal' }>
  | (Omit<Extract<Submission, { kind: 'journal' }>, 'records'> & { readonly records: readonly ReadRecord[] });

/** Hashes and checks the records of a push. Pure. */
export function readSubmission(submission: Submission): ReadSubmission {
  if (submission.kind !== 'journal') return submission;
  const { identity, firstSequence, records } = submission;
  return {
    ...submission,
    records: records.map((raw, index) => readRecord(raw, firstSequence + index, identity)),
  };
}

/**
 * Most batches are decided over what the last ones left. Alone goes what reads rows that no pool's version and no life's head
 * stands for: transfers, records of ended lives, and the authority's own housekeeping.
 */
export function accessOf(submissions: readonly ReadSubmission[]): Access {
  return submissions.every(isCommon) ? 'shared' : 'exclusive';
}

function isCommon(submission: ReadSubmission): boolean {
  switch (submission.kind) {
    case 'journal':
      return submission.records.every(({ operation }) => isCommonOperation(operation));
    case 'single':
      return isCommonOperation(submission.operation);
    default:
      return false;
  }
}

function isCommonOperation(operation: Operation): boolean {
  return (
    !operation.readable || (operation.salvaged === undefined && !operation.body.type.startsWith('transfer-'))
  );
}

/** Why a push stopped before its end. Everything up to `acknowledged` is decided all the same. */
export type JournalRefusal = 'sequence-gap' | 'life-forked' | 'operation-id-reuse';

export type SubmissionOutcome =
  | {
      readonly kind: 'journal';
      readonly acknowledged: JournalHead;
      readonly refusal: JournalRefusal | null;
      /** The log's last position after the batch, or later. */
      readonly headPosition: number;
    }
  | { readonly kind: 'decided'; readonly verdict: VerdictRow; readonly repeated: boolean }
  /** The same id with other content: no effect. */
  | { readonly kind: 'reused-id' }
  /** Housekeeping was done. `changed`: holds ended, transfers given up, allotments moved or grants made. */
  | { readonly kind: 'tended'; readonly changed: number };
