import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import type { JournalIdentity, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Label } from '@gondola/shared/domain/labels.ts';
import type { SellingRules } from '@gondola/shared/domain/selling-rules.ts';
import type { Clock, IdSource } from '@gondola/shared/lib/effects.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { type Charged, charge, labelAfterFlush, type Purse } from './charge.ts';
import { type Journal, JournalError, type Replica } from './ports.ts';
import type { CheckoutRefusal } from './refusal.ts';
import type { UndecidedLog } from './undecided.ts';

/** What a use case works with. */
export interface Counter {
  readonly identity: JournalIdentity;
  readonly journal: Journal;
  readonly replica: Replica;
  readonly undecided: UndecidedLog;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Baskets that are in the journal, or on their way into it: none may be recorded twice. */
  readonly recordedBaskets: Set<string>;
  readonly purse: Purse;
  readonly rules: SellingRules;
  /** Runs one use case's last step at a time: what one record takes, the next must see. */
  readonly inTurn: <Value>(step: () => Promise<Value>) => Promise<Value>;
  /** Tells the engine and the screens that the journal has grown. */
  grew(): void;
}

/** Proof that an operation is on disk. Its label may be shown, and only now. */
export interface Recorded {
  readonly operationId: string;
  readonly sequence: number;
  readonly hash: string;
  readonly label: Label;
  readonly recordedAt: string;
  readonly body: OperationBody;
}

/**
 * The last step of every use case: charge the till's allotments, seal, flush, then move the till's own numbers. `refuse`
 * looks at what was charged, without a wait between its look and the record's place in the journal.
 */
export function record(
  counter: Counter,
  body: OperationBody,
  refuse: (charged: Charged) => CheckoutRefusal | null = () => null,
): Promise<Result<Recorded, CheckoutRefusal>> {
  return counter.inTurn(() => recordNext(counter, body, refuse));
}

async function recordNext(
  counter: Counter,
  asked: OperationBody,
  refuse: (charged: Charged) => CheckoutRefusal | null,
): Promise<Result<Recorded, CheckoutRefusal>> {
  const { journal, replica, clock, identity, undecided, purse } = counter;
  const { inventory } = await replica.checkpoints();
  const skuOfHold = await articleOfHold(counter, asked);
  // Without a wait from the look into the purse to the place in the journal's queue.
  const charged = charge(asked, purse);
  const refusal = refuse(charged);
  if (refusal !== null) return failure(refusal);
  const { body, label } = charged;
  const recordedAt = new Date(clock.wallMs()).toISOString();
  let sealed: SealedRecord;
  try {
    sealed = await journal.append({ recordedAt, label, seen: inventory, body });
  } catch (error) {
    if (error instanceof JournalError) return failure({ kind: 'journal-failed', message: error.message });
    throw error;
  }
  const { sequence, hash, raw } = sealed;
  undecided.add({ sequence, recordedAt, label, body, bytes: raw.length }, skuOfHold);
  counter.grew();
  const operationId = tillOperationId(identity.tillId, identity.life, sequence);
  // Looked at again after the flush: a lease that ended while the disk was slow guarantees nothing.
  const shown = labelAfterFlush(charged, purse.isOpen);
  return success({ operationId, sequence, hash, label: shown, recordedAt, body });
}

async function articleOfHold(counter: Counter, body: OperationBody): Promise<string | undefined> {
  if (body.type !== 'commit' && body.type !== 'release' && body.type !== 'expire') return undefined;
  return (await counter.replica.reservation(body.reservationId))?.sku;
}
