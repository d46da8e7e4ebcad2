import { must } from '@gondola/shared/lib/assert.ts';
import { BATCH_OVERDUE_HOLDS_MAX } from '@gondola/shared/lib/limits.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { Transaction } from '../platform/postgres.ts';
import type { KnownRows } from './known-rows.ts';
import type {
  Allotment,
  HistoryEntry,
  Life,
  PendingConflict,
  PoolState,
  Reservation,
  Transfer,
} from './model.ts';
import {
  type BatchWrite,
  type DecidedHead,
  type LedgerTransaction,
  type LifeKey,
  lifeKeyText,
  type PoolKey,
  poolKeyText,
  type StoredVerdict,
} from './ports.ts';
import {
  BOOK_DELTA_SQL,
  type PoolRecord,
  toAllotment,
  toPoolState,
  toReservation,
  toStoredVerdict,
  toTransfer,
} from './postgres-rows.ts';
import { writeBatch } from './postgres-write.ts';

const ASKED_POOLS = 'jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)';

/** One batch's reads, locks and write, inside a transaction that the ledger opened. */
export class PostgresLedgerTransaction implements LedgerTransaction {
  readonly #tx: Transaction;

  readonly #known: KnownRows;
  readonly #seen: string[] = [];

  constructor(tx: Transaction, known: KnownRows) {
    this.#tx = tx;
    this.#known = known;
  }

  async begin(): Promise<{ readonly now: string; readonly logId: string }> {
    const { rows } = await this.#tx.query<{ now: Date; log_id: string }>({
      name: 'begin',
      text: 'select clock_timestamp() as now, log_id from log',
    });
    const row = must(rows[0], 'the first migration inserts the log');
    return { now: row.now.toISOString(), logId: row.log_id };
  }

  async lockHeads(keys: readonly LifeKey[]): Promise<readonly DecidedHead[]> {
    const missing = this.#known.unknownOf(keys, lifeKeyText);
    if (missing.length > 0) await this.#insertHeads(missing);
    let rows = await this.#selectHeads(keys);
    if (rows.length < keys.length) {
      this.#known.forget();
      await this.#insertHeads(keys);
      rows = await this.#selectHeads(keys);
    }
    this.#seen.push(...keys.map(lifeKeyText));
    return rows.map((row) => ({
      tillId: row.till_id,
      life: row.life,
      storeId: row.store_id,
      sequence: row.sequence,
      hash: row.hash,
      isRetired: row.retired_at !== null,
      termEndsAt: row.term_ends_at?.toISOString() ?? null,
    }));
  }

  async findVerdicts(operationIds: readonly string[]): Promise<ReadonlyMap<string, StoredVerdict>> {
    if (operationIds.length === 0) return new Map();
    const { rows } = await this.#tx.query({
      name: 'find verdicts',
      text: 'select * from verdicts where operation_id = any($1)',
      values: [operationIds],
    });
    return new Map(rows.map((row) => [row.operation_id, toStoredVerdict(row)]));
  }

  async findSalvaged(texts: readonly string[]): Promise<readonly string[]> {
    const ids = texts.map((text) => text.slice(0, text.lastIndexOf('#')));
    const { rows } = await this.#tx.query<{ text: string }>(
      `select operation_id || '#' || content_hash as text from verdicts where operation_id = any($2)
       union select salvaged from verdicts where salvaged = any($1)`,
      [texts, ids],
    );
    return rows.map(({ text }) => text);
  }

  async findReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    const { rows } = await this.#tx.query({
      name: 'find reservations',
      text: 'select * from reservations where reservation_id = any($1::uuid[])',
      values: [reservationIds],
    });
    return rows.map(toReservation);
  }

  async findAllottedHolds({ tillId, life }: Life): Promise<readonly Reservation[]> {
    const { rows } = await this.#tx.query(
      `select * from reservations where till_id = $1 and allotted_life = $2 and state = 'HELD'`,
      [tillId, life],
    );
    return rows.map(toReservation);
  }

  async findTransfers(transferIds: readonly string[]): Promise<readonly Transfer[]> {
    const { rows } = await this.#tx.query('select * from transfers where transfer_id = any($1::uuid[])', [
      transferIds,
    ]);
    return rows.map(toTransfer);
  }

  async findAllotments(keys: readonly PoolKey[]): Promise<readonly Allotment[]> {
    const { rows } = await this.#tx.query({
      name: 'find allotments',
      text: `select a.* from allotments a join ${ASKED_POOLS} on a.store_id = asked."storeId" and a.sku = asked.sku`,
      values: [JSON.stringify(keys)],
    });
    return rows.map(toAllotment);
  }

  async findPending(keys: readonly PoolKey[]): Promise<readonly PendingConflict[]> {
    const { rows } = await this.#tx.query({
      name: 'find pending',
      text: `select c.conflict_id, c.store_id, c.sku, c.quantity from conflicts c
       join ${ASKED_POOLS} on c.store_id = asked."storeId" and c.sku = asked.sku
       where c.state = 'PENDING' order by c.position`,
      values: [JSON.stringify(keys)],
    });
    return rows.map((row) => ({
      conflictId: row.conflict_id,
      storeId: row.store_id,
      sku: row.sku,
      quantity: row.quantity,
    }));
  }

  async findAlive(storeIds: readonly string[], heardSince: string): Promise<readonly LifeKey[]> {
    const { rows } = await this.#tx.query({
      name: 'find alive',
      text: `select store_id, till_id, life from journal_heads
       where store_id = any($1::uuid[]) and heard_at > $2 and retired_at is null order by till_id, life`,
      values: [storeIds, heardSince],
    });
    return rows.map((row) => ({ storeId: row.store_id, tillId: row.till_id, life: row.life }));
  }

  async #insertHeads(keys: readonly LifeKey[]): Promise<void> {
    await this.#tx.query(
      `insert into journal_heads (store_id, till_id, life, hash)
       select "storeId", "tillId", life, $2
       from jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, "tillId" uuid, life int)
       order by "tillId", life
       on conflict do nothing`,
      [JSON.stringify(keys), GENESIS_HASH],
    );
  }

  async #selectHeads(keys: readonly LifeKey[]) {
    const { rows } = await this.#tx.query({
      name: 'lock heads',
      text: `select h.* from journal_heads h
       join jsonb_to_recordset($1::jsonb) as asked ("tillId" uuid, life int)
         on h.till_id = asked."tillId" and h.life = asked.life
       order by h.till_id, h.life for update of h`,
      values: [JSON.stringify(keys)],
    });
    return rows;
  }

  async lockPools(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>> {
    const textOf = ({ storeId, sku }: PoolKey) => poolKeyText(storeId, sku);
    // Inserted before any is locked, so that all locks are taken in one order.
    const missing = this.#known.unknownOf(keys, textOf);
    if (missing.length > 0) await this.#insertPools(missing);
    let rows = await this.#selectPools(keys);
    if (rows.length < keys.length) {
      this.#known.forget();
      await this.#insertPools(keys);
      rows = await this.#selectPools(keys);
    }
    this.#seen.push(...keys.map(textOf));
    return new Map(rows.map((row) => [poolKeyText(row.store_id, row.sku), toPoolState(row)]));
  }

  /** Rows that this transaction found or made; certain once it has committed. */
  get seen(): readonly string[] {
    return this.#seen;
  }

  async #insertPools(keys: readonly PoolKey[]): Promise<void> {
    await this.#tx.query(
      `insert into pools (store_id, sku)
       select "storeId", sku from jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
       order by "storeId"::text collate "C", sku collate "C"
       on conflict do nothing`,
      [JSON.stringify(keys)],
    );
  }

  async #selectPools(keys: readonly PoolKey[]): Promise<readonly PoolRecord[]> {
    const { rows } = await this.#tx.query<PoolRecord>({
      name: 'lock pools',
      text: `select p.* from pools p
       join jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
         on p.store_id = asked."storeId" and p.sku = asked.sku
       order by p.store_id::text collate "C", p.sku collate "C" for update of p`,
      values: [JSON.stringify(keys)],
    });
    return rows;
  }

  async findOverdue(keys: readonly PoolKey[], now: string): Promise<readonly Reservation[]> {
    const { rows } = await this.#tx.query({
      name: 'find overdue',
      text: `select r.* from reservations r
       join jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
         on r.store_id = asked."storeId" and r.sku = asked.sku
       where r.state = 'HELD' and r.allotted_life is null and r.expires_at <= $2
       order by r.expires_at limit $3`,
      values: [JSON.stringify(keys), now, BATCH_OVERDUE_HOLDS_MAX],
    });
    return rows.map(toReservation);
  }

  async readHistory(key: PoolKey, afterPosition: number): Promise<readonly HistoryEntry[]> {
    const { rows } = await this.#tx.query(
      `select e.position, v.till_id, v.life, v.sequence, v.recorded_at, ${BOOK_DELTA_SQL} as book_delta
       from events e
       left join verdicts v on v.operation_id = e.operation_id
       where e.store_id = $1 and e.sku = $2 and e.position > $3
       order by e.position`,
      [key.storeId, key.sku, afterPosition],
    );
    return rows.map((row) => ({
      position: row.position,
      bookDelta: row.book_delta,
      tillId: row.till_id,
      life: row.life,
      sequence: row.sequence,
      recordedAt: row.recorded_at?.toISOString() ?? null,
    }));
  }

  async save(write: BatchWrite): Promise<{ readonly basePosition: number }> {
    return { basePosition: await writeBatch(this.#tx, write) };
  }
}
