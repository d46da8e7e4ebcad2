/** How a batch's events are kept: cut into runs of one store and one caller, each one row of `log_runs`. Pure. */
import { LOG_RUN_OPERATIONS_MAX } from '@gondola/shared/lib/limits.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { BatchWrite, DecidedOperation } from './ports.ts';

/** Neighbouring events of one store with the operations whose decisions end among them. */
export interface LogRun {
  /** Index in the batch of its first event. */
  readonly firstIndex: number;
  readonly storeId: string;
  readonly events: InventoryEvent[];
  readonly decided: DecidedOperation[];
}

/**
 * Cuts a batch into runs. Operations of one till stay together while their sequence goes on; every other operation, and one
 * that takes over a record of an ended life, has a run of its own, since the table's unique keys name one operation each.
 */
export function runsOf({ events, decided }: BatchWrite): LogRun[] {
  const runs: LogRun[] = [];
  let owner: DecidedOperation | null = null;
  let next = 0;
  for (const [index, event] of events.entries()) {
    const before: DecidedOperation | null = owner;
    for (let one = decided[next]; one !== undefined && one.lastEventIndex < index; one = decided[next])
      next += 1;
    const candidate = decided[next];
    const isOwned =
      candidate !== undefined && index > candidate.lastEventIndex - candidate.decision.events.length;
    owner = isOwned ? candidate : null;
    let run = runs.at(-1);
    if (run === undefined || run.storeId !== event.storeId || !goesOn(run, before, owner)) {
      run = { firstIndex: index, storeId: event.storeId, events: [], decided: [] };
      runs.push(run);
    }
    run.events.push(event);
    if (owner?.lastEventIndex === index) run.decided.push(owner);
  }
  return runs;
}

function goesOn(run: LogRun, before: DecidedOperation | null, owner: DecidedOperation | null): boolean {
  if (before === owner) return true;
  const last = run.decided.at(-1);
  if (last === undefined || last !== before || owner === null) return false;
  if (run.decided.length >= LOG_RUN_OPERATIONS_MAX || last.salvaged !== null || owner.salvaged !== null)
    return false;
  const { origin: ended } = last.operation;
  const { origin } = owner.operation;
  return (
    ended.kind === 'till' &&
    origin.kind === 'till' &&
    origin.tillId === ended.tillId &&
    origin.life === ended.life &&
    origin.sequence === ended.sequence + 1
  );
}
