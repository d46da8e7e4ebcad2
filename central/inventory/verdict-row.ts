import type { ReservationId, Sku } from '@gondola/shared/domain/ids.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { DecidedOperation } from './ports.ts';

/** The row that callers and tills see of a decision. */
export function toVerdictRow(decided: DecidedOperation, basePosition: number, decidedAt: string): VerdictRow {
  const { operation, decision, lastEventIndex } = decided;
  const origin = operation.origin.kind === 'till' ? operation.origin : null;
  return {
    operationId: operation.operationId,
    life: origin?.life ?? null,
    sequence: origin?.sequence ?? null,
    verdict: decision.verdict,
    reason: decision.reason,
    decidedAt,
    reservationId: decision.reservationId as ReservationId | null,
    expiresAt: decision.expiresAt,
    excess: decision.excess.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })),
    position: basePosition + lastEventIndex + 1,
  };
}
