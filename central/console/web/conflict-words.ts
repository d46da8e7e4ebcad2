import { QUARANTINE_REASONS, REFUSAL_REASONS } from '@gondola/shared/domain/refusal.ts';
import type { ConflictRow } from './answers.ts';

/** The sentences of a conflict's card, by key: pure, so that no screen decides by itself. */
export interface ConflictWords {
  /** What went wrong, in one line. */
  readonly cause: string;
  /** What the till told its cashier. */
  readonly believed: string;
  /** What the authority found. */
  readonly known: string;
  /** What a person should do now. */
  readonly next: string;
}

const REQUESTS = ['reserve', 'commit', 'release'];
const OTHER_REASONS = ['left-without-being-in-the-book', 'counted-less-than-promised'];

/** Pure. */
export function conflictWords(conflict: ConflictRow): ConflictWords {
  const { operationType, kind, reason } = conflict;
  const told = [...REQUESTS, 'sell', 'count'].includes(operationType) ? operationType : 'other';
  if (kind === 'deficit') {
    const counted = reason === 'counted-less-than-promised';
    return {
      cause: counted ? 'conflict.cause-counted' : 'conflict.cause-deficit',
      believed: `conflict.believed-${told}`,
      known: counted ? 'conflict.known-counted' : 'conflict.known-deficit',
      next: 'conflict.next-deficit',
    };
  }
  const request = REQUESTS.includes(operationType) ? operationType : 'other';
  return {
    cause: `conflict.cause-${request}`,
    // A hold that the authority does not know has no units to name.
    believed: `conflict.believed-${told === 'commit' && conflict.quantity === 0 ? 'commit-none' : told}`,
    known: reasonKey(reason),
    next: `conflict.next-${request}`,
  };
}

/** The words of a reason; an unknown one is shown as it came. Pure. */
export function reasonKey(reason: string): string {
  const known: readonly string[] = [...REFUSAL_REASONS, ...QUARANTINE_REASONS, ...OTHER_REASONS];
  return known.includes(reason) ? `reason.${reason}` : 'reason.other';
}
