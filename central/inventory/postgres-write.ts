import type { ReservationId } from '@gondola/shared/domain/ids.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Transaction } from '../platform/postgres.ts';
import { isPoolEvent } from './evolve.ts';
import type { BatchWrite } from './ports.ts';

/** Writes one batch: one statement per table, each fed by one JSON parameter, whatever the batch's size. */
export async function writeBatch(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  await insertEvents(tx, write, basePosition);
  await insertLedger(tx, write.events, basePosition);
  await updatePools(tx, write, basePosition);
  if (write.reservations.length > 0) await saveReservations(tx, write, basePosition);
  if (write.decided.length > 0) await insertVerdicts(tx, write, basePosition);
  if (write.heads.length > 0) await updateHeads(tx, write);
  await insertConflicts(tx, write, basePosition);
}

async function insertEvents(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  await tx.query(
    `insert into events (position, store_id, sku, type, operation_id, occurred_at, event)
     select $2 + ordinality, (event ->> 'storeId')::uuid, event ->> 'sku', event ->> 'type', event ->> 'operationId', $3, event
     from jsonb_array_elements($1::jsonb) with ordinality as given (event, ordinality)`,
    [JSON.stringify(write.events), basePosition, write.decidedAt],
  );
}

async function insertLedger(
  tx: Transaction,
  events: readonly InventoryEvent[],
  basePosition: number,
): Promise<void> {
  const entries = events.flatMap((event, index) =>
    isPoolEvent(event)
      ? event.movements.map((movement, entry) => ({
          store_id: event.storeId,
          sku: event.sku,
          position: basePosition + index + 1,
          entry,
          from_account: movement.from,
          to_account: movement.to,
          quantity: movement.quantity,
        }))
      : [],
  );
  if (entries.length === 0) return;
  await tx.query('insert into ledger select * from jsonb_populate_recordset(null::ledger, $1::jsonb)', [
    JSON.stringify(entries),
  ]);
}

async function updatePools(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  if (write.pools.length === 0) return;
  const rows = write.pools.map(({ storeId, sku, state, lastEventIndex }) => ({
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
    position: basePosition + lastEventIndex + 1,
  }));
  await tx.query(
    `update pools p set free = n.free, held = n.held, allotted = n.allotted, in_doubt = n.in_doubt, deficit = n.deficit,
       version = n.version, recount_needed = n.recount_needed, counted_at = n.counted_at, counted_by = n.counted_by,
       position = n.position
     from jsonb_populate_recordset(null::pools, $1::jsonb) as n
     where p.store_id = n.store_id and p.sku = n.sku`,
    [JSON.stringify(rows)],
  );
}

async function saveReservations(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  const rows = write.reservations.map(({ reservation, lastEventIndex }) => ({
    store_id: reservation.storeId,
    reservation_id: reservation.reservationId,
    sku: reservation.sku,
    quantity: reservation.quantity,
    state: reservation.state,
    till_id: reservation.tillId,
    held_at: reservation.heldAt,
    expires_at: reservation.expiresAt,
    position: basePosition + lastEventIndex + 1,
  }));
  const heldNow = new Set(
    write.events.flatMap((event) => (event.type === 'ReservationHeld' ? [event.reservationId] : [])),
  );
  const isNew = (row: { readonly reservation_id: string }) =>
    heldNow.has(row.reservation_id as ReservationId);
  // A plain insert, so that an id which another node took a moment ago is a unique violation and the batch is decided again.
  await tx.query(
    'insert into reservations select * from jsonb_populate_recordset(null::reservations, $1::jsonb)',
    [JSON.stringify(rows.filter(isNew))],
  );
  await tx.query(
    `update reservations r set state = n.state, position = n.position
     from jsonb_populate_recordset(null::reservations, $1::jsonb) as n where r.reservation_id = n.reservation_id`,
    [JSON.stringify(rows.filter((row) => !isNew(row)))],
  );
}

async function insertVerdicts(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  const rows = write.decided.map(({ operation, decision, lastEventIndex }) => {
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
      decided_at: write.decidedAt,
      recorded_at: operation.readable ? operation.recordedAt : null,
      // Postgres text holds neither U+0000 nor half a surrogate pair; the hash still names the true bytes.
      raw: operation.raw.toWellFormed().replaceAll('\u0000', '\uFFFD'),
      position: basePosition + lastEventIndex + 1,
    };
  });
  await tx.query('insert into verdicts select * from jsonb_populate_recordset(null::verdicts, $1::jsonb)', [
    JSON.stringify(rows),
  ]);
}

async function updateHeads(tx: Transaction, write: BatchWrite): Promise<void> {
  const rows = write.heads.map((head) => ({
    store_id: head.storeId,
    till_id: head.tillId,
    life: head.life,
    sequence: head.sequence,
    hash: head.hash,
  }));
  await tx.query(
    `update journal_heads h set sequence = n.sequence, hash = n.hash
     from jsonb_populate_recordset(null::journal_heads, $1::jsonb) as n
     where h.till_id = n.till_id and h.life = n.life`,
    [JSON.stringify(rows)],
  );
}

async function insertConflicts(tx: Transaction, write: BatchWrite, basePosition: number): Promise<void> {
  const rows = write.events.flatMap((event, index) =>
    event.type === 'ConflictOpened'
      ? [
          {
            store_id: event.storeId,
            conflict_id: event.conflictId,
            till_id: event.tillId,
            operation_id: event.operationId,
            operation_type: event.operationType,
            kind: event.kind,
            state: 'OPEN',
            label: event.label,
            reason: event.reason,
            sku: event.sku,
            quantity: event.quantity,
            recorded_at: event.recordedAt,
            seen_position: event.seenPosition,
            free_at_decision: event.freeAtDecision,
            opened_at: write.decidedAt,
            closed_at: null,
            closed_by: null,
            closing_reason: null,
            position: basePosition + index + 1,
          },
        ]
      : [],
  );
  if (rows.length === 0) return;
  await tx.query('insert into conflicts select * from jsonb_populate_recordset(null::conflicts, $1::jsonb)', [
    JSON.stringify(rows),
  ]);
}
