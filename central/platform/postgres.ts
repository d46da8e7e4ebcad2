/**
 * The one doorway to the database.
 *
 * Every connection carries the same bounds, so that no stopped process can freeze the chain: a transaction
 * idle for two seconds is ended by the server (and its row locks with it), a lock is waited for at most
 * `lockTimeoutMs`, a statement runs at most `statementTimeoutMs`. `withTransaction` says isolation and
 * access mode each time and tries again, a bounded number of times, only where Postgres promises that
 * nothing has happened: serialization failure (40001) and deadlock (40P01). A connection lost at commit is
 * not tried again here: its outcome is unknown, and only the caller knows its operation ids.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  IDLE_IN_TRANSACTION_TIMEOUT_MS,
  LOCK_TIMEOUT_MS,
  STATEMENT_TIMEOUT_MS,
  TRANSACTION_ATTEMPTS_MAX,
} from '@gondola/shared/lib/limits.ts';
import pg from 'pg';

export type Pool = pg.Pool;
/** A client inside an open transaction. */
export type Transaction = Pick<pg.PoolClient, 'query'>;
/** Anything that runs one statement: a pool or a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Transaction;

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Shown in pg_stat_activity: `gondola inventory`. */
  readonly applicationName: string;
  /** [15 s] 0 switches it off, for migrations. */
  readonly statementTimeoutMs?: number;
  /** [5 s] */
  readonly lockTimeoutMs?: number;
  /** For statements that must never read more than the rows they name: see {@link BY_KEY_ONLY}. [Postgres chooses] */
  readonly planning?: PlannerSettings;
  /** Hears of an idle connection that broke; the pool replaces it. [nobody] */
  readonly onIdleError?: (error: Error) => void;
}

export type PlannerSettings = Readonly<Record<string, string>>;

/**
 * Rows are met by their keys and plans are made once. With its own choice Postgres scanned whole tables of tens of thousands
 * of rows for each batch, and planned the write anew: both grow, the first with the chain and the second with the statement.
 */
export const BY_KEY_ONLY: PlannerSettings = {
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
};

const connectTimeoutMs = 5_000;
const firstPauseMs = 5;
const retryable = new Set(['40001', '40P01']);

const int8 = 20;
const int8Array = 1016;

/** A pool whose connections are bounded in time and read bigint as a number. */
export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new pg.Pool({ ...connectionOptions(url, options), max: options.max, allowExitOnIdle: false });
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

/** The same bounds for a single connection. */
export function connectionOptions(url: string, options: Omit<PoolOptions, 'max'>): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...(options.planning === undefined
      ? {}
      : {
          options: Object.entries(options.planning)
            .map(([name, value]) => `-c ${name}=${value}`)
            .join(' '),
        }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  };
}

export interface TransactionOptions {
  readonly isolation: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly: boolean;
}

/**
 * Runs `work` in one transaction; commits when it resolves, rolls back when it rejects. `work` may run
 * several times and must therefore do nothing but queries.
 */
export async function withTransaction<Value>(
  pool: Pool,
  options: TransactionOptions,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, options, work);
    } catch (error) {
      if (attempt >= TRANSACTION_ATTEMPTS_MAX || !retryable.has(codeOf(error) ?? '')) throw error;
      await sleep(firstPauseMs * 2 ** attempt);
    }
  }
}

/** The five-character SQLSTATE of a thrown database error, if it is one. */
export function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.length === 5 ? code : null;
}

/** An identifier as SQL writes it; for names that are never a user's. */
export const quoteName = pg.escapeIdentifier;
/** A literal as SQL writes it; for statements that take no parameters (create role). */
export const quoteText = pg.escapeLiteral;

async function runOnce<Value>(
  pool: Pool,
  { isolation, readOnly }: TransactionOptions,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error; // the server ended the session; without a listener this would end the process
  };
  client.on('error', onError);
  try {
    await client.query(`begin isolation level ${isolation} ${readOnly ? 'read only' : 'read write'}`);
    const value = await work(client);
    const ended = await client.query('commit');
    // A caught error inside `work` leaves the transaction aborted, and commit then quietly rolls back.
    if (ended.command !== 'COMMIT')
      throw new Error('the transaction had failed before its commit and was rolled back');
    return value;
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === int8) return safeInteger;
  if (oid === int8Array) return (text) => text.slice(1, -1).split(',').filter(Boolean).map(element);
  return pg.types.getTypeParser(oid, format as 'text');
}

function element(text: string): number | null {
  return text === 'NULL' ? null : safeInteger(text);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`the bigint ${text} does not fit a JavaScript number`);
  return value;
}
