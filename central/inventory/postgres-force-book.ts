import type { Pool } from '../platform/postgres.ts';
import type { ForceBook } from './force-allotment.ts';
import { findKeptAnswer, keepAnswer } from './postgres-kept-answers.ts';
import { toAllotmentRow } from './postgres-rows.ts';

/** What forcing reads and remembers, in Postgres. */
export function createForceBook(pool: Pool): ForceBook {
  return {
    findAllotment: async ({ storeId, sku, tillId, life }) => {
      const { rows } = await pool.query(
        'select * from allotments where store_id = $1 and sku = $2 and till_id = $3 and life = $4',
        [storeId, sku, tillId, life],
      );
      return rows[0] === undefined ? null : { storeId, ...toAllotmentRow(rows[0]) };
    },
    findAnswer: (command) => findKeptAnswer(pool, command),
    keepAnswer: (command, answer) => keepAnswer(pool, command, answer),
  };
}
