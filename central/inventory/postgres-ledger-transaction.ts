import { must } from '@gondola/shared/lib/assert.ts';
import { BATCH_OVERDUE_HOLDS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Queryable } from '../platform/postgres.ts';
import type { AliveTills } from './alive-tills.ts';
import { newHead } from './memory-rows.ts';
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
  type Access,
  type BatchWrite,
  type DecidedHead,
  type LedgerTransaction,
  type LifeKey,
  lifeKeyText,
  type PoolKey,
  type StoredVerdict,
} from './ports.ts';
import { readHistory } from './postgres-history.ts';
import { findEarlierDecisions, findSalvaged } from './postgres-log-reads.ts';
import { PostgresPoolReads } from './postgres-pool-reads.ts';
import { toDecidedHead, toReservation, toTransfer } from './postgres-rows.ts';
import { type WriteStatement, writeStatementOf } from './postgres-write.ts';
import type { ResidentBook } from './resident-book.ts';

/** What the ledger's transactions remember from one to the next. */
export interface LedgerMemory {
  readonly resident: ResidentBook;
  readonly alive: AliveTills;
}

/** Sends a batch's write, when its turn has come, and answers the position before its first event. */
export type Write = (write: BatchWrite, statement: WriteStatement) => Promise<number>;

/** One batch's reads and write. With exclusive access `db` is the transaction that the write belongs to. */
export class PostgresLedgerTransaction implements LedgerTransaction {
  readonly #db: Queryable;
  readonly access: Access;
  readonly #memory: LedgerMemory;
  readonly #pools: PostgresPoolReads;
  readonly #heads = new Map<string, DecidedHead | null>();
  readonly #write: Write;
  #isRemembered = false;

  constructor(db: Queryable, access: Access, memory: LedgerMemory, write: Write) {
    this.#db = db;
    this.access = access;
    this.#memory = memory;
    this.#write = write;
    this.#pools = new PostgresPoolReads(db, access, memory.resident);
  }

  async begin(): Promise<{ readonly now: string; readonly logId: string; readonly position: number }> {
    const { rows } = await this.#db.query<{ now: Date; log_id: string; position: number }>(
      this.access === 'exclusive'
        ? {
            name: 'begin exclusive',
            text: 'select clock_timestamp() as now, log_id, position from log for update',
          }
        : { name: 'begin', text: 'select clock_timestamp() as now, log_id, position from log' },
    );
    const row = must(rows[0], 'the first migration inserts the log');
    return { now: row.now.toISOString(), logId: row.log_id, position: row.position };
  }

  async readHeads(keys: readonly LifeKey[]): Promise<readonly DecidedHead[]> {
    const isShared = this.access === 'shared';
    for (const key of keys) {
      const known = isShared ? this.#memory.resident.head(lifeKeyText(key)) : undefined;
      if (known !== undefined) this.#heads.set(lifeKeyText(key), known);
    }
    const missing = keys.filter((key) => !this.#heads.has(lifeKeyText(key)));
    if (missing.length > 0) await this.#loadHeads(missing);
    return keys.map((key) => this.#heads.get(lifeKeyText(key)) ?? newHead(key));
  }

  async #loadHeads(keys: readonly LifeKey[]): Promise<void> {
    const { rows } = await this.#db.query({
      name: 'read heads',
      text: `select h.* from journal_heads h join unnest($1::uuid[], $2::int[]) as asked (till_id, life)
         on h.till_id = asked.till_id and h.life = asked.life`,
      values: [keys.map(({ tillId }) => tillId), keys.map(({ life }) => life)],
    });
    for (const key of keys) this.#heads.set(lifeKeyText(key), null);
    for (const head of rows.map(toDecidedHead)) this.#heads.set(lifeKeyText(head), head);
  }

  findVerdicts(operationIds: readonly string[]): Promise<ReadonlyMap<string, StoredVerdict>> {
    return findEarlierDecisions(this.#db, operationIds);
  }

  findSalvaged(texts: readonly string[]): Promise<readonly string[]> {
    return findSalvaged(this.#db, texts);
  }

  async findReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    const resident =
      this.access === 'shared' ? reservationIds.flatMap((id) => this.#memory.resident.hold(id) ?? []) : [];
    const known = new Set(resident.map(({ reservationId }) => reservationId));
    const missing = reservationIds.filter((id) => !known.has(id));
    return missing.length === 0 ? resident : [...resident, ...(await this.#loadReservations(missing))];
  }

  async #loadReservations(reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    const { rows } = await this.#db.query({
      name: 'find reservations',
      text: 'select * from reservations where reservation_id = any($1::uuid[])',
      values: [reservationIds],
    });
    return rows.map(toReservation);
  }

  async findAllottedHolds({ tillId, life }: Life): Promise<readonly Reservation[]> {
    const { rows } = await this.#db.query(
      `select * from reservations where till_id = $1 and allotted_life = $2 and state = 'HELD'`,
      [tillId, life],
    );
    return rows.map(toReservation);
  }

  async findTransfers(transferIds: readonly string[]): Promise<readonly Transfer[]> {
    const { rows } = await this.#db.query('select * from transfers where transfer_id = any($1::uuid[])', [
      transferIds,
    ]);
    return rows.map(toTransfer);
  }

  readPools(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>> {
    return this.#pools.read(keys);
  }

  findAllotments(keys: readonly PoolKey[]): Promise<readonly Allotment[]> {
    return this.#pools.allotmentsOf(keys);
  }

  async findPending(keys: readonly PoolKey[]): Promise<readonly PendingConflict[]> {
    // A pool with deficits that wait is never decided over with shared access.
    if (this.access === 'shared') return [];
    const { rows } = await this.#db.query({
      name: 'find pending',
      text: `select c.conflict_id, c.store_id, c.sku, c.quantity from conflicts c
       join unnest($1::uuid[], $2::text[]) as asked (store_id, sku) on c.store_id = asked.store_id and c.sku = asked.sku
       where c.state = 'PENDING' order by c.position`,
      values: [keys.map(({ storeId }) => storeId), keys.map(({ sku }) => sku)],
    });
    return rows.map((row) => ({
      conflictId: row.conflict_id,
      storeId: row.store_id,
      sku: row.sku,
      quantity: row.quantity,
    }));
  }

  async findAlive(storeIds: readonly string[], heardSince: string, now: string): Promise<readonly LifeKey[]> {
    const nowMs = Date.parse(now);
    const lists = storeIds.map((storeId) => ({
      storeId,
      lives: this.access === 'shared' ? this.#memory.alive.find(storeId, nowMs) : null,
    }));
    const asked = lists.flatMap(({ storeId, lives }) => (lives === null ? [storeId] : []));
    const read = asked.length === 0 ? [] : await this.#loadAlive(asked, heardSince);
    const byStore = Map.groupBy(read, ({ storeId }) => storeId);
    for (const storeId of asked) this.#memory.alive.keep(storeId, byStore.get(storeId) ?? [], nowMs);
    return lists.flatMap(({ storeId, lives }) => lives ?? byStore.get(storeId) ?? []);
  }

  async #loadAlive(storeIds: readonly string[], heardSince: string): Promise<readonly LifeKey[]> {
    const { rows } = await this.#db.query({
      name: 'find alive',
      text: `select store_id, till_id, life from journal_heads
       where store_id = any($1::uuid[]) and heard_at > $2 and retired_at is null order by till_id, life`,
      values: [storeIds, heardSince],
    });
    return rows.map((row) => ({ storeId: row.store_id, tillId: row.till_id, life: row.life }));
  }

  async findOverdue(keys: readonly PoolKey[], now: string): Promise<readonly Reservation[]> {
    const asked = this.#pools.withHoldsOverAt(keys, Date.parse(now));
    if (asked.length === 0) return [];
    const { rows } = await this.#db.query({
      name: 'find overdue',
      text: `select r.* from reservations r
       join unnest($1::uuid[], $2::text[]) as asked (store_id, sku) on r.store_id = asked.store_id and r.sku = asked.sku
       where r.state = 'HELD' and r.allotted_life is null and r.expires_at <= $3
       order by r.expires_at limit $4`,
      values: [
        asked.map(({ storeId }) => storeId),
        asked.map(({ sku }) => sku),
        now,
        BATCH_OVERDUE_HOLDS_MAX,
      ],
    });
    return rows.map(toReservation);
  }

  readHistory(key: PoolKey, afterPosition: number): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#db, key, afterPosition);
  }

  async save(write: BatchWrite): Promise<{ readonly basePosition: number }> {
    const statement = writeStatementOf(write, {
      pool: (key) => this.#pools.found(key),
      isMissing: (key) => this.#pools.isMissing(key),
      head: (key) => this.#heads.get(key) ?? null,
    });
    // Before it is written: the next batch is decided over it meanwhile, and is not written unless this one was.
    this.#remember(write);
    return { basePosition: await this.#write(write, statement) };
  }

  /** It has committed without a write. */
  rememberReads(): void {
    if (!this.#isRemembered) this.#remember(NOTHING_WRITTEN);
  }

  #remember(write: BatchWrite): void {
    this.#isRemembered = true;
    const { resident, alive } = this.#memory;
    resident.keepHeads([...this.#heads.values()].filter((head) => head !== null));
    resident.keep(write, this.#pools.toKeep(), this.#pools.missing());
    for (const head of write.heads) if (head.isRetired) alive.forget(head.storeId);
  }

  /** It has not committed: nothing of what it touched is certain. */
  forget(): void {
    this.#memory.resident.forget(this.#pools.keys(), this.#heads.keys());
  }
}

const NOTHING_WRITTEN: BatchWrite = {
  ...{
    decidedAt: '',
    events: [],
    pools: [],
    reservations: [],
    allotments: [],
    transfers: [],
    decided: [],
    heads: [],
  },
};
