import { must } from '@gondola/shared/lib/assert.ts';
import type { Transaction } from '../platform/postgres.ts';
import { columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { LOG_CHANNEL } from './log-channel.ts';
import type { BatchWrite } from './ports.ts';
import type { Found } from './postgres-write-columns.ts';
import { COUNTED_HEADS, COUNTED_POOLS, type WritePart, writePartsOf } from './postgres-write-parts.ts';
import { StaleBatch } from './stale-batch.ts';

/** Statements by the parts they have: a batch writes only into the tables it changes, so there are a few dozen at most. */
const statements = new Map<string, string>();

/**
 * One statement writes a batch of any size: locks the log first, so that no two batches are written at once and no two can
 * deadlock, gives positions, inserts and updates, and wakes the readers.
 *
 * Each update of a pool or a life asks for the version or the head that the batch was decided over, and what is new is a
 * plain insert: fewer rows than were sent, or a unique violation, mean that another writer was faster.
 */
function statementOf(parts: readonly WritePart[]): { readonly name: string; readonly text: string } {
  const name = `write ${parts.map((part) => part.name).join(' ')}`;
  const text = statements.get(name) ?? textOf(parts);
  statements.set(name, text);
  return { name, text };
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

/** Writes one batch; returns the position before its first event. Throws {@link StaleBatch} when another writer was faster. */
export async function writeBatch(tx: Transaction, write: BatchWrite, found: Found): Promise<number> {
  const parts = writePartsOf(write, found).filter(({ rows }) => rows.length > 0);
  const { rows } = await tx.query<{ base: number; pools: number; heads: number }>({
    ...statementOf(parts),
    values: [
      write.events.length,
      write.decidedAt,
      LOG_CHANNEL,
      ...parts.flatMap((part) => columnsOf(part.columns, part.rows)),
    ],
  });
  const { base, pools, heads } = must(rows[0], 'the first migration inserts the log');
  if (pools !== write.pools.length || heads !== write.heads.length)
    throw new StaleBatch('another writer moved a pool or a life of this batch');
  return base;
}
