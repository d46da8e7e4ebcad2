import { derivedUuid, type StoreId } from '@gondola/shared/domain/ids.ts';
import type { ConflictKind, TransferState } from '@gondola/shared/domain/labels.ts';
import { incoming, outgoing } from '@gondola/shared/domain/pool.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { accept, reject } from './conclude.ts';
import { Draft } from './draft.ts';
import type { Book, Decision, DecisionContext, ReadableOperation, Transfer, TransferLine } from './model.ts';

type BodyOf<Type> = Extract<ReadableOperation['body'], { type: Type }>;
interface Quantity {
  readonly sku: string;
  readonly quantity: number;
}

/** Another store keeps the goods for this one: every line or none. */
export function decideTransferRequest(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'transfer-request'>,
  context: DecisionContext,
): Decision {
  const { fromStoreId, transferId } = body;
  const refuse = (reason: RefusalReason, line?: Quantity) =>
    reject(draft, operation, reason, line?.sku ?? null, line?.quantity ?? 0, fromStoreId);
  if (draft.transfer(transferId) !== undefined) return refuse('transfer-id-taken');
  if (fromStoreId === operation.storeId) return refuse('transfer-to-same-store');
  const poolOf = ({ sku }: Quantity) => draft.poolState(fromStoreId, sku).pool;
  // One reason over all lines before the next: which line comes first must not choose the reason.
  const owing = body.lines.find((line) => poolOf(line).deficit > 0);
  if (owing !== undefined) return refuse('pool-in-deficit', owing);
  const lacking = body.lines.find((line) => poolOf(line).free < line.quantity);
  if (lacking !== undefined) return refuse('insufficient-free', lacking);
  for (const { sku, quantity } of body.lines) {
    draft.add({
      type: 'TransferHeld',
      ...draft.poolChange(fromStoreId, sku, [{ from: 'F', to: 'V', quantity }]),
      transferId,
      quantity,
    });
  }
  const expiresAt = new Date(Date.parse(context.now) + context.transferTimeoutMs).toISOString();
  change(draft, {
    transferId,
    fromStoreId,
    toStoreId: operation.storeId,
    state: 'REQUESTED',
    lines: body.lines.map(({ sku, quantity }) => ({
      sku,
      requested: quantity,
      dispatched: null,
      received: null,
    })),
    requestedAt: context.now,
    expiresAt,
    reason: null,
  });
  return accept(draft, operation, { expiresAt });
}

/** Before the goods have left, either store may give the transfer up: the compensation of the request. */
export function decideTransferCancel(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'transfer-cancel'>,
): Decision {
  const transfer = draft.transfer(body.transferId);
  if (transfer === undefined) return reject(draft, operation, 'transfer-unknown');
  if (operation.storeId !== transfer.fromStoreId && operation.storeId !== transfer.toStoreId) {
    return reject(draft, operation, 'transfer-of-another-store');
  }
  if (transfer.state === 'DISPATCHED') return reject(draft, operation, 'transfer-already-dispatched');
  if (transfer.state === 'RECEIVED' || transfer.state === 'RETURNED') {
    return reject(draft, operation, 'transfer-already-ended');
  }
  if (transfer.state === 'REQUESTED') cancel(draft, transfer, body.reason ?? null);
  return accept(draft, operation);
}

/** Nobody sent the goods in time. Not where they have arrived already and only the sender's word is missing. */
export function expireTransfer(book: Book, transfer: Transfer): readonly InventoryEvent[] {
  const hasArrived = transfer.lines.some(({ received }) => received !== null);
  if (transfer.state !== 'REQUESTED' || hasArrived) return [];
  const draft = new Draft(book, null);
  cancel(draft, transfer, 'timed-out');
  return draft.events;
}

function cancel(draft: Draft, transfer: Transfer, reason: string | null): void {
  for (const { sku, requested } of transfer.lines)
    releaseUnits(draft, transfer, transfer.fromStoreId, sku, requested);
  change(draft, { ...transfer, state: 'CANCELLED', reason });
}

function releaseUnits(
  draft: Draft,
  { transferId }: Transfer,
  storeId: string,
  sku: string,
  quantity: number,
): void {
  if (quantity === 0) return;
  draft.add({
    type: 'TransferReleased',
    ...draft.poolChange(storeId, sku, incoming(draft.poolState(storeId, sku).pool, quantity, 'V')),
    transferId,
    quantity,
  });
}

/** Goods have left the store, as asked for or not: what was held for them first, then free units, then the deficit. */
export function dispatchTransfer(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'transfer-dispatch'>,
): void {
  const { storeId } = operation;
  const transfer = draft.transfer(body.transferId);
  const isSender = transfer?.fromStoreId === storeId;
  const held = isSender && transfer.state === 'REQUESTED' ? transfer : null;
  for (const { sku, quantity } of body.lines) {
    const kept = held?.lines.find((line) => line.sku === sku)?.requested ?? 0;
    sendUnits(draft, body.transferId, storeId, sku, quantity, Math.min(kept, quantity));
    if (held !== null) releaseUnits(draft, held, storeId, sku, kept - Math.min(kept, quantity));
  }
  if (held !== null) {
    const sent = new Set<string>(body.lines.map(({ sku }) => sku));
    for (const line of held.lines)
      if (!sent.has(line.sku)) releaseUnits(draft, held, storeId, line.sku, line.requested);
  }
  // A transfer given up meanwhile left all the same: the fact stands, and a person hears of it.
  if (held === null) openFor(draft, operation, 'transfer-unannounced', 'dispatch', body.lines);
  if (!isSender || (transfer.state !== 'REQUESTED' && transfer.state !== 'CANCELLED')) return;
  const lines = withQuantities(transfer.lines, body.lines, 'dispatched');
  const hasArrived = transfer.lines.some(({ received }) => received !== null);
  const next: Transfer = { ...transfer, lines, state: hasArrived ? 'RECEIVED' : 'DISPATCHED', reason: null };
  change(draft, next);
  if (hasArrived) compare(draft, operation, next);
}

function sendUnits(
  draft: Draft,
  transferId: string,
  storeId: string,
  sku: string,
  quantity: number,
  fromHeld: number,
): void {
  const { pool } = draft.poolState(storeId, sku);
  const { movements, excess } = outgoing(pool, quantity - fromHeld);
  draft.add({
    type: 'TransferDispatched',
    ...draft.poolChange(storeId, sku, [
      ...(fromHeld > 0 ? [{ from: 'V', to: 'W', quantity: fromHeld } as const] : []),
      ...movements,
    ]),
    transferId,
    quantity,
    excess,
  });
  if (excess > 0) draft.addExcess(sku, excess, pool.free);
}

/** Goods have arrived: they stand on this store's shelf now, whoever announced them. */
export function receiveTransfer(
  draft: Draft,
  operation: ReadableOperation,
  body: BodyOf<'transfer-receive'>,
): void {
  const { storeId } = operation;
  for (const { sku, quantity } of body.lines) {
    draft.add({
      type: 'TransferReceived',
      ...draft.poolChange(storeId, sku, incoming(draft.poolState(storeId, sku).pool, quantity, 'W')),
      transferId: body.transferId,
      quantity,
    });
  }
  const transfer = draft.transfer(body.transferId);
  const state = transfer === undefined ? null : stateAfterArrival(transfer, storeId);
  if (transfer === undefined || state === null) {
    openFor(draft, operation, 'transfer-unannounced', 'receive', body.lines);
    return;
  }
  const next: Transfer = {
    ...transfer,
    lines: withQuantities(transfer.lines, body.lines, 'received'),
    state,
  };
  change(draft, next);
  // Before the sender's own word there is nothing to compare with: its till may be offline still.
  if (state !== 'REQUESTED') compare(draft, operation, next);
}

/** null: goods of this transfer were not expected here, or not any more. */
function stateAfterArrival(transfer: Transfer, storeId: string): TransferState | null {
  const wasHere = transfer.lines.some(({ received }) => received !== null);
  if (transfer.state === 'DISPATCHED') {
    if (storeId === transfer.toStoreId) return 'RECEIVED';
    return storeId === transfer.fromStoreId ? 'RETURNED' : null;
  }
  return transfer.state === 'REQUESTED' && storeId === transfer.toStoreId && !wasHere ? 'REQUESTED' : null;
}

function withQuantities(
  lines: readonly TransferLine[],
  given: readonly Quantity[],
  member: 'dispatched' | 'received',
): TransferLine[] {
  const bySku = new Map(given.map(({ sku, quantity }) => [sku as string, quantity]));
  const known = lines.map((line) => ({ ...line, [member]: bySku.get(line.sku) ?? 0 }));
  const skus = new Set(lines.map(({ sku }) => sku));
  const added = given
    .filter(({ sku }) => !skus.has(sku))
    .map(({ sku, quantity }) => ({
      sku,
      requested: 0,
      dispatched: member === 'dispatched' ? quantity : 0,
      received: member === 'received' ? quantity : null,
    }));
  return [...known, ...added];
}

/** What was sent and what arrived must be the same; each difference has one conflict at the store that reported last. */
function compare(draft: Draft, operation: ReadableOperation, { lines }: Transfer): void {
  const differences = lines.map(({ sku, dispatched, received }) => ({
    sku,
    quantity: (received ?? 0) - (dispatched ?? 0),
  }));
  const over = differences.filter(({ quantity }) => quantity > 0);
  const short = differences
    .filter(({ quantity }) => quantity < 0)
    .map(({ sku, quantity }) => ({ sku, quantity: -quantity }));
  if (short.length > 0) openFor(draft, operation, 'transfer-short', 'arrived-less-than-sent', short);
  if (over.length > 0) openFor(draft, operation, 'transfer-over', 'arrived-more-than-sent', over);
}

/** A conflict has one article at most: where it is about several, its reason says of how many. */
function openFor(
  draft: Draft,
  operation: ReadableOperation,
  kind: ConflictKind,
  reason: string,
  about: readonly Quantity[],
): void {
  const [only] = about.length === 1 ? about : [];
  draft.openConflict(operation, {
    conflictId: derivedUuid(`conflict/${operation.operationId}/${kind}`),
    kind,
    reason: about.length > 1 ? `${reason}-of-${about.length}-articles` : reason,
    sku: only?.sku ?? null,
    quantity: about.reduce((sum, { quantity }) => sum + quantity, 0),
    freeAtDecision: null,
  });
}

function change(draft: Draft, transfer: Transfer): void {
  draft.add({
    type: 'TransferChanged',
    operationId: draft.operationId,
    storeId: transfer.toStoreId as StoreId,
    ...transfer,
    fromStoreId: transfer.fromStoreId as StoreId,
    toStoreId: transfer.toStoreId as StoreId,
    lines: transfer.lines.map((line) => ({ ...line, sku: line.sku as never })),
  });
}
