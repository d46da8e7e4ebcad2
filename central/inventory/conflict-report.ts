import type { ConflictAct, Label, VerdictKind } from '@gondola/shared/domain/labels.ts';
import type { Movement, Pool } from '@gondola/shared/domain/pool.ts';
import { EMPTY_POOL, evolvePool } from '@gondola/shared/domain/pool.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import type { SuggestedAct } from './suggest-acts.ts';

/** One event of the pool between what the till had read and the decision, with the operation behind it. */
export interface TimelineEntry {
  readonly position: number;
  /** The authority's clock. */
  readonly decidedAt: string;
  readonly type: string;
  readonly operationId: string | null;
  readonly tillId: string | null;
  readonly life: number | null;
  readonly sequence: number | null;
  /** The till's own clock, and how wrong it was when it was last compared. */
  readonly recordedAt: string | null;
  readonly clockErrorMs: number | null;
  readonly label: Label | null;
  readonly verdict: VerdictKind | null;
  readonly reason: string | null;
  /** What the event changed. */
  readonly change: Pool;
  /** Part of the operation that the conflict is about. */
  readonly isDecision: boolean;
}

/** Everything that a person needs to understand a conflict and to act on it. */
export interface ConflictReport {
  readonly conflict: ConflictRow;
  readonly believed: {
    readonly label: Label | null;
    readonly recordedAt: string | null;
    /** The till's wall clock minus the centre's, when it was last compared; null when that is not known. */
    readonly clockErrorMs: number | null;
    readonly seenPosition: number | null;
  };
  readonly known: {
    readonly decidedAt: string;
    /** null of a conflict about a life, which no operation caused. */
    readonly decidedPosition: number | null;
    readonly verdict: VerdictKind | null;
    /** The pool just before the decision; null where the conflict names no article. */
    readonly pool: Pool | null;
  };
  readonly timeline: readonly TimelineEntry[];
  /** Older events were left out: only the last before the decision are shown. */
  readonly isTimelineCut: boolean;
  /** The sentence of the rule that was applied, by key. */
  readonly rule: string;
  readonly suggestions: readonly SuggestedAct[];
  readonly compensation: { readonly transferId: string; readonly by: string } | null;
  readonly closing: {
    readonly closedAt: string;
    readonly closedBy: string;
    readonly closingReason: string;
    /** null: the authority closed it by itself. */
    readonly act: ConflictAct | null;
  } | null;
}

/** The key of the rule's sentence: the reason where a request was refused, else the kind of contradiction. Pure. */
export function ruleOf({ kind, reason }: Pick<ConflictRow, 'kind' | 'reason'>): string {
  if (kind === 'provisional-refused') return `rule.${reason}`;
  if (kind === 'deficit')
    return reason === 'left-without-being-in-the-book' ? 'rule.deficit' : `rule.${reason}`;
  return `rule.${kind}`;
}

/** What movements change in each bucket. Pure. */
export function changeOf(movements: readonly Movement[]): Pool {
  const change = { F: 0, V: 0, Q: 0, X: 0, D: 0, W: 0 };
  for (const { from, to, quantity } of movements) {
    change[from] += from === 'D' ? quantity : -quantity;
    change[to] += to === 'D' ? -quantity : quantity;
  }
  const { F, V, Q, X, D } = change;
  return { free: F, held: V, allotted: Q, inDoubt: X, deficit: D };
}

/** The pool after sums of movements by account pair, in whatever order they came. Pure. */
export function poolOfSums(sums: readonly Movement[]): Pool {
  const { free, held, allotted, inDoubt, deficit } = changeOf(sums);
  // Through the rules of the buckets, so that a wrong sum is an error and not a figure on a screen.
  return evolvePool(EMPTY_POOL, [
    ...(free > 0 ? [{ from: 'W', to: 'F', quantity: free } as const] : []),
    ...(held > 0 ? [{ from: 'W', to: 'V', quantity: held } as const] : []),
    ...(allotted > 0 ? [{ from: 'W', to: 'Q', quantity: allotted } as const] : []),
    ...(inDoubt > 0 ? [{ from: 'W', to: 'X', quantity: inDoubt } as const] : []),
    ...(deficit > 0 ? [{ from: 'D', to: 'W', quantity: deficit } as const] : []),
  ]);
}
