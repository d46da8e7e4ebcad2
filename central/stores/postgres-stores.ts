/** Stores and tills in Postgres. */
import { type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import type { Contact, Store, StoreInput, StorePlace, Till } from './model.ts';
import type { RegisterStore, RegisterTransaction, TillRow } from './ports.ts';
import { accessQueries } from './postgres-access.ts';
import { appendToLog } from './postgres-log.ts';

const write = { isolation: 'read committed', readOnly: false } as const;
const tillColumns = 'till_id as "tillId", store_id as "storeId", name, life, state';
const storeColumns = 'store_id as "storeId", number, name';

/** The register's tables over the runtime role's pool. */
export function createRegisterStore(pool: Pool): RegisterStore {
  return {
    ...accessQueries(pool),
    transaction: (work) => withTransaction(pool, write, (transaction) => work(transactionOf(transaction))),
    listStores: async () => {
      // Numbers sort as people read them: 9 before 10.
      const { rows } = await pool.query<Store>(
        `select ${storeColumns} from stores order by length(number), number`,
      );
      return rows;
    },
    places: async () => {
      const { rows } = await pool.query<StorePlace & { storeId: string }>(
        'select store_id as "storeId", latitude, longitude from stores where latitude is not null',
      );
      return new Map(rows.map(({ storeId, ...place }) => [storeId, place]));
    },
    findStore: async (storeId) => {
      const { rows } = await pool.query<Store>(`select ${storeColumns} from stores where store_id = $1`, [
        storeId,
      ]);
      return rows[0] ?? null;
    },
    saveStores: (stores, now) =>
      withTransaction(pool, write, (transaction) => saveStores(transaction, stores, now)),
    listTills: (storeId) => listTills(pool, storeId),
    saveContacts: (contacts) => saveContacts(pool, contacts),
    revokeTill: async (tillId) => {
      const { rowCount } = await pool.query(
        `update tills set state = 'REVOKED' where till_id = $1 and state = 'ACTIVE'`,
        [tillId],
      );
      return rowCount === 1;
    },
  };
}

function transactionOf(transaction: Transaction): RegisterTransaction {
  return {
    lockCode: async (hash) => {
      const { rows } = await transaction.query<{
        store_id: string;
        till_id: string | null;
        expires_at: Date;
        used_at: Date | null;
      }>(
        'select store_id, till_id, expires_at, used_at from enrolment_codes where code_hash = $1 for update',
        [hash],
      );
      const [row] = rows;
      if (row === undefined) return null;
      return {
        storeId: row.store_id,
        tillId: row.till_id,
        expiresAt: row.expires_at.toISOString(),
        usedAt: row.used_at?.toISOString() ?? null,
      };
    },
    spendCode: async (hash, now) => {
      await transaction.query('update enrolment_codes set used_at = $2 where code_hash = $1', [hash, now]);
    },
    lockStore: async (storeId) => {
      const { rows } = await transaction.query<Store>(
        `select ${storeColumns} from stores where store_id = $1 for update`,
        [storeId],
      );
      return rows[0] ?? null;
    },
    findTill: async (tillId) => {
      const { rows } = await transaction.query<Till>(`select ${tillColumns} from tills where till_id = $1`, [
        tillId,
      ]);
      return rows[0] ?? null;
    },
    findActiveTill: async (storeId, name) => {
      const { rows } = await transaction.query<Till>(
        `select ${tillColumns} from tills where store_id = $1 and lower(name) = lower($2) and state = 'ACTIVE'`,
        [storeId, name],
      );
      return rows[0] ?? null;
    },
    insertTill: async (till, tokenHash, now) => {
      await transaction.query(
        `insert into tills (till_id, store_id, name, life, state, token_hash, enrolled_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [till.tillId, till.storeId, till.name, till.life, till.state, tokenHash, now],
      );
    },
    renewTill: async (till, tokenHash, now) => {
      await transaction.query(
        `update tills set name = $2, life = $3, token_hash = $4, enrolled_at = $5 where till_id = $1`,
        [till.tillId, till.name, till.life, tokenHash, now],
      );
    },
    append: async (events, now) => {
      await appendToLog(transaction, events, now);
    },
  };
}

async function saveStores(
  transaction: Transaction,
  stores: readonly StoreInput[],
  now: string,
): Promise<number> {
  const { rows } = await transaction.query<Store>(
    `insert into stores as s (store_id, number, name, opened_at)
     select "storeId", number, name, $2 from jsonb_to_recordset($1::jsonb) as r ("storeId" uuid, number text, name text)
     on conflict (store_id) do update set name = excluded.name where s.name <> excluded.name
     returning ${storeColumns}`,
    [JSON.stringify(stores), now],
  );
  const moved = await savePlaces(transaction, stores);
  if (rows.length > 0) {
    const events = rows.map((store) => ({
      type: 'StoreOpened' as const,
      ...store,
      storeId: store.storeId as never,
    }));
    await appendToLog(transaction, events, now);
  }
  return new Set([...rows.map((row) => row.storeId), ...moved]).size;
}

/** A place is evidence for suggestions, not part of what a store is: it has no event. Answers which stores moved. */
async function savePlaces(
  transaction: Transaction,
  stores: readonly StoreInput[],
): Promise<readonly string[]> {
  const placed = stores.flatMap(({ storeId, place }) =>
    place === undefined || place === null ? [] : [{ storeId, ...place }],
  );
  if (placed.length === 0) return [];
  const { rows } = await transaction.query<{ store_id: string }>(
    `update stores s set latitude = n.latitude, longitude = n.longitude
       from jsonb_to_recordset($1::jsonb) as n ("storeId" uuid, latitude double precision, longitude double precision)
      where s.store_id = n."storeId" and (s.latitude, s.longitude) is distinct from (n.latitude, n.longitude)
      returning s.store_id`,
    [JSON.stringify(placed)],
  );
  return rows.map((row) => row.store_id);
}

type ContactColumns = {
  enrolled_at: Date;
  last_contact_at: Date | null;
  connected: boolean;
  waiting: number;
  oldest_waiting_at: Date | null;
  clock_error_ms: number | null;
};

async function listTills(pool: Pool, storeId: string | null): Promise<TillRow[]> {
  const { rows } = await pool.query<Till & ContactColumns>(
    `select ${tillColumns}, enrolled_at, last_contact_at, connected, waiting, oldest_waiting_at, clock_error_ms
       from tills where $1::uuid is null or store_id = $1 order by store_id, name, till_id`,
    [storeId],
  );
  return rows.map(
    ({ enrolled_at, last_contact_at, connected, waiting, oldest_waiting_at, clock_error_ms, ...till }) => ({
      ...till,
      enrolledAt: enrolled_at.toISOString(),
      contact:
        last_contact_at === null
          ? null
          : {
              lastContactAt: last_contact_at.toISOString(),
              connected,
              waiting,
              oldestWaitingAt: oldest_waiting_at?.toISOString() ?? null,
              clockErrorMs: clock_error_ms,
            },
    }),
  );
}

async function saveContacts(pool: Pool, contacts: ReadonlyMap<string, Contact>): Promise<void> {
  const rows = [...contacts].map(([tillId, contact]) => ({ tillId, ...contact }));
  await pool.query(
    `update tills t
        set last_contact_at = r."lastContactAt", connected = r.connected, waiting = r.waiting, oldest_waiting_at = r."oldestWaitingAt",
            clock_error_ms = coalesce(r."clockErrorMs", t.clock_error_ms)
       from jsonb_to_recordset($1::jsonb) as r ("tillId" uuid, "lastContactAt" timestamptz, connected boolean, waiting int, "oldestWaitingAt" timestamptz, "clockErrorMs" bigint)
      where t.till_id = r."tillId" and (t.last_contact_at is null or t.last_contact_at <= r."lastContactAt")`,
    [JSON.stringify(rows)],
  );
}
