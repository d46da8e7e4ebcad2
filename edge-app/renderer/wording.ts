import { REFUSAL_REASONS } from '@gondola/shared/domain/refusal.ts';
import type { CheckoutRefusal, ConflictRow } from '../till/till.ts';

/** Which words say it: pure choices of keys, so that no screen decides by itself. */

export interface ConflictWords {
  readonly told: string;
  readonly turnedOut: string;
  readonly next: string;
}

const DEFICITS: Readonly<Record<string, string>> = {
  'counted-less-than-promised': 'conflicts.out-counted',
  'adjusted-below-promised': 'conflicts.out-adjusted',
};

/** The three sentences of a conflict's card. */
export function conflictWords(conflict: ConflictRow): ConflictWords {
  const { kind, operationType, reason } = conflict;
  const told = `conflicts.told-${toldBy(operationType)}`;
  switch (kind) {
    case 'deficit':
      return {
        told,
        turnedOut: DEFICITS[reason] ?? 'conflicts.out-deficit',
        next: 'conflicts.do-deficit',
      };
    case 'provisional-refused': {
      const isRequest = ['reserve', 'commit', 'release'].includes(operationType);
      return {
        told,
        turnedOut: reasonKey(reason),
        next: `conflicts.do-${isRequest ? operationType : 'other'}`,
      };
    }
    case 'life-forked':
      return {
        told: 'conflicts.told-life',
        turnedOut: `conflicts.out-${kind}`,
        next: `conflicts.do-${kind}`,
      };
    case 'settlement-differs':
      return {
        told: 'conflicts.told-settle',
        turnedOut: `conflicts.out-${kind}`,
        next: `conflicts.do-${kind}`,
      };
    case 'transfer-short':
    case 'transfer-over':
    case 'transfer-unannounced':
      return {
        told: 'conflicts.told-transfer',
        turnedOut: `conflicts.out-${kind}`,
        next: `conflicts.do-${kind}`,
      };
  }
}

function toldBy(operationType: string): string {
  if (operationType.startsWith('transfer-')) return 'transfer';
  return ['reserve', 'commit', 'release', 'sell'].includes(operationType) ? operationType : 'other';
}

/** The words of a reason; an unknown one is shown as it came. */
export function reasonKey(reason: string): string {
  return REFUSAL_REASONS.some((known) => known === reason) ? `reason.${reason}` : 'reason.other';
}

/** Why a conflict was closed: a person's own words, or the authority's reason in this language's. */
export function closingWords(
  words: (key: string) => string,
  { closedBy, closingReason }: Pick<ConflictRow, 'closedBy' | 'closingReason'>,
): string {
  if (closedBy === 'authority' && closingReason === 'repaid-by-other-tills') return words('conflicts.repaid');
  return closingReason ?? '—';
}

/** What a refusal's sentence needs, with money as text. */
export function refusalValues(
  refusal: CheckoutRefusal,
  money: (minor: number) => string,
  words: (key: string) => string,
): Record<string, unknown> {
  if (refusal.kind === 'cash-short') return { missing: money(refusal.missingMinor) };
  if (refusal.kind === 'tender-too-large') return { over: money(refusal.overMinor) };
  if (refusal.kind === 'not-allowed') return { what: words(`act.${refusal.act}`) };
  return { ...refusal };
}

/** The receipt that the customer has in hand; null where none was given, as for a hold. */
export function receiptOfConflict({ operationId, operationType }: ConflictRow): string | null {
  if (operationType !== 'sell') return null;
  const match = /^till:[^:]+:(\d+):(\d+)$/.exec(operationId);
  return match === null ? null : `${match[1]}-${String(match[2]).padStart(6, '0')}`;
}
