/** The columns of `log_runs` in the write statement. */
import { arrayLiteral, type Column } from '../platform/postgres-columns.ts';
import { isPoolEvent } from './evolve.ts';
import { type LogRun, runsOf } from './log-runs.ts';
import type { BatchWrite, DecidedOperation } from './ports.ts';

interface LedgerPair {
  readonly sku: string;
  readonly place: number;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

interface RunRow {
  readonly run: LogRun;
  readonly origin: { readonly tillId: string; readonly life: number; readonly sequence: number } | null;
  readonly pairs: readonly LedgerPair[];
}

/** The rows of `log_runs`; places count events of the batch from 1. */
export function runRows(write: BatchWrite): RunRow[] {
  return runsOf(write).map((run) => {
    const origin = run.decided[0]?.operation.origin;
    return { run, origin: origin?.kind === 'till' ? origin : null, pairs: pairsOf(run) };
  });
}

export const RUN_COLUMNS: readonly Column<RunRow>[] = [
  ['first_place', 'bigint', ({ run }) => run.firstIndex + 1],
  ['last_place', 'bigint', ({ run }) => run.firstIndex + run.events.length],
  ['store_id', 'uuid', ({ run }) => run.storeId],
  ['till_id', 'uuid', ({ origin }) => origin?.tillId ?? null],
  ['life', 'bigint', ({ origin }) => origin?.life ?? null],
  ['first_sequence', 'bigint', ({ origin }) => origin?.sequence ?? null],
  [
    'last_sequence',
    'bigint',
    ({ run, origin }) => (origin === null ? null : origin.sequence + run.decided.length - 1),
  ],
  [
    'operation_id',
    'text',
    ({ run, origin }) => (origin === null ? (run.decided[0]?.operation.operationId ?? null) : null),
  ],
  ['salvaged', 'text', ({ run }) => run.decided[0]?.salvaged ?? null],
  ['events', 'text', ({ run }) => jsonText(run.events)],
  ['operations', 'text', ({ run }) => jsonText(run.decided.map((one) => operationOf(one, run.firstIndex)))],
  ['verdicts', 'text', ({ run }) => arrayLiteral(run.decided.map(({ decision }) => decision.verdict))],
  ['skus', 'text', ({ pairs }) => arrayLiteral(pairs.map(({ sku }) => sku))],
  ['places', 'text', ({ pairs }) => arrayLiteral(pairs.map(({ place }) => place))],
  ['from_accounts', 'text', ({ pairs }) => arrayLiteral(pairs.map(({ from }) => from))],
  ['to_accounts', 'text', ({ pairs }) => arrayLiteral(pairs.map(({ to }) => to))],
  ['quantities', 'text', ({ pairs }) => arrayLiteral(pairs.map(({ quantity }) => quantity))],
];

function pairsOf({ events }: LogRun): LedgerPair[] {
  const pairs: LedgerPair[] = [];
  for (const [place, event] of events.entries()) {
    if (!isPoolEvent(event)) continue;
    for (const { from, to, quantity } of event.movements)
      pairs.push({ sku: event.sku, place, from, to, quantity });
  }
  return pairs;
}

/** What OperationDecided does not say. */
function operationOf({ operation, lastEventIndex }: DecidedOperation, firstIndex: number) {
  return {
    contentHash: operation.contentHash,
    recordedAt: operation.readable ? operation.recordedAt : null,
    raw: operation.raw,
    place: lastEventIndex - firstIndex,
  };
}

/** Postgres reads neither U+0000 nor half a surrogate pair out of JSON; a record's hash still names the true bytes. */
const UNREADABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!UNREADABLE_ESCAPE.test(text)) return text;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed().replaceAll('\u0000', '\uFFFD') : member,
  );
}
