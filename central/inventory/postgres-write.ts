import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Transaction } from '../platform/postgres.ts';
import { isPoolEvent } from './evolve.ts';
import { LOG_CHANNEL } from './log-channel.ts';
import type { BatchWrite } from './ports.ts';
import { allotmentRows, conflictRows, transferRows } from './postgres-write-rows.ts';

/**
 * One statement writes a batch of any size, each table fed by one JSON parameter: locks the log (last of all locks), gives
 * positions, inserts and updates, and wakes the readers. A statement per table took ten round trips under the log's lock.
 *
 * Held reservations are plain inserts, so that an id which another node took a moment ago is a unique violation and the
 * batch is decided again. `place` is an event's index in the batch, from 1.
 */
const WRITE = `
  with l as (update log set position = position + $1 returning position - $1 as base),
  e as (
    insert into events (position, store_id, sku, type, operation_id, occurred_at, event)
    select l.base + place, (event ->> 'storeId')::uuid, event ->> 'sku', event ->> 'type', event ->> 'operationId', $2, event
    from l, jsonb_array_elements($3::jsonb) with ordinality as given (event, place)),
  g as (
    insert into ledger (store_id, sku, position, entry, from_account, to_account, quantity)
    select store_id, sku, l.base + place, entry, from_account, to_account, quantity
    from l, jsonb_to_recordset($4::jsonb) as r (store_id uuid, sku text, place bigint, entry smallint,
      from_account text, to_account text, quantity bigint)),
  p as (
    update pools p set free = n.free, held = n.held, allotted = n.allotted, in_doubt = n.in_doubt, deficit = n.deficit,
      version = n.version, recount_needed = n.recount_needed, counted_at = n.counted_at, counted_by = n.counted_by,
      web_units = n.web_units, web_largest_line = n.web_largest_line, web_at = n.web_at, position = l.base + n.place
    from l, jsonb_to_recordset($5::jsonb) as n (store_id uuid, sku text, free bigint, held bigint, allotted bigint,
      in_doubt bigint, deficit bigint, version bigint, recount_needed boolean, counted_at timestamptz, counted_by uuid,
      web_units double precision, web_largest_line double precision, web_at timestamptz, place bigint)
    where p.store_id = n.store_id and p.sku = n.sku),
  held as (
    insert into reservations (store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, position)
    select store_id, reservation_id, sku, quantity, state, till_id, allotted_life, held_at, expires_at, l.base + place
    from l, jsonb_to_recordset($6::jsonb) as r (store_id uuid, reservation_id uuid, sku text, quantity bigint, state text,
      till_id uuid, allotted_life int, held_at timestamptz, expires_at timestamptz, place bigint, is_new boolean)
    where is_new),
  ended as (
    update reservations r set state = n.state, allotted_life = n.allotted_life, expires_at = n.expires_at, position = l.base + n.place
    from l, jsonb_to_recordset($6::jsonb) as n (reservation_id uuid, state text, allotted_life int, expires_at timestamptz,
      place bigint, is_new boolean)
    where not n.is_new and r.reservation_id = n.reservation_id),
  v as (
    insert into verdicts (store_id, operation_id, content_hash, till_id, life, sequence, operation_type, label, verdict,
      reason, reservation_id, expires_at, excess, decided_at, recorded_at, raw, salvaged, position)
    select store_id, operation_id, content_hash, till_id, life, sequence, operation_type, label, verdict,
      reason, reservation_id, expires_at, excess, $2, recorded_at, raw, salvaged, l.base + place
    from l, jsonb_to_recordset($7::jsonb) as r (store_id uuid, operation_id text, content_hash text, till_id uuid, life int,
      sequence bigint, operation_type text, label text, verdict text, reason text, reservation_id uuid,
      expires_at timestamptz, excess jsonb, recorded_at timestamptz, raw text, salvaged text, place bigint)),
  h as (
    update journal_heads h set sequence = n.sequence, hash = n.hash,
      retired_at = case when n.is_retired then coalesce(h.retired_at, $2) end
    from jsonb_to_recordset($8::jsonb) as n (till_id uuid, life int, sequence bigint, hash text, is_retired boolean)
    where h.till_id = n.till_id and h.life = n.life),
  c as (
    insert into conflicts (store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, opened_at, closed_at, closed_by, closing_reason, position)
    select store_id, conflict_id, till_id, operation_id, operation_type, kind, state, label, reason, sku, quantity,
      recorded_at, seen_position, free_at_decision, $2, closed_at, closed_by, closing_reason, l.base + place
    from l, jsonb_to_recordset($9::jsonb) as r (store_id uuid, conflict_id uuid, till_id uuid, operation_id text,
      operation_type text, kind text, state text, label text, reason text, sku text, quantity bigint, recorded_at timestamptz,
      seen_position bigint, free_at_decision bigint, closed_at timestamptz, closed_by text, closing_reason text, place bigint)),
  d as (
    update conflicts c set state = n.state, quantity = coalesce(n.quantity, c.quantity), closed_at = n.closed_at,
      closed_by = n.closed_by, closing_reason = n.closing_reason, position = l.base + n.place
    from l, jsonb_to_recordset($10::jsonb) as n (conflict_id uuid, state text, quantity bigint, closed_at timestamptz,
      closed_by text, closing_reason text, place bigint)
    where c.conflict_id = n.conflict_id),
  q as (
    insert into allotments as a (store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, expired_at, position)
    select store_id, sku, till_id, life, number, state, mode, granted, consumed, held, surrendered,
      recalled, demand_units, demand_largest_line, demand_at, case when state = 'EXPIRED' then $2 end, l.base + place
    from l, jsonb_to_recordset($11::jsonb) as r (store_id uuid, sku text, till_id uuid, life int, number int, state text,
      mode text, granted bigint, consumed bigint, held bigint, surrendered bigint, recalled bigint,
      demand_units double precision, demand_largest_line double precision, demand_at timestamptz, place bigint)
    on conflict (store_id, sku, till_id, life) do update set number = excluded.number, state = excluded.state,
      mode = excluded.mode, granted = excluded.granted, consumed = excluded.consumed, held = excluded.held,
      surrendered = excluded.surrendered, recalled = excluded.recalled, demand_units = excluded.demand_units,
      demand_largest_line = excluded.demand_largest_line, demand_at = excluded.demand_at,
      expired_at = case when excluded.state = 'EXPIRED' then coalesce(a.expired_at, excluded.expired_at) end,
      position = excluded.position),
  t as (
    insert into transfers as t (transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, reason, position)
    select transfer_id, from_store_id, to_store_id, state, lines, requested_at, expires_at, reason, l.base + place
    from l, jsonb_to_recordset($12::jsonb) as r (transfer_id uuid, from_store_id uuid, to_store_id uuid, state text,
      lines jsonb, requested_at timestamptz, expires_at timestamptz, reason text, place bigint)
    on conflict (transfer_id) do update set state = excluded.state, lines = excluded.lines, reason = excluded.reason,
      position = excluded.position)
  select base, pg_notify($13, (base + $1)::text) from l`;

/** Writes one batch; returns the position before its first event. */
export async function writeBatch(tx: Transaction, write: BatchWrite): Promise<number> {
  const parts = [
    write.events,
    ledgerRows(write.events),
    poolRows(write),
    reservationRows(write),
    verdictRows(write),
    headRows(write),
    ...conflictRows(write),
    allotmentRows(write),
    transferRows(write),
  ];
  const { rows } = await tx.query<{ base: number }>({
    name: 'write batch',
    text: WRITE,
    values: [write.events.length, write.decidedAt, ...parts.map((part) => JSON.stringify(part)), LOG_CHANNEL],
  });
  return must(rows[0], 'the first migration inserts the log').base;
}

function ledgerRows(events: readonly InventoryEvent[]) {
  return events.flatMap((event, index) =>
    isPoolEvent(event)
      ? event.movements.map((movement, entry) => ({
          store_id: event.storeId,
          sku: event.sku,
          place: index + 1,
          entry,
          from_account: movement.from,
          to_account: movement.to,
          quantity: movement.quantity,
        }))
      : [],
  );
}

function poolRows(write: BatchWrite) {
  return write.pools.map(({ storeId, sku, state, lastEventIndex }) => ({
    store_id: storeId,
    sku,
    free: state.pool.free,
    held: state.pool.held,
    allotted: state.pool.allotted,
    in_doubt: state.pool.inDoubt,
    deficit: state.pool.deficit,
    version: state.version,
    recount_needed: state.recountNeeded,
    counted_at: state.lastCount?.recordedAt ?? null,
    counted_by: state.lastCount?.tillId ?? null,
    web_units: state.webDemand.units,
    web_largest_line: state.webDemand.largestLine,
    web_at: state.webDemand.units === 0 ? null : state.webDemand.at,
    place: lastEventIndex + 1,
  }));
}

function reservationRows(write: BatchWrite) {
  const heldNow = new Set<string>(
    write.events.flatMap((event) => (event.type === 'ReservationHeld' ? [event.reservationId] : [])),
  );
  return write.reservations.map(({ reservation, lastEventIndex }) => ({
    store_id: reservation.storeId,
    reservation_id: reservation.reservationId,
    sku: reservation.sku,
    quantity: reservation.quantity,
    state: reservation.state,
    till_id: reservation.tillId,
    allotted_life: reservation.allottedLife,
    held_at: reservation.heldAt,
    expires_at: reservation.expiresAt,
    place: lastEventIndex + 1,
    is_new: heldNow.has(reservation.reservationId),
  }));
}

function verdictRows(write: BatchWrite) {
  return write.decided.map(({ operation, decision, lastEventIndex, salvaged }) => {
    const origin = operation.origin.kind === 'till' ? operation.origin : null;
    return {
      store_id: operation.storeId,
      operation_id: operation.operationId,
      content_hash: operation.contentHash,
      till_id: origin?.tillId ?? null,
      life: origin?.life ?? null,
      sequence: origin?.sequence ?? null,
      operation_type: operation.readable ? operation.body.type : 'unreadable',
      label: operation.readable ? operation.label : null,
      verdict: decision.verdict,
      reason: decision.reason,
      reservation_id: decision.reservationId,
      expires_at: decision.expiresAt,
      excess: decision.excess,
      recorded_at: operation.readable ? operation.recordedAt : null,
      // Postgres text holds neither U+0000 nor half a surrogate pair; the hash still names the true bytes.
      raw: operation.raw.toWellFormed().replaceAll('\u0000', '\uFFFD'),
      salvaged,
      place: lastEventIndex + 1,
    };
  });
}

function headRows(write: BatchWrite) {
  return write.heads.map(({ tillId, life, sequence, hash, isRetired }) => ({
    ...{ till_id: tillId, life, sequence, hash },
    is_retired: isRetired,
  }));
}
