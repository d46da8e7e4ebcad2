import type { PolicyRow, ProductRow } from '@gondola/shared/schemas/rows.ts';
import type { UndecidedRecord } from './evolve.ts';
import type { CheckoutRefusal } from './refusal.ts';

/** Units of the article that this till has promised without being sure and without an answer yet. Pure. */
export function unsureUnits(sku: string, undecided: readonly UndecidedRecord[]): number {
  const promised = new Map<string, number>();
  for (const { body } of undecided) {
    if (body.type === 'reserve' && body.sku === sku && body.allotted !== true)
      promised.set(body.reservationId, body.quantity);
    // What was given back is promised to nobody; what was sold of it is still unsure.
    if (body.type === 'release') promised.delete(body.reservationId);
  }
  return [...promised.values()].reduce((sum, quantity) => sum + quantity, 0);
}

/** Whether one more unsure hold would pass the item's bound; null when it may be promised. Pure. */
export function refuseUnsure(
  { sku, name }: Pick<ProductRow, 'sku' | 'name'>,
  quantity: number,
  known: {
    readonly policy: PolicyRow | null;
    readonly undecided: readonly UndecidedRecord[];
    /** Units of the till's own that it may spend now. */
    readonly own: number;
  },
): CheckoutRefusal | null {
  const max = known.policy?.provisionalMaxUnits ?? null;
  if (max === null) return null;
  if (max === 0) return { kind: 'guaranteed-only', sku, name, own: known.own };
  const undecided = unsureUnits(sku, known.undecided);
  return undecided + quantity > max ? { kind: 'provisional-bound', sku, name, max, undecided } : null;
}
