import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Column } from '../platform/postgres-columns.ts';
import type { BatchWrite } from './ports.ts';

/** Rows that few batches have: conflicts and transfers. `place` is an event's index in the batch, from 1. */

type Opened = Extract<InventoryEvent, { type: 'ConflictOpened' }>;

/** Conflicts that are new, in the state the batch leaves them in, and those of before that the batch moved. */
export function conflictRows({
  events,
  decidedAt,
}: BatchWrite): readonly [readonly OpenedRow[], readonly MovedRow[]] {
  const opened = new Map<string, OpenedRow>();
  const moved = new Map<string, MovedRow>();
  for (const [index, event] of events.entries()) {
    const place = index + 1;
    if (event.type === 'ConflictOpened') opened.set(event.conflictId, openedRow(event, place));
    if (event.type !== 'ConflictDue' && event.type !== 'ConflictClosed') continue;
    const move = movedRow(event, place, decidedAt);
    const known = opened.get(event.conflictId);
    // One statement cannot insert a row and update it: what ends in its own batch is inserted ended.
    if (known === undefined) moved.set(event.conflictId, move);
    else opened.set(event.conflictId, { ...known, ...move, quantity: move.quantity ?? known.quantity });
  }
  return [[...opened.values()], [...moved.values()]];
}

function openedRow(event: Opened, place: number) {
  return {
    store_id: event.storeId,
    conflict_id: event.conflictId,
    till_id: event.tillId,
    operation_id: event.operationId,
    operation_type: event.operationType,
    kind: event.kind,
    state: event.state as string,
    label: event.label,
    reason: event.reason,
    sku: event.sku,
    quantity: event.quantity,
    recorded_at: event.recordedAt,
    seen_position: event.seenPosition,
    free_at_decision: event.freeAtDecision,
    closed_at: null as string | null,
    closed_by: null as string | null,
    closing_reason: null as string | null,
    place,
  };
}

function movedRow(
  event: Extract<InventoryEvent, { type: 'ConflictDue' | 'ConflictClosed' }>,
  place: number,
  decidedAt: string,
) {
  const isClosed = event.type === 'ConflictClosed';
  return {
    conflict_id: event.conflictId,
    state: isClosed ? 'CLOSED' : 'OPEN',
    quantity: isClosed ? null : event.quantity,
    closed_at: isClosed ? decidedAt : null,
    closed_by: isClosed ? event.closedBy : null,
    closing_reason: isClosed ? event.closingReason : null,
    place,
  };
}

type OpenedRow = ReturnType<typeof openedRow>;
type MovedRow = ReturnType<typeof movedRow>;
type TransferRow = ReturnType<typeof transferRows>[number];

export const CONFLICT_COLUMNS: readonly Column<OpenedRow>[] = [
  ['store_id', 'uuid', (row) => row.store_id],
  ['conflict_id', 'uuid', (row) => row.conflict_id],
  ['till_id', 'uuid', (row) => row.till_id],
  ['operation_id', 'text', (row) => row.operation_id],
  ['operation_type', 'text', (row) => row.operation_type],
  ['kind', 'text', (row) => row.kind],
  ['state', 'text', (row) => row.state],
  ['label', 'text', (row) => row.label],
  ['reason', 'text', (row) => row.reason],
  ['sku', 'text', (row) => row.sku],
  ['quantity', 'bigint', (row) => row.quantity],
  ['recorded_at', 'timestamptz', (row) => row.recorded_at],
  ['seen_position', 'bigint', (row) => row.seen_position],
  ['free_at_decision', 'bigint', (row) => row.free_at_decision],
  ['closed_at', 'timestamptz', (row) => row.closed_at],
  ['closed_by', 'text', (row) => row.closed_by],
  ['closing_reason', 'text', (row) => row.closing_reason],
  ['place', 'bigint', (row) => row.place],
];

export const MOVED_COLUMNS: readonly Column<MovedRow>[] = [
  ['conflict_id', 'uuid', (row) => row.conflict_id],
  ['state', 'text', (row) => row.state],
  ['quantity', 'bigint', (row) => row.quantity],
  ['closed_at', 'timestamptz', (row) => row.closed_at],
  ['closed_by', 'text', (row) => row.closed_by],
  ['closing_reason', 'text', (row) => row.closing_reason],
  ['place', 'bigint', (row) => row.place],
];

export const TRANSFER_COLUMNS: readonly Column<TransferRow>[] = [
  ['transfer_id', 'uuid', (row) => row.transfer_id],
  ['from_store_id', 'uuid', (row) => row.from_store_id],
  ['to_store_id', 'uuid', (row) => row.to_store_id],
  ['state', 'text', (row) => row.state],
  ['lines', 'text', (row) => JSON.stringify(row.lines)],
  ['requested_at', 'timestamptz', (row) => row.requested_at],
  ['expires_at', 'timestamptz', (row) => row.expires_at],
  ['reason', 'text', (row) => row.reason],
  ['place', 'bigint', (row) => row.place],
];

export function transferRows(write: BatchWrite) {
  return write.transfers.map(({ transfer, lastEventIndex }) => ({
    transfer_id: transfer.transferId,
    from_store_id: transfer.fromStoreId,
    to_store_id: transfer.toStoreId,
    state: transfer.state,
    lines: transfer.lines,
    requested_at: transfer.requestedAt,
    expires_at: transfer.expiresAt,
    reason: transfer.reason,
    place: lastEventIndex + 1,
  }));
}
