import {
  type AllotmentExpiryCause,
  type AllotmentFigures,
  type AllotmentForceCause,
  type AllotmentMode,
  unspentOf,
} from '@gondola/shared/domain/allotment.ts';
import { derivedUuid, type ReservationId, type StoreId, type TillId } from '@gondola/shared/domain/ids.ts';
import { incoming, type Movement } from '@gondola/shared/domain/pool.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { allotteeOfHold, bucketOf, Draft } from './draft.ts';
import type {
  Allotment,
  Book,
  DecisionContext,
  Life,
  PendingConflict,
  ReadableOperation,
  Reservation,
} from './model.ts';

type BodyOf<Type> = Extract<ReadableOperation['body'], { type: Type }>;

/** The till has lowered its allotments: the units are free again, and repay a deficit first. */
export function surrender(draft: Draft, operation: ReadableOperation, body: BodyOf<'surrender'>): void {
  const { storeId, origin } = operation;
  if (origin.kind !== 'till') return;
  for (const { sku, quantity } of body.lines) {
    const allotment = draft.allotment(storeId, sku, origin);
    const bucket = bucketOf(allotment);
    if (allotment === undefined || bucket === null) continue;
    const given = Math.min(quantity, unspentOf(allotment));
    if (given === 0) continue;
    draft.add({
      type: 'AllotmentSurrendered',
      ...allotmentChange(draft, allotment, backToFree(draft, allotment, bucket, given)),
      quantity: given,
    });
  }
}

/** The till spends no more of these allotments. What it says became of them must be what the authority has booked. */
export function settle(draft: Draft, operation: ReadableOperation, body: BodyOf<'settle'>): void {
  const { storeId, origin } = operation;
  if (origin.kind !== 'till') return;
  for (const line of body.lines) {
    const allotment = draft.allotment(storeId, line.sku, origin);
    if (allotment === undefined || allotment.state === 'SETTLED') continue;
    const { consumed, surrendered, state } = allotment;
    // A forced allotment lost its unspent units without its till's knowledge: what differs there is booked already.
    const differs = line.consumed !== consumed || line.surrendered !== surrendered;
    if (differs && state !== 'FORCED') {
      draft.openConflict(operation, {
        conflictId: derivedUuid(`conflict/${operation.operationId}/${line.sku}`),
        kind: 'settlement-differs',
        reason: `consumed-${line.consumed}-of-${consumed}-surrendered-${line.surrendered}-of-${surrendered}`,
        sku: line.sku,
        quantity: Math.abs(line.consumed - consumed),
        freeAtDecision: draft.poolState(storeId, line.sku).pool.free,
      });
    }
    const bucket = bucketOf(allotment);
    const quantity = bucket === null ? 0 : unspentOf(allotment);
    draft.add({
      type: 'AllotmentSettled',
      ...allotmentChange(
        draft,
        allotment,
        bucket === null ? [] : backToFree(draft, allotment, bucket, quantity),
      ),
      quantity,
    });
  }
}

function backToFree(
  draft: Draft,
  { storeId, sku }: Allotment,
  bucket: 'Q' | 'X',
  quantity: number,
): Movement[] {
  return quantity === 0 ? [] : incoming(draft.poolState(storeId, sku).pool, quantity, bucket);
}

function allotmentChange(
  draft: Draft,
  { storeId, sku, tillId, life, number }: Allotment,
  movements: Movement[],
) {
  return { ...draft.poolChange(storeId, sku, movements), tillId: tillId as TillId, life, number };
}

/** Free units are leased to a life; a settled allotment, or none, begins a new one. Only where nothing is owed. */
export function grant(
  book: Book,
  pool: { readonly storeId: string; readonly sku: string },
  to: Life,
  quantity: number,
  mode: AllotmentMode,
): readonly InventoryEvent[] {
  const draft = new Draft(book, null);
  const known = draft.allotment(pool.storeId, pool.sku, to);
  const { free, deficit } = draft.poolState(pool.storeId, pool.sku).pool;
  // A till that is closing, expired or forced gets nothing before it has settled, nor one whose last allotment still has
  // holds: what comes out of the old one could not be told from what comes out of the new.
  const isOver = known !== undefined && known.state === 'SETTLED' && known.held === 0;
  const isOpen = known === undefined || known.state === 'ACTIVE' || isOver;
  if (!isOpen || deficit > 0 || free < quantity || quantity < 1) return [];
  draft.add({
    type: 'AllotmentGranted',
    ...draft.poolChange(pool.storeId, pool.sku, [{ from: 'F', to: 'Q', quantity }]),
    tillId: to.tillId as TillId,
    life: to.life,
    number: known === undefined ? 1 : known.state === 'ACTIVE' ? known.number : known.number + 1,
    quantity,
    mode,
  });
  return draft.events;
}

/** The authority asks for that many unspent units back; nothing moves before the till has given them. */
export function recall(book: Book, allotment: Allotment, quantity: number): readonly InventoryEvent[] {
  if (allotment.state !== 'ACTIVE' || quantity < 1 || quantity === allotment.recalled) return [];
  const draft = new Draft(book, null);
  draft.add({ type: 'AllotmentRecalled', ...allotmentChange(draft, allotment, []), quantity });
  return draft.events;
}

/** The authority asks the till to spend no more and to settle. */
export function close(book: Book, allotment: Allotment, reason: string): readonly InventoryEvent[] {
  if (allotment.state !== 'ACTIVE') return [];
  const draft = new Draft(book, null);
  draft.add({ type: 'AllotmentClosing', ...allotmentChange(draft, allotment, []), reason });
  return draft.events;
}

/** The till was silent past its term, or its life ended: unspent units go in doubt. Frees nothing. */
export function expire(
  book: Book,
  allotment: Allotment,
  cause: AllotmentExpiryCause,
): readonly InventoryEvent[] {
  if (allotment.state !== 'ACTIVE' && allotment.state !== 'CLOSING') return [];
  const draft = new Draft(book, null);
  const quantity = unspentOf(allotment);
  const movements: Movement[] = quantity === 0 ? [] : [{ from: 'Q', to: 'X', quantity }];
  draft.add({ type: 'AllotmentExpired', ...allotmentChange(draft, allotment, movements), quantity, cause });
  return draft.events;
}

export interface Force {
  readonly cause: AllotmentForceCause;
  readonly forcedBy: string;
  readonly reason: string;
}

/** A person wants the allotment back from a till that can be asked. */
export interface Closing {
  readonly cause: 'closing';
  readonly reason: string;
}

/** What a screen shows of an allotment. */
export type SeenAllotment = Pick<Allotment, 'number' | 'state' | 'recalled'> & AllotmentFigures;

/**
 * Whether the allotment is still what the person decided about. By its figures: the book has no positions, and an allotment
 * that came back to the same figures is the same to whoever acts on it. Pure.
 */
export function isAsSeen(allotment: Allotment, seen: SeenAllotment): boolean {
  return SEEN_MEMBERS.every((member) => allotment[member] === seen[member]);
}

const SEEN_MEMBERS = ['number', 'state', 'recalled', 'granted', 'consumed', 'held', 'surrendered'] as const;

/** Units of a silent till become free, at the risk that it has spent them: the exposure is on record. */
export function force(book: Book, allotment: Allotment, by: Force): readonly InventoryEvent[] {
  const bucket = bucketOf(allotment);
  if (bucket === null) return [];
  const draft = new Draft(book, null);
  const quantity = unspentOf(allotment);
  draft.add({
    type: 'AllotmentForced',
    ...allotmentChange(draft, allotment, backToFree(draft, allotment, bucket, quantity)),
    quantity,
    ...by,
  });
  return draft.events;
}

/** A hold inside an allotment whose life is over can be ended by nobody any more: the authority's clock takes it over. */
export function takeOverHold(
  book: Book,
  reservation: Reservation,
  context: Pick<DecisionContext, 'now' | 'reservationTimeoutMs'>,
): readonly InventoryEvent[] {
  if (reservation.state !== 'HELD' || reservation.allottedLife === null) return [];
  const draft = new Draft(book, null);
  draft.add({
    type: 'ReservationTakenOver',
    ...draft.poolChange(reservation.storeId, reservation.sku, []),
    reservationId: reservation.reservationId as ReservationId,
    quantity: reservation.quantity,
    allottee: allotteeOfHold(reservation),
    expiresAt: new Date(Date.parse(context.now) + context.reservationTimeoutMs).toISOString(),
  });
  return draft.events;
}

/** A life ends: its journal is not the one that goes on. A forked one is a conflict, as some of its promises may be void. */
export function retire(
  book: Book,
  storeId: string,
  { tillId, life }: Life,
  cause: 'forked' | 're-enrolled' | 'revoked',
): readonly InventoryEvent[] {
  const draft = new Draft(book, null);
  draft.add({ type: 'LifeRetired', storeId: storeId as StoreId, tillId: tillId as TillId, life, cause });
  if (cause === 'forked') {
    draft.add({
      type: 'ConflictOpened',
      storeId: storeId as StoreId,
      conflictId: derivedUuid(`conflict/life/${tillId}/${life}`),
      operationId: `life:${tillId}:${life}`,
      operationType: 'life',
      tillId: tillId as TillId,
      kind: 'life-forked',
      state: 'OPEN',
      label: null,
      reason: 'journal-restored-or-cloned',
      sku: null,
      quantity: 0,
      recordedAt: null,
      seenPosition: null,
      freeAtDecision: null,
    });
  }
  return draft.events;
}

/**
 * What became of deficits that sibling tills might repay: nothing is owed any more, or nobody is left who could repay.
 * Otherwise they go on waiting.
 */
export function settlePending(
  book: Book,
  pool: { readonly storeId: string; readonly sku: string },
  pending: readonly PendingConflict[],
): readonly InventoryEvent[] {
  const { deficit, allotted, inDoubt } = book.poolState(pool.storeId, pool.sku).pool;
  if (deficit > 0 && allotted + inDoubt > 0) return [];
  const draft = new Draft(book, null);
  let owed = deficit;
  for (const { conflictId, storeId, quantity } of pending) {
    const remaining = Math.min(quantity, owed);
    owed -= remaining;
    if (remaining > 0) {
      draft.add({ type: 'ConflictDue', storeId: storeId as StoreId, conflictId, quantity: remaining });
    } else {
      draft.add({
        type: 'ConflictClosed',
        storeId: storeId as StoreId,
        conflictId,
        closedBy: 'authority',
        closingReason: 'repaid-by-other-tills',
      });
    }
  }
  return draft.events;
}
