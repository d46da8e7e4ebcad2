import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { Pool } from '../platform/postgres.ts';
import type { CompensationBook } from './compensate.ts';
import { readStoreStock } from './postgres-conflict-report.ts';
import { noteCompensation } from './postgres-conflicts.ts';
import { findDecided } from './postgres-log-reads.ts';
import { toConflictRow } from './postgres-rows.ts';

/** What compensation reads and notes, in Postgres; where stores are is another service's to say. */
export function createCompensationBook(
  pool: Pool,
  { places }: Pick<CompensationBook, 'places'>,
): CompensationBook {
  return {
    places,
    openConflicts: async (limit) => {
      const { rows } = await pool.query(
        `select * from conflicts where state = 'OPEN' and kind = 'provisional-refused' and operation_type = 'reserve'
           and transfer_id is null order by position limit $1`,
        [limit],
      );
      return rows.map(toConflictRow);
    },
    findAttempt: async (operationId) => {
      const record = (await findDecided(pool, [operationId])).get(operationId);
      if (record === undefined) return null;
      const body = operationBodySchema.parse(JSON.parse(record.raw));
      if (body.type !== 'transfer-request') return null;
      const { transferId, fromStoreId } = body;
      return { transferId, fromStoreId, isAccepted: record.decided.verdict === 'ACCEPTED' };
    },
    storeStock: (sku) => readStoreStock(pool, sku),
    note: (note) => noteCompensation(pool, note),
  };
}
