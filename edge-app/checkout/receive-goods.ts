import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { receiveSchema } from '@gondola/shared/schemas/operations.ts';
import { type Counter, type Recorded, record } from './counter.ts';
import { refuseLines } from './decide.ts';
import type { CheckoutRefusal } from './refusal.ts';
import { lineFacts } from './ring-up-sale.ts';

export interface ReceiveRequest {
  readonly documentId?: string | undefined;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Goods that arrived from a supplier or another store: a fact. */
export async function receiveGoods(
  counter: Counter,
  request: ReceiveRequest,
): Promise<Result<Recorded, CheckoutRefusal>> {
  const refusal = refuseLines(await lineFacts(counter, request.lines));
  if (refusal !== null) return failure(refusal);
  const body = receiveSchema.parse({
    type: 'receive',
    ...(request.documentId === undefined ? {} : { documentId: request.documentId }),
    lines: request.lines.map(({ sku, quantity }) => ({ sku, quantity })),
  });
  return record(counter, body);
}
