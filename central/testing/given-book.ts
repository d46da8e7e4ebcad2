import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { inventoryEventSchema } from '@gondola/shared/schemas/events.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { expect } from 'vitest';
import { decide } from '../inventory/decide.ts';
import { NO_DEMAND } from '../inventory/grant-policy.ts';
import type { Allotment, Transfer } from '../inventory/model.ts';
import {
  EMPTY_POOL_STATE,
  type HistoryEntry,
  type PoolState,
  type ReadableOperation,
  type Reservation,
} from '../inventory/model.ts';
import { WorkingBook } from '../inventory/working-book.ts';

/** Given a book, when an operation comes, then the verdict and its events. */

export const storeId = derivedUuid('store');
export const tillId = derivedUuid('till');
export const logId = derivedUuid('log');
export const now = '2026-01-01T12:00:00.000Z';
export const held = derivedUuid('held');

export interface Given {
  readonly pool?: Partial<PoolState['pool']>;
  readonly state?: Partial<PoolState>;
  readonly reservation?: Partial<Reservation>;
  readonly history?: readonly HistoryEntry[];
  readonly allotment?: Partial<Allotment>;
  readonly transfer?: Transfer;
}

export const SETTINGS = { now, reservationTimeoutMs: 300_000, transferTimeoutMs: 86_400_000 };

export function bookOf({ pool, state, reservation, history, allotment, transfer }: Given): WorkingBook {
  const poolState = { ...EMPTY_POOL_STATE, ...state, pool: { ...EMPTY_POOL_STATE.pool, ...pool } };
  return new WorkingBook({
    logId,
    pools: new Map([[`${storeId}/tea`, poolState]]),
    histories: new Map([[`${storeId}/tea`, history ?? []]]),
    transfers: transfer === undefined ? [] : [transfer],
    pending: [],
    salvaged: [],
    allotments:
      allotment === undefined
        ? []
        : [
            {
              ...{
                storeId,
                sku: 'tea',
                tillId,
                life: 1,
                number: 1,
                state: 'ACTIVE',
                mode: 'settlement-only',
              },
              ...{ granted: 5, consumed: 0, held: 0, surrendered: 0, recalled: 0 },
              demand: NO_DEMAND,
              ...allotment,
            },
          ],
    reservations:
      reservation === undefined
        ? []
        : [
            {
              reservationId: held,
              storeId,
              sku: 'tea',
              quantity: 2,
              state: 'HELD',
              tillId: null,
              allottedLife: null,
              heldAt: now,
              expiresAt: '2026-01-01T12:05:00.000Z',
              ...reservation,
            },
          ],
  });
}

export function operation(body: object, fields: Partial<ReadableOperation> = {}): ReadableOperation {
  return {
    operationId: 'till:x:1:7',
    contentHash: 'a'.repeat(64),
    storeId,
    origin: { kind: 'till', tillId, life: 1, sequence: 7 },
    raw: '{}',
    readable: true,
    label: 'PROVISIONAL',
    recordedAt: '2026-01-01T11:00:00.000Z',
    seen: { logId, position: 3 },
    body: operationBodySchema.parse(body),
    ...fields,
  };
}

export function when(given: Given, body: object, fields: Partial<ReadableOperation> = {}) {
  const decision = decide(operation(body, fields), bookOf(given), SETTINGS);
  for (const event of decision.events) inventoryEventSchema.parse(event);
  expect(decision.events.at(-1)).toMatchObject({ type: 'OperationDecided', verdict: decision.verdict });
  return { ...decision, types: decision.events.map(({ type }) => type) };
}
