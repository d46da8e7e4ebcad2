import {
  derivedUuid,
  type ReservationId,
  type Sku,
  type StoreId,
  type TillId,
} from '@gondola/shared/domain/ids.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import type { Draft } from './draft.ts';
import type { Decision, Operation, ReadableOperation } from './model.ts';

export interface Conclusion {
  readonly verdict: Decision['verdict'];
  readonly reason: Decision['reason'];
  readonly reservationId?: string;
  readonly expiresAt?: string;
}

/** The request is granted. */
export function accept(
  draft: Draft,
  operation: Operation,
  named: { readonly reservationId?: string; readonly expiresAt?: string } = {},
): Decision {
  return conclude(draft, operation, { verdict: 'ACCEPTED', reason: null, ...named });
}

/** The request is refused; what a till had told somebody becomes a conflict. `storeId`: whose pool could not give it. */
export function reject(
  draft: Draft,
  operation: ReadableOperation,
  reason: RefusalReason,
  sku: string | null = null,
  quantity = 0,
  storeId = operation.storeId,
): Decision {
  // Only a till has told somebody something: the API's caller hears the refusal at once.
  if (operation.label !== null) {
    draft.openConflict(operation, {
      conflictId: derivedUuid(`conflict/${operation.operationId}`),
      kind: 'provisional-refused',
      reason,
      sku,
      quantity,
      freeAtDecision: sku === null ? null : draft.poolState(storeId, sku).pool.free,
    });
  }
  return conclude(draft, operation, { verdict: 'REJECTED', reason });
}

/** The last step of every decision: its final word, after all that it causes. */
export function conclude(draft: Draft, operation: Operation, conclusion: Conclusion): Decision {
  const { verdict, reason, reservationId = null, expiresAt = null } = conclusion;
  const origin = operation.origin.kind === 'till' ? operation.origin : null;
  // Last, so that whoever sees the verdict has seen its effects: their positions are lower.
  draft.add({
    type: 'OperationDecided',
    storeId: operation.storeId as StoreId,
    operationId: operation.operationId,
    operationType: operation.readable ? operation.body.type : 'unreadable',
    tillId: (origin?.tillId ?? null) as TillId | null,
    life: origin?.life ?? null,
    sequence: origin?.sequence ?? null,
    label: operation.readable ? operation.label : null,
    verdict,
    reason,
    reservationId: reservationId as ReservationId | null,
    expiresAt,
    excess: draft.excess.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })),
  });
  return { verdict, reason, reservationId, expiresAt, excess: draft.excess, events: draft.events };
}
