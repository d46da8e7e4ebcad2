/** Who may come in: codes, keys, links and sessions in Postgres, all of them by their hash. */
import type { Pool } from '../platform/postgres.ts';
import type { ApiScope } from './model.ts';
import type { AuthenticatedTill, RegisterStore } from './ports.ts';

type AccessQueries = Pick<
  RegisterStore,
  | 'insertCode'
  | 'insertApiKey'
  | 'revokeApiKey'
  | 'insertLink'
  | 'spendLink'
  | 'insertSession'
  | 'endSession'
  | 'findTillByToken'
  | 'findApiKey'
  | 'findSession'
>;

/** The part of the register that guards the doors. */
export function accessQueries(pool: Pool): AccessQueries {
  return { ...writes(pool), ...reads(pool) };
}

function writes(pool: Pool): Omit<AccessQueries, 'findTillByToken' | 'findApiKey' | 'findSession'> {
  return {
    insertCode: async ({ hash, storeId, tillId, now, expiresAt }) => {
      await pool.query(
        'insert into enrolment_codes (code_hash, store_id, till_id, created_at, expires_at) values ($1, $2, $3, $4, $5)',
        [hash, storeId, tillId, now, expiresAt],
      );
    },
    insertApiKey: async ({ apiKeyId, name, scopes, hash, now }) => {
      await pool.query(
        'insert into api_keys (api_key_id, name, scopes, token_hash, created_at) values ($1, $2, $3, $4, $5)',
        [apiKeyId, name, scopes, hash, now],
      );
    },
    revokeApiKey: async (apiKeyId, now) => {
      const { rowCount } = await pool.query(
        'update api_keys set revoked_at = $2 where api_key_id = $1 and revoked_at is null',
        [apiKeyId, now],
      );
      return rowCount === 1;
    },
    insertLink: async ({ hash, now, expiresAt }) => {
      await pool.query('insert into console_links (link_hash, created_at, expires_at) values ($1, $2, $3)', [
        hash,
        now,
        expiresAt,
      ]);
    },
    spendLink: async (hash, now) => {
      const { rowCount } = await pool.query(
        'update console_links set used_at = $2 where link_hash = $1 and used_at is null and expires_at > $2',
        [hash, now],
      );
      return rowCount === 1;
    },
    insertSession: async ({ sessionId, hash, now, expiresAt }) => {
      await pool.query(
        'insert into console_sessions (session_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4)',
        [sessionId, hash, now, expiresAt],
      );
    },
    endSession: async (hash, now) => {
      await pool.query(
        'update console_sessions set ended_at = $2 where token_hash = $1 and ended_at is null',
        [hash, now],
      );
    },
  };
}

function reads(pool: Pool): Pick<AccessQueries, 'findTillByToken' | 'findApiKey' | 'findSession'> {
  return {
    findTillByToken: async (hash) => {
      const { rows } = await pool.query<AuthenticatedTill>(
        `select t.till_id as "tillId", t.name as "tillName", t.life, s.store_id as "storeId", s.name as "storeName"
           from tills t join stores s using (store_id) where t.token_hash = $1 and t.state = 'ACTIVE'`,
        [hash],
      );
      return rows[0] ?? null;
    },
    findApiKey: async (hash) => {
      const { rows } = await pool.query<{ apiKeyId: string; name: string; scopes: ApiScope[] }>(
        'select api_key_id as "apiKeyId", name, scopes from api_keys where token_hash = $1 and revoked_at is null',
        [hash],
      );
      return rows[0] ?? null;
    },
    findSession: async (hash, now) => {
      const { rows } = await pool.query<{ session_id: string; expires_at: Date }>(
        'select session_id, expires_at from console_sessions where token_hash = $1 and expires_at > $2 and ended_at is null',
        [hash, now],
      );
      return rows[0] === undefined
        ? null
        : { sessionId: rows[0].session_id, expiresAt: rows[0].expires_at.toISOString() };
    },
  };
}
