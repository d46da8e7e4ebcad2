import { must } from '@gondola/shared/lib/assert.ts';
import type { Queryable } from '../platform/postgres.ts';
import { type Allotment, EMPTY_POOL_STATE, type PoolState } from './model.ts';
import { type Access, lifeKeyText, type PoolKey, poolKeyText } from './ports.ts';
import { type PoolRecord, toAllotment, toPoolState } from './postgres-rows.ts';
import { freshPool, type ResidentBook, type ResidentPool } from './resident-book.ts';
import { StaleBatch } from './stale-batch.ts';

interface LoadedPool extends PoolRecord {
  readonly earliest_end: Date | null;
  readonly has_pending: boolean;
}

const ASKED = 'unnest($1::uuid[], $2::text[]) as asked (store_id, sku)';

/** The pools of one transaction with their allotments: from memory where access is shared and they are known, else read. */
export class PostgresPoolReads {
  readonly #db: Queryable;
  readonly #access: Access;
  readonly #resident: ResidentBook;
  readonly #found = new Map<string, ResidentPool>();
  /** Not in the database yet. */
  readonly #missing = new Set<string>();
  /** Whose earliest end may have passed: read again next time. */
  readonly #outdated = new Set<string>();

  constructor(db: Queryable, access: Access, resident: ResidentBook) {
    this.#db = db;
    this.#access = access;
    this.#resident = resident;
  }

  /** Throws {@link StaleBatch} where deficits wait for sibling tills and access is shared. */
  async read(keys: readonly PoolKey[]): Promise<ReadonlyMap<string, PoolState>> {
    await this.#find(keys);
    return new Map(keys.map((key) => [textOf(key), this.#poolOf(key).state]));
  }

  async allotmentsOf(keys: readonly PoolKey[]): Promise<readonly Allotment[]> {
    await this.#find(keys);
    return keys.flatMap((key) => this.#poolOf(key).allotments);
  }

  /** Those of the pools, read before, that may have holds which are over. */
  withHoldsOverAt(keys: readonly PoolKey[], nowMs: number): readonly PoolKey[] {
    const asked = keys.filter((key) => this.#poolOf(key).nothingOverBeforeMs <= nowMs);
    for (const key of asked) this.#outdated.add(textOf(key));
    return asked;
  }

  found(key: string): ResidentPool {
    return must(this.#found.get(key), 'a pool is read before it is written');
  }

  isMissing(key: string): boolean {
    return this.#missing.has(key);
  }

  keys(): Iterable<string> {
    return this.#found.keys();
  }

  /** What may be remembered of them, but for those that the transaction made. */
  toKeep(): ReadonlyMap<string, ResidentPool> {
    return new Map([...this.#found].filter(([key]) => !this.#outdated.has(key) && !this.#missing.has(key)));
  }

  /** Pools that the transaction found missing, empty as they were. */
  missing(): ReadonlyMap<string, ResidentPool> {
    return new Map([...this.#missing].map((key) => [key, this.found(key)]));
  }

  #poolOf(key: PoolKey): ResidentPool {
    return this.found(textOf(key));
  }

  async #find(keys: readonly PoolKey[]): Promise<void> {
    const missing: PoolKey[] = [];
    for (const key of keys) {
      const text = textOf(key);
      if (this.#found.has(text)) continue;
      const known = this.#access === 'shared' ? this.#resident.pool(text) : undefined;
      if (known === undefined) missing.push(key);
      else this.#found.set(text, known);
    }
    if (missing.length > 0) await this.#load(missing);
  }

  async #load(keys: readonly PoolKey[]): Promise<void> {
    const values = [keys.map(({ storeId }) => storeId), keys.map(({ sku }) => sku)];
    const { rows } = await this.#db.query<LoadedPool>({
      name: 'read pools',
      // The sum keeps the planner from walking all holds of the chain in order of their ends.
      text: `select p.*,
         case when p.held > 0 then
           (select min(expires_at + interval '0') from reservations r where r.store_id = p.store_id and r.sku = p.sku
              and r.state = 'HELD' and r.allotted_life is null) end as earliest_end,
         exists (select from conflicts c where c.store_id = p.store_id and c.sku = p.sku and c.state = 'PENDING') as has_pending
       from pools p join ${ASKED} on p.store_id = asked.store_id and p.sku = asked.sku`,
      values,
    });
    // After the pools: an allotment that moved in between moved its pool too, and the write is refused.
    const { rows: leased } = await this.#db.query({
      name: 'find allotments',
      text: `select a.* from allotments a join ${ASKED} on a.store_id = asked.store_id and a.sku = asked.sku`,
      values,
    });
    if (this.#access === 'shared' && rows.some((row) => row.has_pending))
      throw new StaleBatch('a deficit waits');
    const allotments = Map.groupBy(leased.map(toAllotment), ({ storeId, sku }) => poolKeyText(storeId, sku));
    const allotmentsOf = (text: string) => allotments.get(text) ?? [];
    for (const row of rows) {
      const text = poolKeyText(row.store_id, row.sku);
      this.#found.set(text, freshPool(toPoolState(row), allotmentsOf(text), row.earliest_end));
      if (row.has_pending) this.#outdated.add(text);
    }
    for (const text of keys.map(textOf)) {
      if (this.#found.has(text)) continue;
      this.#missing.add(text);
      this.#found.set(text, freshPool(EMPTY_POOL_STATE, allotmentsOf(text), null));
    }
  }
}

/** What the pool holds of the life, as it was found. */
export function foundAllotment(pool: ResidentPool, allotment: Allotment): Allotment | undefined {
  return pool.allotments.find((one) => lifeKeyText(one) === lifeKeyText(allotment));
}

function textOf({ storeId, sku }: PoolKey): string {
  return poolKeyText(storeId, sku);
}
