/** What a batch changes, table by table, as parts of its one statement. Each reads its rows, and `l.base` of the log. */
import type { Column } from '../platform/postgres-columns.ts';
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
import {
  CONFLICT_COLUMNS,
  conflictRows,
  MOVED_COLUMNS,
  TRANSFER_COLUMNS,
  transferRows,
} from './postgres-write-rows.ts';

export interface WritePart {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each part's columns read its own rows; `partOf` keeps them together
  readonly columns: readonly Column<any>[];
  readonly rows: readonly unknown[];
  /** The change as SQL, given the rows as a table expression and the time of the decision. */
  readonly change: (rows: string, decidedAt: string) => string;
}

/** Parts whose rows must all be met. */
export const COUNTED_POOLS = ['new_pools', 'moved_pools'] as const;
export const COUNTED_HEADS = ['new_heads', 'moved_heads'] as const;

export function writePartsOf(write: BatchWrite, found: Found): readonly WritePart[] {
  const [newPools, movedPools] = byNew(poolRows(write, found));
  const [held, ended] = byNew(reservationRows(write));
  const [newHeads, movedHeads] = byNew(headRows(write, found));
  const [newAllotments, movedAllotments] = byNew(allotmentRows(write, found));
  const [opened, moved] = conflictRows(write);
  return [
    partOf('runs', RUN_COLUMNS, runRows(write), insertRuns),
    partOf('new_pools', POOL_COLUMNS, newPools, insertPools),
    partOf('moved_pools', POOL_COLUMNS, movedPools, updatePools),
    partOf('held', RESERVATION_COLUMNS, held, insertReservations),
    partOf('ended', RESERVATION_COLUMNS, ended, updateReservations),
    partOf('new_heads', HEAD_COLUMNS, newHeads, insertHeads),
    partOf('moved_heads', HEAD_COLUMNS, movedHeads, updateHeads),
    partOf('new_allotments', ALLOTMENT_COLUMNS, newAllotments, insertAllotments),
    partOf('moved_allotments', ALLOTMENT_COLUMNS, movedAllotments, updateAllotments),
    partOf('opened', CONFLICT_COLUMNS, opened, insertConflicts),
    partOf('moved', MOVED_COLUMNS, moved, updateConflicts),
    partOf('transfers', TRANSFER_COLUMNS, transferRows(write), upsertTransfers),
  ];
}

function partOf<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  change: WritePart['change'],
): WritePart {
  return { name, columns, rows, change };
}

function byNew<Row extends { readonly isNew: boolean }>(rows: readonly Row[]): readonly [Row[], Row[]] {
  return [rows.filter(({ isNew }) => isNew), rows.filter(({ isNew }) => !isNew)];
}

const insertRuns: WritePart['change'] = (rows, decidedAt) => `
    insert into log_runs (first_position, last_position, store_id, till_id, life, first_sequence, last_sequence, operation_id,
      salvaged, occurred_at, events, operations, verdicts, skus, places, from_accounts, to_accounts, quantities)
    select l.base + first_place, l.base + last_place, store_id, till_id, life, first_sequence, last_sequence, operation_id,
      salvaged, ${decidedAt}, events, operations, verdicts::text[], skus::text[], places::int[], from_accounts::text[],
      to_accounts::text[], quantities::bigint[]
    from l, ${rows} n`;

const insertPools: WritePart['change'] = (rows) => `
    insert into pools (store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, counted_at, counted_by,
      web_units, web_largest_line, web_at, position)
    select store_id, sku, free, held, allotted, in_doubt, deficit, version, recount_needed, counted_at, counted_by,
      web_units, web_largest_line, web_at, l.base + place
    from l, ${rows} n returning 1`;

const updatePools: WritePart['change'] = (rows) => `
    update pools p set free = n.free, held = n.held, allotted = n.allotted, in_doubt = n.in_doubt, deficit = n.deficit,
      version = n.version, recount_needed = n.recount_needed, counted_at = n.counted_at, counted_by = n.counted_by,
      web_units = n.web_units, web_largest_line = n.web_largest_line, web_at = n.web_at, position = l.base + n.place
    from l, ${rows} n
    where p.store_id = n.store_id and p.sku = n.sku and p.version = n.seen_version returning 1`;

const insertReservations: WritePart['change'] = (rows) => `
    insert into reservations (store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, position)
    select store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, l.base + place
    from l, ${rows} n`;

const updateReservations: WritePart['change'] = (rows) => `
    update reservations r set state = n.state, allotted_life = n.allotted_life, expires_at = n.expires_at, position = l.base + n.place
    from l, ${rows} n where r.reservation_id = n.reservation_id`;

const insertHeads: WritePart['change'] = (rows, decidedAt) => `
    insert into journal_heads (store_id, till_id, life, sequence, hash, retired_at)
    select store_id, till_id, life, sequence, hash, case when is_retired then ${decidedAt} end
    from l, ${rows} n returning 1`;

const updateHeads: WritePart['change'] = (rows, decidedAt) => `
    update journal_heads h set sequence = n.sequence, hash = n.hash,
      retired_at = case when n.is_retired then coalesce(h.retired_at, ${decidedAt}) end
    from l, ${rows} n
    where h.till_id = n.till_id and h.life = n.life and h.sequence = n.seen_sequence
      and (h.retired_at is not null) = n.was_retired returning 1`;

const insertAllotments: WritePart['change'] = (rows, decidedAt) => `
    insert into allotments (store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, expired_at, position)
    select store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, case when state = 'EXPIRED' then ${decidedAt} end, l.base + place
    from l, ${rows} n`;

// Not distinct from: by till and life alone the index for pulls offered itself, and read all that the till holds.
const updateAllotments: WritePart['change'] = (rows, decidedAt) => `
    update allotments a set number = n.number, state = n.state, mode = n.mode, granted = n.granted, consumed = n.consumed,
      held = n.held, surrendered = n.surrendered, recalled = n.recalled, demand_units = n.demand_units,
      demand_largest_line = n.demand_largest_line, demand_at = n.demand_at,
      expired_at = case when n.state = 'EXPIRED' then coalesce(a.expired_at, ${decidedAt}) end,
      position = coalesce(l.base + n.place, a.position)
    from l, ${rows} n
    where a.store_id = n.store_id and a.sku = n.sku and (a.till_id, a.life) is not distinct from (n.till_id, n.life)`;

const insertConflicts: WritePart['change'] = (rows, decidedAt) => `
    insert into conflicts (store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, opened_at, closed_at, closed_by, closing_reason, position)
    select store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, ${decidedAt}, closed_at, closed_by, closing_reason, l.base + place
    from l, ${rows} n`;

const updateConflicts: WritePart['change'] = (rows) => `
    update conflicts c set state = n.state, quantity = coalesce(n.quantity, c.quantity), closed_at = n.closed_at,
      closed_by = n.closed_by, closing_reason = n.closing_reason, position = l.base + n.place
    from l, ${rows} n where c.conflict_id = n.conflict_id`;

const upsertTransfers: WritePart['change'] = (rows) => `
    insert into transfers as t (transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, reason, position)
    select transfer_id, from_store_id, to_store_id, state, lines::jsonb, requested_at, expires_at, reason, l.base + place
    from l, ${rows} n
    on conflict (transfer_id) do update set state = excluded.state, lines = excluded.lines, reason = excluded.reason,
      position = excluded.position`;
