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
const OTHER_REASONS = [
  'left-without-being-in-the-book',
  'counted-less-than-promised',
  'adjusted-below-promised',
  'journal-restored-or-cloned',
  'arrived-less-than-sent',
  'arrived-more-than-sent',
  'receive',
  'dispatch',
  'repaid-by-other-tills',
];
const DEFICITS: Readonly<Record<string, string>> = {
  'counted-less-than-promised': 'counted',
  'adjusted-below-promised': 'adjusted',
};
const BELIEVED: Readonly<Record<string, string>> = { life: 'life', settle: 'settle', adjust: 'adjust' };

/** Of how many articles a conflict is that names none; null where its reason does not say. Pure. */
export function articlesOf({ sku, reason }: Pick<ConflictRow, 'sku' | 'reason'>): number | null {
  const match = sku === null ? OF_ARTICLES.exec(reason) : null;
  return match === null ? null : Number(match[1]);
}

const OF_ARTICLES = /-of-(\d+)-articles$/;

/** Pure. */
export function conflictWords(conflict: ConflictRow): ConflictWords {
  const { operationType, kind, reason } = conflict;
  const told = toldBy(operationType);
  if (kind === 'deficit') {
    const how = DEFICITS[reason] ?? 'deficit';
    return {
      cause: `conflict.cause-${how}`,
      believed: `conflict.believed-${told}`,
      known: `conflict.known-${how}`,
      next: 'conflict.next-deficit',
    };
  }
  if (kind !== 'provisional-refused') {
    return {
      cause: `conflict.cause-${kind}`,
      believed: `conflict.believed-${told}`,
      known: `conflict.known-${kind}`,
      next: `conflict.next-${kind}`,
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

function toldBy(operationType: string): string {
  if (operationType.startsWith('transfer-')) return 'transfer';
  if ([...REQUESTS, 'sell', 'count'].includes(operationType)) return operationType;
  return BELIEVED[operationType] ?? 'other';
}

/** The words of a reason; an unknown one is shown as it came. Pure. */
export function reasonKey(reason: string): string {
  const known: readonly string[] = [...REFUSAL_REASONS, ...QUARANTINE_REASONS, ...OTHER_REASONS];
  const plain = reason.replace(OF_ARTICLES, '');
  return known.includes(plain) ? `reason.${plain}` : 'reason.other';
}
