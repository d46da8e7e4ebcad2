import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Operation } from './model.ts';
import type { PoolKey } from './ports.ts';
import type { TillIdentity } from './read-record.ts';

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
  | { readonly kind: 'expire'; readonly pools: readonly PoolKey[] };

/** Why a push stopped before its end. Everything up to `acknowledged` is decided all the same. */
export type JournalRefusal = 'sequence-gap' | 'life-forked' | 'operation-id-reuse';

export type SubmissionOutcome =
  | { readonly kind: 'journal'; readonly acknowledged: JournalHead; readonly refusal: JournalRefusal | null }
  | { readonly kind: 'decided'; readonly verdict: VerdictRow; readonly repeated: boolean }
  /** The same id with other content: no effect. */
  | { readonly kind: 'reused-id' }
  | { readonly kind: 'expired'; readonly reservations: number };
