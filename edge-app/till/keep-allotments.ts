import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import { ALLOTMENT_KEEP_INTERVAL_MS, OPERATION_LINES_MAX } from '@gondola/shared/lib/limits.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import { type Counter, record } from '../checkout/counter.ts';
import { ownHolds } from '../checkout/unspent.ts';

/**
 * The till's side of its allotments: gives back what is asked for, settles what is over, ends holds that have lapsed. All
 * of it by records of the journal, so that both sides fold the same. Returns what it wrote.
 */
export async function keepAllotments(
  counter: Counter,
  centralNowMs: number,
  holdMs: number,
): Promise<readonly OperationBody[]> {
  const bodies = [
    ...lapsedHolds(counter, centralNowMs, holdMs),
    ...inLines('surrender', surrenders(counter)),
    ...inLines('settle', settlements(counter)),
  ];
  for (const body of bodies) await record(counter, body);
  return bodies;
}

/** Looks whenever `look` is called, and while holds stand each {@link ALLOTMENT_KEEP_INTERVAL_MS}; one look at a time. */
export function startKeeping(
  counter: Counter,
  scheduler: Scheduler,
  centralNowMs: () => number,
  holdMs: () => number,
): { look(): void; stop(): Promise<void> } {
  let stopped = false;
  let looking: Promise<unknown> | null = null;
  let askedAgain = false;
  let cancel = () => {};

  function look(): void {
    if (stopped) return;
    askedAgain = looking !== null;
    if (looking !== null) return;
    cancel();
    looking = keepAllotments(counter, centralNowMs(), holdMs()).finally(() => {
      looking = null;
      if (askedAgain) look();
      else if (hasHolds() && !stopped) cancel = scheduler.after(ALLOTMENT_KEEP_INTERVAL_MS, look);
    });
  }

  function hasHolds(): boolean {
    const { replica, undecided, identity } = counter;
    return (
      ownHolds(replica.allottedHolds(identity.tillId, identity.life), undecided.all(), identity).length > 0
    );
  }

  return {
    look,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}

/** A hold stands for its time by the longest claim: the centre's clock as last heard, and the till's own record. */
function lapsedHolds({ replica, undecided, identity, clock }: Counter, centralNowMs: number, holdMs: number) {
  const rows = replica.allottedHolds(identity.tillId, identity.life);
  return ownHolds(rows, undecided.all(), identity).flatMap(
    ({ reservationId, expiresAt, recordedAt }): OperationBody[] => {
      const isOver =
        expiresAt === null
          ? recordedAt !== null && clock.wallMs() - Date.parse(recordedAt) >= holdMs
          : centralNowMs >= Date.parse(expiresAt);
      return isOver ? [{ type: 'expire', reservationId: reservationId as never }] : [];
    },
  );
}

function surrenders({ replica, undecided, identity, purse }: Counter) {
  return replica
    .allotments(identity.life)
    .filter((row) => row.state === 'ACTIVE' && row.recalled > 0 && !isAnswered(undecided.ofSku(row.sku)))
    .map(({ sku, recalled }) => ({ sku, quantity: Math.min(recalled, purse.unspent(sku)) }))
    .filter(({ quantity }) => quantity > 0);
}

function isAnswered(records: readonly { readonly body: OperationBody }[]): boolean {
  return records.some(({ body }) => body.type === 'surrender' || body.type === 'settle');
}

/** Only what no undecided record touches any more: then the centre's figures are this till's own. */
function settlements({ replica, undecided, identity }: Counter) {
  return replica
    .allotments(identity.life)
    .filter((row) => isOver(row) && row.held === 0 && undecided.ofSku(row.sku).length === 0)
    .map(({ sku, consumed, surrendered }) => ({ sku, consumed, surrendered }));
}

function isOver({ state }: AllotmentRow): boolean {
  return state === 'CLOSING' || state === 'EXPIRED' || state === 'FORCED';
}

function inLines(type: 'surrender' | 'settle', lines: readonly object[]): OperationBody[] {
  const bodies: OperationBody[] = [];
  for (let first = 0; first < lines.length; first += OPERATION_LINES_MAX)
    bodies.push({ type, lines: lines.slice(first, first + OPERATION_LINES_MAX) } as OperationBody);
  return bodies;
}
