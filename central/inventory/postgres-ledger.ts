import { must } from '@gondola/shared/lib/assert.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { codeOf, type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import type { HistoryEntry, PoolState, Reservation } from './model.ts';
import {
  type BatchWrite,
  type DecidedHead,
  type Ledger,
  type LedgerTransaction,
  type PoolKey,
  poolKeyText,
  type StoredVerdict,
} from './ports.ts';
import {
  BOOK_DELTA_SQL,
  type PoolRecord,
  toPoolState,
  toReservation,
  toReservationRow,
  toStoredVerdict,
} from './postgres-rows.ts';
import { writeBatch } from './postgres-write.ts';

const UNIQUE_VIOLATION = '23505';
/** Two nodes may meet the same new operation id; the loser reads the winner's verdict in its second try. */
const UNIQUE_ATTEMPTS_MAX = 3;

/** The authority's ledger in Postgres. Isolation is read committed: correctness comes from the row locks and the log lock. */
export class PostgresLedger implements Ledger {
  readonly #deciding: Pool;
  readonly #reading: Pool;

  /** Reads use a pool of their own, so that no pull or look-up waits behind a batch. */
  constructor(deciding: Pool, reading: Pool = deciding) {
    this.#deciding = deciding;
    this.#reading = reading;
  }

  async transaction<Value>(work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withTransaction(this.#deciding, { isolation: 'read committed', readOnly: false }, (tx) =>
          work(new PostgresLedgerTransaction(tx)),
        );
      } catch (error) {
        if (attempt >= UNIQUE_ATTEMPTS_MAX || codeOf(error) !== UNIQUE_VIOLATION) throw error;
      }
    }
  }

  async head(): Promise<{ readonly logId: string; readonly position: number }> {
    const { rows } = await this.#reading.query<{ log_id: string; position: number }>(
      'select log_id, position from log',
    );
    const row = must(rows[0], 'the first migration inserts the log');
    return { logId: row.log_id, position: row.position };
  }

  async decidedHead(
    tillId: string,
    life: number,
  ): Promise<{ readonly sequence: number; readonly hash: string }> {
    const { rows } = await this.#reading.query<{ sequence: number; hash: string }>(
      'select sequence, hash from journal_heads where till_id = $1 and life = $2',
      [tillId, life],
    );
    return rows[0] ?? { sequence: 0, hash: GENESIS_HASH };
  }

  async findOverduePools(limit: number): Promise<readonly PoolKey[]> {
    const { rows } = await this.#reading.query<{ store_id: string; sku: string }>(
      `select distinct store_id, sku from (
         select store_id, sku from reservations
         where state = 'HELD' and expires_at <= clock_timestamp() order by expires_at limit $1) as overdue`,
      [limit],
    );
    return rows.map((row) => ({ storeId: row.store_id, sku: row.sku }));
  }

  async findReservation(reservationId: string): Promise<ReservationRow | undefined> {
    const { rows } = await this.#reading.query(
      `select *, state = 'HELD' and expires_at <= clock_timestamp() as overdue
       from reservations where reservation_id = $1`,
      [reservationId],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    // Expired at read: the sweeper may need a moment, and nobody may be told that a lapsed hold stands.
    return { ...toReservationRow(row), ...(row.overdue ? { state: 'EXPIRED' as const } : {}) };
  }
}

class PostgresLedgerTransaction implements LedgerTransaction {
  readonly #tx: Transaction;

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  async begin(): Promise<{ readonly now: string; readonly logId: string }> {
    const { rows } = await this.#tx.query<{ now: Date; log_id: string }>(
      'select clock_timestamp() as now, log_id from log',
    );
    const row = must(rows[0], 'the first migration inserts the log');
    return { now: row.now.toISOString(), logId: row.log_id };
  }

  async lockHeads(
    keys: readonly { tillId: string; life: number; storeId: string }[],
  ): Promise<readonly DecidedHead[]> {
    const asked = JSON.stringify(keys);
    await this.#tx.query(
      `insert into journal_heads (store_id, till_id, life, hash)
       select "storeId", "tillId", life, $2
       from jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, "tillId" uuid, life int)
       on conflict do nothing`,
      [asked, GENESIS_HASH],
    );
    const { rows } = await this.#tx.query(
      `select h.* from journal_heads h
       join jsonb_to_recordset($1::jsonb) as asked ("tillId" uuid, life int)
         on h.till_id = asked."tillId" and h.life = asked.life
       order by h.till_id, h.life for update of h`,
      [asked],
    );
    return rows.map((row) => ({
      tillId: row.till_id,
      life: row.life,
      storeId: row.store_id,
      sequence: row.sequence,
      hash: row.hash,
    }));
  }

  async findVerdicts(operationIds: readonly string[]): Promise<ReadonlyMap<string, StoredVerdict>> {
    if (operationIds.length === 0) return new Map();
    const { rows } = await this.#tx.query('select * from verdicts where operation_id = any($1)', [
      operationIds,
    ]);
    return new Map(rows.map((row) => [row.operation_id, toStoredVerdict(row)]));
  }

  async findReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    const { rows } = await this.#tx.query(
      'select * from reservations where reservation_id = any($1::uuid[])',
      [reservationIds],
    );
    return rows.map(toReservation);
  }

  async lockPools(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>> {
    const asked = JSON.stringify(keys);
    // Two statements, since a row inserted by the same statement cannot be locked by it.
    await this.#tx.query(
      `insert into pools (store_id, sku)
       select "storeId", sku from jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
       order by "storeId"::text collate "C", sku collate "C"
       on conflict do nothing`,
      [asked],
    );
    const { rows } = await this.#tx.query<PoolRecord>(
      `select p.* from pools p
       join jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
         on p.store_id = asked."storeId" and p.sku = asked.sku
       order by p.store_id::text collate "C", p.sku collate "C" for update of p`,
      [asked],
    );
    return new Map(rows.map((row) => [poolKeyText(row.store_id, row.sku), toPoolState(row)]));
  }

  async findOverdue(keys: readonly PoolKey[], now: string): Promise<readonly Reservation[]> {
    const { rows } = await this.#tx.query(
      `select r.* from reservations r
       join jsonb_to_recordset($1::jsonb) as asked ("storeId" uuid, sku text)
         on r.store_id = asked."storeId" and r.sku = asked.sku
       where r.state = 'HELD' and r.expires_at <= $2`,
      [JSON.stringify(keys), now],
    );
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
