import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { commitSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { whyNotEnd } from './end-hold.ts';
import type { CheckoutRefusal } from './refusal.ts';

export interface CommitRequest {
  readonly reservationId: string;
  readonly transactionId?: string | undefined;
  readonly customerId?: string | undefined;
}

/**
 * Sells held units that the customer does not take along now (paid, delivered later). A request: where the goods leave
 * at once, the till records a sale that names the hold instead, see `collectHold`.
 */
export async function commitHold(
  counter: Counter,
  commit: CommitRequest,
): Promise<Result<Recorded, CheckoutRefusal>> {
  const { reservationId, transactionId, customerId } = commit;
  const refusal = await whyNotEnd(counter, reservationId);
  if (refusal !== null) return failure(refusal);
  const body = commitSchema.parse({
    type: 'commit',
    reservationId,
    ...(transactionId === undefined ? {} : { transactionId }),
    ...(customerId === undefined ? {} : { customerId }),
  });
  return record(counter, body);
}
