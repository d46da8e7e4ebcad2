import type { Counter } from './counter.ts';
import { refuseEndOfHold } from './decide.ts';
import { holdFacts } from './evolve.ts';
import type { CheckoutRefusal } from './refusal.ts';

/** Why the hold cannot be ended here; null when it can be tried. */
export async function whyNotEnd(counter: Counter, reservationId: string): Promise<CheckoutRefusal | null> {
  const row = await counter.replica.reservation(reservationId);
  return refuseEndOfHold(reservationId, holdFacts(reservationId, row, counter.undecided.all()));
}
