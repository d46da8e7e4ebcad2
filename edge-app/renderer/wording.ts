import { REFUSAL_REASONS } from '@gondola/shared/domain/refusal.ts';
import type { CheckoutRefusal, ConflictRow } from '../till/till.ts';

/** Which words say it: pure choices of keys, so that no screen decides by itself. */

export interface ConflictWords {
  readonly told: string;
  readonly turnedOut: string;
  readonly next: string;
}

/** The three sentences of a conflict's card. */
export function conflictWords(conflict: ConflictRow): ConflictWords {
  const known = ['reserve', 'commit', 'release', 'sell'].includes(conflict.operationType);
  const told = `conflicts.told-${known ? conflict.operationType : 'other'}`;
  if (conflict.kind === 'deficit') {
    return { told, turnedOut: 'conflicts.out-deficit', next: 'conflicts.do-deficit' };
  }
  const request = known && conflict.operationType !== 'sell';
  return {
    told,
    turnedOut: reasonKey(conflict.reason),
    next: `conflicts.do-${request ? conflict.operationType : 'other'}`,
  };
}

/** The words of a reason; an unknown one is shown as it came. */
export function reasonKey(reason: string): string {
  return REFUSAL_REASONS.some((known) => known === reason) ? `reason.${reason}` : 'reason.other';
}

/** What a refusal's sentence needs, with money as text. */
export function refusalValues(
  refusal: CheckoutRefusal,
  money: (minor: number) => string,
): Record<string, unknown> {
  if (refusal.kind === 'cash-short') return { missing: money(refusal.missingMinor) };
  return { ...refusal };
}

/** The receipt that the customer has in hand; null where none was given, as for a hold. */
export function receiptOfConflict({ operationId, operationType }: ConflictRow): string | null {
  if (operationType !== 'sell') return null;
  const match = /^till:[^:]+:(\d+):(\d+)$/.exec(operationId);
  return match === null ? null : `${match[1]}-${String(match[2]).padStart(6, '0')}`;
}
