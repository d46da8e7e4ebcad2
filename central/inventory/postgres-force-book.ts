import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Pool } from '../platform/postgres.ts';
import type { CloseBook, CloseScope } from './close-allotments.ts';
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
    findForce: async ({ position }) => {
      const { rows } = await pool.query<{ first_position: number; events: string }>(
        'select first_position, events from log_runs where first_position <= $1 order by first_position desc limit 1',
        [position],
      );
      const [run] = rows;
      if (run === undefined) return null;
      const event = (JSON.parse(run.events) as InventoryEvent[])[position - run.first_position];
      return event?.type === 'AllotmentForced' ? event : null;
    },
    findAnswer: (command) => findKeptAnswer(pool, command),
    keepAnswer: (command, answer) => keepAnswer(pool, command, answer),
  };
}

const OPEN_IN_SCOPE = `from allotments where store_id = $1 and state = 'ACTIVE'
  and ($2::uuid is null or till_id = $2) and ($3::text is null or sku = $3)`;
const scopeValues = ({ storeId, tillId, sku }: CloseScope) => [storeId, tillId, sku];

/** What closing reads and remembers, in Postgres. */
export function createCloseBook(pool: Pool): CloseBook {
  return {
    listOpen: async (scope, limit) => {
      const { rows } = await pool.query(
        `select store_id as "storeId", sku, till_id as "tillId", life ${OPEN_IN_SCOPE} order by sku, till_id limit $4`,
        [...scopeValues(scope), limit],
      );
      return rows;
    },
    countOpen: async (scope) => {
      const { rows } = await pool.query<{ open: number }>(
        `select count(*) as open ${OPEN_IN_SCOPE}`,
        scopeValues(scope),
      );
      return rows[0]?.open ?? 0;
    },
    findAnswer: (command) => findKeptAnswer(pool, command),
    keepAnswer: (command, answer) => keepAnswer(pool, command, answer),
  };
}
