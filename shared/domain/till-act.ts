/** What a till does that is no operation on stock, and that a chain wants to hear of. */
export const TILL_ACTS = ['void-line', 'void-basket', 'no-sale'] as const;

export interface TillAct {
  readonly act: (typeof TILL_ACTS)[number];
  /** By the till's clock. */
  readonly at: string;
  readonly count: number;
  /** What the lines had cost. */
  readonly amountMinor: number;
}

/** The acts with one more. Each kind has its own room; beyond it, one is counted together with the last of its kind. */
export function withAct(acts: readonly TillAct[], act: TillAct, actsMax: number): readonly TillAct[] {
  const room = Math.floor(actsMax / TILL_ACTS.length);
  const same = acts.filter((known) => known.act === act.act);
  const last = same.at(-1);
  if (last === undefined || same.length < room) return [...acts, act];
  const both = { ...act, count: last.count + act.count, amountMinor: last.amountMinor + act.amountMinor };
  return acts.with(acts.lastIndexOf(last), both);
}
