import { assertNever } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { conclude } from './conclude.ts';
import { settle, surrender } from './decide-allotment.ts';
import { decideAdjust, decideFact } from './decide-fact.ts';
import { decideCommit, decideRelease, decideReserve, expireHold } from './decide-hold.ts';
import {
  decideTransferCancel,
  decideTransferRequest,
  dispatchTransfer,
  receiveTransfer,
} from './decide-transfer.ts';
import { Draft } from './draft.ts';
import type { Book, Decision, DecisionContext, Operation, ReadableOperation, Reservation } from './model.ts';

/**
 * The authority's decision on one operation: pure and total over every (book, operation) pair.
 *
 * Requests (reserve, commit, release, transfer requests) are ACCEPTED or REJECTED; facts are always RECORDED, and what
 * the book lacked becomes a deficit with a conflict; what cannot be read is QUARANTINED.
 */
export function decide(operation: Operation, book: Book, context: DecisionContext): Decision {
  const draft = new Draft(book, operation);
  if (!operation.readable)
    return conclude(draft, operation, { verdict: 'QUARANTINED', reason: operation.reason });
  if (operation.salvaged !== undefined && book.isSalvaged(operation.salvaged))
    return conclude(draft, operation, { verdict: 'RECORDED', reason: null });
  const { body } = operation;
  switch (body.type) {
    case 'reserve':
      return decideReserve(draft, operation, body, context);
    case 'commit':
      return decideCommit(draft, operation, body, context);
    case 'release':
      return decideRelease(draft, operation, body, context);
    case 'transfer-request':
      return decideTransferRequest(draft, operation, body, context);
    case 'transfer-cancel':
      return decideTransferCancel(draft, operation, body);
    case 'adjust':
      return decideAdjust(draft, operation, body) ?? recorded(draft, operation);
    default:
      recordFact(draft, operation, body, context);
      return recorded(draft, operation);
  }
}

type RequestType = 'reserve' | 'commit' | 'release' | 'transfer-request' | 'transfer-cancel' | 'adjust';
type FactBody = Exclude<ReadableOperation['body'], { type: RequestType }>;

function recordFact(
  draft: Draft,
  operation: ReadableOperation,
  body: FactBody,
  context: DecisionContext,
): void {
  switch (body.type) {
    case 'sell':
    case 'return':
    case 'receive':
    case 'count':
      decideFact(draft, operation, body, context);
      return;
    case 'expire':
      expireHold(draft, operation, body);
      return;
    case 'surrender':
      surrender(draft, operation, body);
      return;
    case 'settle':
      settle(draft, operation, body);
      return;
    case 'transfer-dispatch':
      dispatchTransfer(draft, operation, body);
      return;
    case 'transfer-receive':
      receiveTransfer(draft, operation, body);
      return;
    // Unpacked when it was read; one inside another says nothing.
    case 'salvage':
      return;
    default:
      assertNever(body, 'fact');
  }
}

function recorded(draft: Draft, operation: ReadableOperation): Decision {
  draft.openDeficits(operation);
  return conclude(draft, operation, { verdict: 'RECORDED', reason: null });
}

/** The units of an overdue hold return to free. Only a hold that is HELD may be given. */
export function decideExpiry(reservation: Reservation, book: Book): readonly InventoryEvent[] {
  const draft = new Draft(book, null);
  draft.endHold('ReservationExpired', reservation);
  return draft.events;
}
