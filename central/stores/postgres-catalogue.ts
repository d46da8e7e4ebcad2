/** The catalogue in Postgres: rows that carry the position of their last change, so that a pull is a range. */

import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { ProductRow } from '@gondola/shared/schemas/rows.ts';
import type { CataloguePage } from '@gondola/sync/protocol/pull.ts';
import { type Pool, type Queryable, type Transaction, withTransaction } from '../platform/postgres.ts';
import { diffProducts, type ProductChange } from './decide.ts';
import type { ProductInput } from './model.ts';
import type { CatalogueStore, SavedProducts } from './ports.ts';
import { appendToLog } from './postgres-log.ts';

const columns = 'sku, name, department, category, package_size, brand, ean, price_minor';

interface Row {
  readonly sku: string;
  readonly name: string;
  readonly department: string;
  readonly category: string;
  readonly package_size: string;
  readonly brand: string;
  readonly ean: string;
  readonly price_minor: number | null;
}

/** The catalogue over the runtime role's pool. */
export function createCatalogueStore(pool: Pool): CatalogueStore {
  return {
    saveProducts: (products, now) =>
      withTransaction(pool, { isolation: 'read committed', readOnly: false }, (transaction) =>
        save(transaction, products, now),
      ),
    pull: (after, rowsMax) => pull(pool, after, rowsMax),
    head: async () => {
      const { rows } = await pool.query<{ position: number }>('select position from log');
      return rows[0]?.position ?? 0;
    },
    findProducts: async (skus) => {
      const { rows } = await pool.query<Row>(
        `select ${columns} from products where sku = any($1) order by sku`,
        [skus],
      );
      return rows.map(toProduct);
    },
    search: async (text, rowsMax) => {
      const { rows } = await pool.query<Row>(
        `select ${columns} from products
          where sku = $1 or ean = $1 or name ilike '%' || $2 || '%'
          order by (sku = $1 or ean = $1) desc, name, sku limit $3`,
        [text, text.replaceAll(/[\\%_]/g, '\\$&'), rowsMax],
      );
      return rows.map(toProduct);
    },
  };
}

async function save(
  transaction: Transaction,
  products: readonly ProductInput[],
  now: string,
): Promise<SavedProducts> {
  const existing = await lockProducts(
    transaction,
    products.map((product) => product.sku),
  );
  const owners = await codeOwners(transaction, products);
  const { changes, refused } = diffProducts(products, existing, owners);
  if (changes.length > 0) await write(transaction, changes, now);
  return { changed: changes.length, unchanged: products.length - changes.length - refused.length, refused };
}

/** One writer of the catalogue at a time: two that both miss a row would both call it new. The log comes after. */
async function lockProducts(
  transaction: Transaction,
  skus: readonly string[],
): Promise<Map<string, ProductInput>> {
  await transaction.query('select pg_advisory_xact_lock(4736127004)');
  const { rows } = await transaction.query<Row>(
    `select ${columns} from products where sku = any($1) order by sku`,
    [skus],
  );
  return new Map(rows.map((row) => [row.sku, toProduct(row)]));
}

async function codeOwners(
  transaction: Transaction,
  products: readonly ProductInput[],
): Promise<Map<string, string>> {
  const codes = products.map((product) => product.ean).filter((code) => code !== '');
  const { rows } = await transaction.query<{ ean: string; sku: string }>(
    'select ean, sku from products where ean = any($1)',
    [codes],
  );
  return new Map(rows.map((row) => [row.ean, row.sku]));
}

async function write(
  transaction: Transaction,
  changes: readonly ProductChange[],
  now: string,
): Promise<void> {
  const events = changes.flatMap((change) => change.events);
  let position = await appendToLog(transaction, events, now, changes.filter((change) => change.isNew).length);
  const rows = changes.map(({ product, events: own }) => {
    position += own.length;
    return { ...product, position };
  });
  await transaction.query(
    `insert into products (${columns}, position)
     select sku, name, department, category, "packageSize", brand, ean, "priceMinor", position
       from jsonb_to_recordset($1::jsonb) as r (sku text, name text, department text, category text, "packageSize" text,
                                                brand text, ean text, "priceMinor" bigint, position bigint)
     on conflict (sku) do update
        set name = excluded.name, department = excluded.department, category = excluded.category,
            package_size = excluded.package_size, brand = excluded.brand, ean = excluded.ean,
            price_minor = excluded.price_minor, position = excluded.position`,
    [JSON.stringify(rows)],
  );
}

/** One statement, so one snapshot: head and rows belong together. */
async function pull(pool: Queryable, after: Checkpoint | null, rowsMax: number): Promise<CataloguePage> {
  const { rows } = await pool.query<
    Row & { log_id: string; head: number; total: number; position: number | null }
  >(
    `select l.log_id, l.position as head, l.products as total, p.*
       from log l
       left join lateral (
         select ${columns}, position from products
          where position > case when l.log_id = $1 then $2 else 0 end
          order by position limit $3) p on true
      order by p.position`,
    [after?.logId ?? null, after?.position ?? 0, rowsMax + 1],
  );
  const [first] = rows;
  if (first === undefined) throw new Error('the log of the stores has lost its row');
  const { log_id: logId, head, total } = first;
  const found = rows.filter((row) => row.position !== null);
  const page = found.slice(0, rowsMax);
  const hasMore = found.length > page.length;
  return {
    checkpoint: { logId, position: hasMore ? (page.at(-1)?.position ?? 0) : head },
    hasMore,
    head,
    reset: after !== null && after.logId !== logId,
    products: page.map((row) => ({ ...toProduct(row), position: row.position }) as ProductRow),
    total,
  };
}

function toProduct(row: Row): ProductInput {
  return {
    sku: row.sku,
    name: row.name,
    department: row.department,
    category: row.category,
    packageSize: row.package_size,
    brand: row.brand,
    ean: row.ean,
    priceMinor: row.price_minor,
  };
}
