import { must } from '@gondola/shared/lib/assert.ts';
import type { Transaction } from '../platform/postgres.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { LOG_CHANNEL } from './log-channel.ts';
import type { BatchWrite } from './ports.ts';
import { RUN_COLUMNS, runRows } from './postgres-run-columns.ts';
import {
  ALLOTMENT_COLUMNS,
  allotmentRows,
  type Found,
  HEAD_COLUMNS,
  headRows,
  POOL_COLUMNS,
  poolRows,
  RESERVATION_COLUMNS,
  reservationRows,
} from './postgres-write-columns.ts';
import { conflictRows, transferRows } from './postgres-write-rows.ts';
import { StaleBatch } from './stale-batch.ts';

/** Numbers parameters as the parts of the statement ask for them. */
class Parameters {
  #count = 0;

  next(): string {
    this.#count += 1;
    return `$${this.#count}`;
  }

  table<Row>(columns: readonly Column<Row>[]): string {
    const first = this.#count + 1;
    this.#count += columns.length;
    return columnsFrom(columns, first);
  }
}

/**
 * One statement writes a batch of any size: locks the log first, so that no two batches are written at once and no two can
 * deadlock, gives positions, inserts and updates, and wakes the readers. Common rows come as typed arrays, rare ones as JSON.
 *
 * Each update of a pool or a life asks for the version or the head that the batch was decided over, and what is new is a
 * plain insert: fewer rows than were sent, or a unique violation, mean that another writer was faster.
 */
const WRITE = writeStatement(new Parameters());

function writeStatement(given: Parameters): string {
  const [count, decidedAt] = [given.next(), `${given.next()}::timestamptz`];
  const [runs, pools, reservations] = [RUN_COLUMNS, POOL_COLUMNS, RESERVATION_COLUMNS].map((columns) =>
    given.table(columns as readonly Column<never>[]),
  );
  const [heads, allotments] = [given.table(HEAD_COLUMNS), given.table(ALLOTMENT_COLUMNS)];
  const [opened, moved, transfers, channel] = [given.next(), given.next(), given.next(), given.next()];
  return `
  with l as (update log set position = position + ${count}::bigint returning position - ${count}::bigint as base),
  runs as (
    insert into log_runs (first_position, last_position, store_id, till_id, life, first_sequence, last_sequence, operation_id,
      salvaged, occurred_at, events, operations, verdicts, skus, places, from_accounts, to_accounts, quantities)
    select l.base + first_place, l.base + last_place, store_id, till_id, life, first_sequence, last_sequence, operation_id,
      salvaged, ${decidedAt}, events, operations, verdicts::text[], skus::text[], places::int[], from_accounts::text[],
      to_accounts::text[], quantities::bigint[]
    from l, ${runs} r),
  new_pools as (
    insert into pools (store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, counted_at, counted_by,
      web_units, web_largest_line, web_at, position)
    select store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, counted_at, counted_by,
      web_units, web_largest_line, web_at, l.base + place
    from l, ${pools} n where is_new returning 1),
  moved_pools as (
    update pools p set free = n.free, held = n.held, allotted = n.allotted, in_doubt = n.in_doubt, deficit = n.deficit,
      version = n.version, recount_needed = n.recount_needed, counted_at = n.counted_at, counted_by = n.counted_by,
      web_units = n.web_units, web_largest_line = n.web_largest_line, web_at = n.web_at, position = l.base + n.place
    from l, ${pools} n
    where not n.is_new and p.store_id = n.store_id and p.sku = n.sku and p.version = n.seen_version returning 1),
  held as (
    insert into reservations (store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, position)
    select store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, l.base + place
    from l, ${reservations} r where is_new),
  ended as (
    update reservations r set state = n.state, allotted_life = n.allotted_life, expires_at = n.expires_at, position = l.base + n.place
    from l, ${reservations} n
    where not n.is_new and r.reservation_id = n.reservation_id),
  new_heads as (
    insert into journal_heads (store_id, till_id, life, sequence, hash, retired_at)
    select store_id, till_id, life, sequence, hash, case when is_retired then ${decidedAt} end
    from l, ${heads} n where is_new returning 1),
  moved_heads as (
    update journal_heads h set sequence = n.sequence, hash = n.hash,
      retired_at = case when n.is_retired then coalesce(h.retired_at, ${decidedAt}) end
    from l, ${heads} n
    where not n.is_new and h.till_id = n.till_id and h.life = n.life and h.sequence = n.seen_sequence
      and (h.retired_at is not null) = n.was_retired returning 1),
  new_allotments as (
    insert into allotments (store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, expired_at, position)
    select store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, case when state = 'EXPIRED' then ${decidedAt} end, l.base + place
    from l, ${allotments} n where is_new),
  moved_allotments as (
    update allotments a set number = n.number, state = n.state, mode = n.mode, granted = n.granted, consumed = n.consumed,
      held = n.held, surrendered = n.surrendered, recalled = n.recalled, demand_units = n.demand_units,
      demand_largest_line = n.demand_largest_line, demand_at = n.demand_at,
      expired_at = case when n.state = 'EXPIRED' then coalesce(a.expired_at, ${decidedAt}) end,
      position = coalesce(l.base + n.place, a.position)
    from l, ${allotments} n
    -- Not distinct from: by till and life alone the index for pulls offered itself, and read all that the till holds.
    where not n.is_new and a.store_id = n.store_id and a.sku = n.sku
      and (a.till_id, a.life) is not distinct from (n.till_id, n.life)),
  opened as (
    insert into conflicts (store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, opened_at, closed_at, closed_by, closing_reason, position)
    select store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, ${decidedAt}, closed_at, closed_by, closing_reason, l.base + place
    from l, jsonb_to_recordset(${opened}::jsonb) as r (store_id uuid, conflict_id uuid, till_id uuid, operation_id text,
      operation_type text, kind text, state text, label text, reason text, sku text, quantity bigint, recorded_at timestamptz,
      seen_position bigint, free_at_decision bigint, closed_at timestamptz, closed_by text, closing_reason text, place bigint)),
  moved as (
    update conflicts c set state = n.state, quantity = coalesce(n.quantity, c.quantity), closed_at = n.closed_at,
      closed_by = n.closed_by, closing_reason = n.closing_reason, position = l.base + n.place
    from l, jsonb_to_recordset(${moved}::jsonb) as n (conflict_id uuid, state text, quantity bigint, closed_at timestamptz,
      closed_by text, closing_reason text, place bigint)
    where c.conflict_id = n.conflict_id),
  transfers as (
    insert into transfers as t (transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, reason, position)
    select transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, reason, l.base + place
    from l, jsonb_to_recordset(${transfers}::jsonb) as r (transfer_id uuid, from_store_id uuid, to_store_id uuid, state text,
      lines jsonb, requested_at timestamptz, expires_at timestamptz, reason text, place bigint)
    on conflict (transfer_id) do update set state = excluded.state, lines = excluded.lines, reason = excluded.reason,
      position = excluded.position)
  select base, (select count(*) from new_pools) + (select count(*) from moved_pools) as pools,
    (select count(*) from new_heads) + (select count(*) from moved_heads) as heads,
    pg_notify(${channel}, (base + ${count}::bigint)::text) from l`;
}

/** Writes one batch; returns the position before its first event. Throws {@link StaleBatch} when another writer was faster. */
export async function writeBatch(tx: Transaction, write: BatchWrite, found: Found): Promise<number> {
  const [opened, moved] = conflictRows(write);
  const { rows } = await tx.query<{ base: number; pools: number; heads: number }>({
    name: 'write batch',
    text: WRITE,
    values: [
      write.events.length,
      write.decidedAt,
      ...columnsOf(RUN_COLUMNS, runRows(write)),
      ...columnsOf(POOL_COLUMNS, poolRows(write, found)),
      ...columnsOf(RESERVATION_COLUMNS, reservationRows(write)),
      ...columnsOf(HEAD_COLUMNS, headRows(write, found)),
      ...columnsOf(ALLOTMENT_COLUMNS, allotmentRows(write, found)),
      ...[opened, moved, transferRows(write)].map((part) => JSON.stringify(part)),
      LOG_CHANNEL,
    ],
  });
  const { base, pools, heads } = must(rows[0], 'the first migration inserts the log');
  if (pools !== write.pools.length || heads !== write.heads.length)
    throw new StaleBatch('another writer moved a pool or a life of this batch');
  return base;
}
