import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { releaseSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { whyNotEnd } from './end-hold.ts';
import type { CheckoutRefusal } from './refusal.ts';

/** Gives a hold back. A request: the hold may have ended at the centre meanwhile. */
export async function releaseHold(
  counter: Counter,
  reservationId: string,
): Promise<Result<Recorded, CheckoutRefusal>> {
  const refusal = await whyNotEnd(counter, reservationId);
  if (refusal !== null) return failure(refusal);
  return record(counter, releaseSchema.parse({ type: 'release', reservationId }));
}
