import { must } from '@gondola/shared/lib/assert.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { InventoryPage } from '@gondola/sync/protocol/pull.ts';
import { type Pool, withTransaction } from '../platform/postgres.ts';
import { type ChangeFeed, cutPage, type PullScope } from './change-feed.ts';
import { toConflictRow, toPoolRow, toReservationRow, toVerdictRowOf } from './postgres-rows.ts';

/** Pulls out of one snapshot: rows and head belong together, and position order is commit order. */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  pull(scope: PullScope, checkpoint: Checkpoint | null, rowsMax: number): Promise<InventoryPage> {
    return withTransaction(this.#pool, { isolation: 'repeatable read', readOnly: true }, async (tx) => {
      const { rows: logs } = await tx.query<{ log_id: string; position: number }>('select log_id, position from log');
      const log = must(logs[0], 'the first migration inserts the log');
      // A checkpoint ahead of the head is of a log that was restored under the same id: as foreign as another id.
      const sameLog = checkpoint !== null && checkpoint.logId === log.log_id && checkpoint.position <= log.position;
      const after = sameLog ? checkpoint.position : 0;
      const byStore = [scope.storeId, after, rowsMax];
      const ofStore = 'where store_id = $1 and position > $2 order by position limit $3';
      const pools = await tx.query(`select * from pools ${ofStore}`, byStore);
      const reservations = await tx.query(`select * from reservations ${ofStore}`, byStore);
      const conflicts = await tx.query(`select * from conflicts ${ofStore}`, byStore);
      const verdicts = await tx.query(
        'select * from verdicts where till_id = $1 and life = $2 and position > $3 order by position limit $4',
        [scope.tillId, scope.life, after, rowsMax],
      );
      const rows = {
        logId: log.log_id,
        head: log.position,
        pools: pools.rows.map(toPoolRow),
        reservations: reservations.rows.map(toReservationRow),
        verdicts: verdicts.rows.map(toVerdictRowOf),
        conflicts: conflicts.rows.map(toConflictRow),
      };
      return cutPage(rows, rowsMax, checkpoint !== null && !sameLog);
    });
  }
}
