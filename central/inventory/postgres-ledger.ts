import { must } from '@gondola/shared/lib/assert.ts';
import { EXCLUSIVE_BATCHES_AFTER_STALE } from '@gondola/shared/lib/limits.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { codeOf, type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import { AliveTills } from './alive-tills.ts';
import type { Life } from './model.ts';
import type { Access, Ledger, LedgerTransaction, LifeKey, PoolKey, Term, TermRules } from './ports.ts';
import { type LedgerMemory, PostgresLedgerTransaction } from './postgres-ledger-transaction.ts';
import { toReservationRow } from './postgres-rows.ts';
import { writeBatch } from './postgres-write.ts';
import { ResidentBook } from './resident-book.ts';
import { StaleBatch } from './stale-batch.ts';

const UNIQUE_VIOLATION = '23505';
/** The second try is exclusive; a heartbeat of a till that was never heard of may still insert its head in between. */
const ATTEMPTS_MAX = 4;

/** The batch before, as the next one waits for it. */
interface Turn {
  /** Whether its first try was written. */
  readonly isWrittenAtOnce: Promise<boolean>;
  /** After its last try. */
  readonly isOver: Promise<void>;
}

const WRITING = { isolation: 'read committed', readOnly: false } as const;

/**
 * The authority's ledger in Postgres. Isolation is read committed. A batch reads without locks, mostly from memory, and its
 * write asks for the versions it was decided over; when another node was faster, it is decided again behind the log's lock.
 * A batch may be decided while the one before is written, over what that one will leave; it is written only if that one was.
 */
export class PostgresLedger implements Ledger {
  readonly #deciding: Pool;
  readonly #reading: Pool;
  readonly #memory: LedgerMemory = { resident: new ResidentBook(), alive: new AliveTills() };
  readonly #beginning: (tx: Transaction) => Promise<void>;
  #exclusiveBatches = 0;
  #last: Turn = { isWrittenAtOnce: Promise.resolve(true), isOver: Promise.resolve() };

  /**
   * Reads use a pool of their own, so that no pull or look-up waits behind a batch. `beginning` comes first in every
   * transaction, and what it throws ends it: a worker's fence.
   */
  constructor(
    deciding: Pool,
    reading: Pool = deciding,
    beginning: (tx: Transaction) => Promise<void> = async () => undefined,
  ) {
    this.#deciding = deciding;
    this.#reading = reading;
    this.#beginning = beginning;
  }

  async transaction<Value>(access: Access, work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value> {
    const before = this.#last;
    const first = Promise.withResolvers<boolean>();
    const whole = Promise.withResolvers<void>();
    this.#last = { isWrittenAtOnce: first.promise, isOver: whole.promise };
    try {
      return await this.#attemptAll(access, work, before, first.resolve);
    } finally {
      first.resolve(false);
      whole.resolve();
    }
  }

  async #attemptAll<Value>(
    access: Access,
    work: (tx: LedgerTransaction) => Promise<Value>,
    before: Turn,
    onFirst: (isWritten: boolean) => void,
  ): Promise<Value> {
    let isExclusive = access === 'exclusive' || this.#exclusiveBatches > 0;
    if (this.#exclusiveBatches > 0) this.#exclusiveBatches -= 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const value = await (isExclusive ? this.#decideAlone(work, before) : this.#decide(work, before));
        onFirst(attempt === 1);
        return value;
      } catch (error) {
        onFirst(false);
        const isOvertaken = error instanceof StaleBatch || codeOf(error) === UNIQUE_VIOLATION;
        if (attempt >= ATTEMPTS_MAX || !isOvertaken) throw error;
        this.#exclusiveBatches = EXCLUSIVE_BATCHES_AFTER_STALE;
        isExclusive = true;
      }
    }
  }

  /** Over what is remembered, with no transaction before the write: no other batch waits for this one to be decided. */
  async #decide<Value>(work: (tx: LedgerTransaction) => Promise<Value>, before: Turn): Promise<Value> {
    const batch = new PostgresLedgerTransaction(
      this.#deciding,
      'shared',
      this.#memory,
      async (write, statement) => {
        if (!(await before.isWrittenAtOnce)) throw new StaleBatch('the batch before was decided again');
        return withTransaction(this.#deciding, WRITING, async (tx) => {
          await this.#beginning(tx);
          return writeBatch(tx, write, statement);
        });
      },
    );
    try {
      const value = await work(batch);
      batch.rememberReads();
      return value;
    } catch (error) {
      batch.forget();
      throw error;
    }
  }

  /** Behind the log's lock, after all batches before, with everything read anew. */
  async #decideAlone<Value>(work: (tx: LedgerTransaction) => Promise<Value>, before: Turn): Promise<Value> {
    await before.isOver;
    let batch: PostgresLedgerTransaction | null = null;
    try {
      const value = await withTransaction(this.#deciding, WRITING, async (tx) => {
        await this.#beginning(tx);
        batch = new PostgresLedgerTransaction(tx, 'exclusive', this.#memory, (write, statement) =>
          writeBatch(tx, write, statement),
        );
        return work(batch);
      });
      (batch as PostgresLedgerTransaction | null)?.rememberReads();
      return value;
    } catch (error) {
      (batch as PostgresLedgerTransaction | null)?.forget();
      throw error;
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
         where state = 'HELD' and allotted_life is null and expires_at <= clock_timestamp()
         order by expires_at limit $1) as overdue`,
      [limit],
    );
    return rows.map((row) => ({ storeId: row.store_id, sku: row.sku }));
  }

  async peek({ storeId, sku }: PoolKey) {
    const { rows } = await this.#reading.query<{ free: number; deficit: number; allotted: number }>({
      name: 'peek',
      text: 'select free, deficit, allotted from pools where store_id = $1 and sku = $2',
      values: [storeId, sku],
    });
    return rows[0] ?? { free: 0, deficit: 0, allotted: 0 };
  }

  async renewTerm(life: LifeKey, { termMs, renewAfterMs }: TermRules): Promise<Term | null> {
    const { rows } = await this.#reading.query<{
      now: Date;
      term_ends_at: Date | null;
      heard_at: Date | null;
      retired_at: Date | null;
    }>(
      'select clock_timestamp() as now, term_ends_at, heard_at, retired_at from journal_heads where till_id = $1 and life = $2',
      [life.tillId, life.life],
    );
    const [known] = rows;
    if (known !== undefined && known.retired_at !== null) return null;
    if (known !== undefined && known.term_ends_at !== null && known.heard_at !== null) {
      const ageMs = known.now.getTime() - known.heard_at.getTime();
      if (ageMs < renewAfterMs)
        return {
          now: known.now.toISOString(),
          termEndsAt: known.term_ends_at.toISOString(),
          cameBack: false,
        };
    }
    return this.#writeTerm(life, termMs, 2 * renewAfterMs);
  }

  async #writeTerm(life: LifeKey, termMs: number, silentMs: number): Promise<Term | null> {
    const { rows } = await this.#reading.query<{ now: Date; term_ends_at: Date; came_back: boolean }>(
      `insert into journal_heads as h (store_id, till_id, life, hash, heard_at, term_ends_at)
       values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + $5 * interval '1 millisecond')
       on conflict (till_id, life) do update set heard_at = excluded.heard_at, term_ends_at = excluded.term_ends_at
       where h.retired_at is null
       returning heard_at as now, term_ends_at,
         coalesce(old.heard_at < heard_at - $6 * interval '1 millisecond', true) as came_back`,
      [life.storeId, life.tillId, life.life, GENESIS_HASH, termMs, silentMs],
    );
    const [row] = rows;
    if (row === undefined) return null;
    this.#memory.alive.forget(life.storeId);
    return {
      now: row.now.toISOString(),
      termEndsAt: row.term_ends_at.toISOString(),
      cameBack: row.came_back,
    };
  }

  async findOverdueTransfers(limit: number): Promise<readonly string[]> {
    const { rows } = await this.#reading.query<{ transfer_id: string }>(
      `select transfer_id from transfers where state = 'REQUESTED' and expires_at <= clock_timestamp()
       order by expires_at limit $1`,
      [limit],
    );
    return rows.map((row) => row.transfer_id);
  }

  async findEarlierLives({ tillId, life }: LifeKey): Promise<readonly LifeKey[]> {
    const { rows } = await this.#reading.query<{ store_id: string; life: number }>(
      'select store_id, life from journal_heads where till_id = $1 and life < $2 and retired_at is null',
      [tillId, life],
    );
    return rows.map((row) => ({ storeId: row.store_id, tillId, life: row.life }));
  }

  async findLapsedLives(limit: number): Promise<readonly LifeKey[]> {
    const { rows } = await this.#reading.query<{ store_id: string; till_id: string; life: number }>(
      `select store_id, till_id, life from journal_heads h
       where (h.retired_at is not null or h.term_ends_at <= clock_timestamp())
         and (exists (select from allotments a where a.till_id = h.till_id and a.life = h.life and a.state in ('ACTIVE', 'CLOSING'))
           or h.retired_at is not null and exists (select from reservations r
             where r.till_id = h.till_id and r.allotted_life = h.life and r.state = 'HELD'))
       order by till_id, life limit $1`,
      [limit],
    );
    return rows.map((row) => ({ storeId: row.store_id, tillId: row.till_id, life: row.life }));
  }

  async findPoolsOf({ tillId, life }: Life, limit: number): Promise<readonly PoolKey[]> {
    const { rows } = await this.#reading.query<{ store_id: string; sku: string }>(
      `select store_id, sku from allotments where till_id = $1 and life = $2 and state in ('ACTIVE', 'CLOSING')
       union select store_id, sku from reservations where till_id = $1 and allotted_life = $2 and state = 'HELD'
       limit $3`,
      [tillId, life, limit],
    );
    return rows.map((row) => ({ storeId: row.store_id, sku: row.sku }));
  }

  async findPastDeadline(reportMs: number, limit: number): Promise<readonly (PoolKey & Life)[]> {
    const { rows } = await this.#reading.query<{
      store_id: string;
      sku: string;
      till_id: string;
      life: number;
    }>(
      `select store_id, sku, till_id, life from allotments
       where state = 'EXPIRED' and mode = 'report-deadline'
         and expired_at <= clock_timestamp() - $1 * interval '1 millisecond' order by expired_at limit $2`,
      [reportMs, limit],
    );
    return rows.map((row) => ({
      storeId: row.store_id,
      sku: row.sku,
      tillId: row.till_id,
      life: row.life,
    }));
  }

  async findStorePools(storeId: string, afterSku: string, limit: number): Promise<readonly PoolKey[]> {
    const { rows } = await this.#reading.query<{ sku: string }>(
      `select sku from pools where store_id = $1 and sku > $2 and (free > 0 or allotted > 0) order by sku limit $3`,
      [storeId, afterSku, limit],
    );
    return rows.map(({ sku }) => ({ storeId, sku }));
  }

  async findReservation(reservationId: string): Promise<ReservationRow | undefined> {
    const { rows } = await this.#reading.query(
      `select *, state = 'HELD' and allotted_life is null and expires_at <= clock_timestamp() as overdue
       from reservations where reservation_id = $1`,
      [reservationId],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    // Expired at read: the sweeper may need a moment, and nobody may be told that a lapsed hold stands.
    return { ...toReservationRow(row), ...(row.overdue ? { state: 'EXPIRED' as const } : {}) };
  }
}
