/**
 * An allotment: units of one pool leased to one life of one till. Both sides fold it from the same journal in the same
 * order, so what a till finds unspent the authority finds unspent too, or more.
 *
 * ACTIVE → CLOSING → SETTLED; ACTIVE or CLOSING → EXPIRED → SETTLED or FORCED; FORCED → SETTLED. Only ACTIVE may be
 * spent with the label GUARANTEED. Expiry stops spending and frees nothing: the till may have spent what it has not
 * reported.
 */
export const ALLOTMENT_STATES = ['ACTIVE', 'CLOSING', 'EXPIRED', 'FORCED', 'SETTLED'] as const;
export type AllotmentState = (typeof ALLOTMENT_STATES)[number];

/**
 * How units come back from a till that stays silent. `settlement-only`: by its own report or a person's force.
 * `report-deadline`: also when the deadline passes; the guarantee then holds only for what is reported before it.
 */
export const ALLOTMENT_MODES = ['settlement-only', 'report-deadline'] as const;
export type AllotmentMode = (typeof ALLOTMENT_MODES)[number];

/** Why an allotment went in doubt. */
export const ALLOTMENT_EXPIRY_CAUSES = ['term-over', 'life-retired'] as const;
export type AllotmentExpiryCause = (typeof ALLOTMENT_EXPIRY_CAUSES)[number];

/** Who took the units of a silent till back: a person, or the deadline of a `report-deadline` allotment. */
export const ALLOTMENT_FORCE_CAUSES = ['person', 'report-deadline'] as const;
export type AllotmentForceCause = (typeof ALLOTMENT_FORCE_CAUSES)[number];

/** What an allotment has been given and what became of it, in units, each counted from its grant. */
export interface AllotmentFigures {
  readonly granted: number;
  /** Left with a customer. */
  readonly consumed: number;
  /** Kept for somebody by a hold inside the allotment. */
  readonly held: number;
  /** Given back by the till, or taken back by force. */
  readonly surrendered: number;
}

/** Units that the till may still spend; never below zero: consumed, held and surrendered never exceed what was granted. */
export function unspentOf({ granted, consumed, held, surrendered }: AllotmentFigures): number {
  return granted - consumed - held - surrendered;
}

/** Where the unspent units stand in the pool; null when there can be none. */
export function bucketOfAllotment(state: AllotmentState): 'Q' | 'X' | null {
  switch (state) {
    case 'ACTIVE':
    case 'CLOSING':
      return 'Q';
    case 'EXPIRED':
      return 'X';
    case 'FORCED':
    case 'SETTLED':
      return null;
  }
}

/** The key of an allotment in maps: one life of one till has at most one allotment of a pool at a time. */
export function allotmentKeyText(storeId: string, sku: string, tillId: string, life: number): string {
  return `${storeId}/${sku}/${tillId}/${life}`;
}
