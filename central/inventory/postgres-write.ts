import { must } from '@gondola/shared/lib/assert.ts';
import type { Transaction } from '../platform/postgres.ts';
import { columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { LOG_CHANNEL } from './log-channel.ts';
import type { BatchWrite } from './ports.ts';
import type { Found } from './postgres-write-columns.ts';
import { COUNTED_HEADS, COUNTED_POOLS, type WritePart, writePartsOf } from './postgres-write-parts.ts';
import { StaleBatch } from './stale-batch.ts';

/** Statements by the names of their parts: a batch writes only into the tables it changes, so there are a few dozen at most. */
const statements = new Map<string, { readonly name: string; readonly text: string }>();

/**
 * One statement writes a batch of any size: locks the log first, so that no two batches are written at once and no two can
 * deadlock, gives positions, inserts and updates, and wakes the readers.
 *
 * Each update of a pool or a life asks for the version or the head that the batch was decided over, and what is new is a
 * plain insert: fewer rows than were sent, or a unique violation, mean that another writer was faster.
 */
function statementOf(parts: readonly WritePart[]): { readonly name: string; readonly text: string } {
  const names = parts.map(({ name }) => name).join(' ');
  const known = statements.get(names);
  if (known !== undefined) return known;
  // Numbered: Postgres tells names apart by their first 63 characters.
  const made = { name: `write ${statements.size}`, text: textOf(parts) };
  statements.set(names, made);
  return made;
}

function textOf(parts: readonly WritePart[]): string {
  let next = 4;
  const changes = parts.map(({ name, columns, change }) => {
    const rows = columnsFrom(columns, next);
    next += columns.length;
    return `${name} as (${change(rows, '$2::timestamptz')})`;
  });
  const count = (names: readonly string[]) =>
    parts
      .filter(({ name }) => names.includes(name))
      .map(({ name }) => `(select count(*) from ${name})`)
      .join(' + ') || '0::bigint';
  return `
  with l as (update log set position = position + $1::bigint returning position - $1::bigint as base),
  ${changes.join(',\n  ')}
  select base, ${count(COUNTED_POOLS)} as pools, ${count(COUNTED_HEADS)} as heads,
    pg_notify($3, (base + $1::bigint)::text) from l`;
}

/** What is sent to the database. */
export interface WriteStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statement that writes the batch over what was found. */
export function writeStatementOf(write: BatchWrite, found: Found): WriteStatement {
  const parts = writePartsOf(write, found).filter(({ rows }) => rows.length > 0);
  return {
    ...statementOf(parts),
    values: [
      write.events.length,
      write.decidedAt,
      LOG_CHANNEL,
      ...parts.flatMap((part) => columnsOf(part.columns, part.rows)),
    ],
  };
}

/** Writes one batch; returns the position before its first event. Throws {@link StaleBatch} when another writer was faster. */
export async function writeBatch(
  tx: Transaction,
  write: BatchWrite,
  { name, text, values }: WriteStatement,
): Promise<number> {
  const { rows } = await tx.query<{ base: number; pools: number; heads: number }>({
    ...{ name, text },
    values: [...values],
  });
  const { base, pools, heads } = must(rows[0], 'the first migration inserts the log');
  if (pools !== write.pools.length || heads !== write.heads.length)
    throw new StaleBatch('another writer moved a pool or a life of this batch');
  return base;
}
