import { must } from '@gondola/shared/lib/assert.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { FeedPage } from '@gondola/sync/server/ports.ts';
import type { Pool } from '../platform/postgres.ts';
import { type ChangeFeed, cutPage, type PullScope } from './change-feed.ts';
import {
  type PoolRecord,
  toAllotmentRow,
  toConflictRow,
  toPolicyRow,
  toPoolRow,
  toReservationRow,
  toTransferRow,
  toVerdictRowOf,
} from './postgres-rows.ts';

const changed = (table: string, where: string) =>
  `(select coalesce(jsonb_agg(to_jsonb(t) - 'raw'), '[]') from
     (select * from ${table} where ${where} and position > a.after order by position limit $6) t) as ${table}`;

/** The view `verdicts` would take every run of the life apart; only those behind the checkpoint are. */
const CHANGED_VERDICTS = `
  (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
     select e.event ->> 'operationId' as operation_id, r.life, e.event -> 'sequence' as sequence, e.event ->> 'verdict' as verdict,
       e.event ->> 'reason' as reason, r.occurred_at as decided_at, e.event ->> 'reservationId' as reservation_id,
       e.event ->> 'expiresAt' as expires_at, e.event -> 'excess' as excess, r.first_position + e.number - 1 as position
     from (
       select * from log_runs where till_id = $4 and life = $5 and last_position > a.after order by last_position limit $6) r
     cross join lateral jsonb_array_elements(r.events::jsonb) with ordinality as e (event, number)
     where e.event ->> 'type' = 'OperationDecided' and r.first_position + e.number - 1 > a.after
     order by position limit $6) t) as verdicts`;

/** One statement, so one snapshot: rows and head belong together. In a transaction of its own it took six round trips. */
const PULL = `
  with a as (
    select log_id, position as head,
      log_id is not distinct from $1::uuid and $2::bigint <= position as same_log,
      case when log_id is not distinct from $1::uuid and $2::bigint <= position then $2::bigint else 0 end as after
    from log)
  select a.log_id, a.head, a.same_log,
    ${changed('pools', 'store_id = $3')},
    ${changed('reservations', 'store_id = $3')},
    ${changed('conflicts', 'store_id = $3')},
    ${CHANGED_VERDICTS},
    ${changed('allotments', 'till_id = $4 and life = $5 and number > 0')},
    ${changed('transfers', '(from_store_id = $3 or to_store_id = $3)')},
    ${changed('item_policies', 'store_id = $3')}
  from a`;

interface Pulled {
  readonly log_id: string;
  readonly head: number;
  readonly same_log: boolean;
  readonly pools: readonly PoolRecord[];
  readonly reservations: readonly unknown[];
  readonly conflicts: readonly unknown[];
  readonly verdicts: readonly unknown[];
  readonly allotments: readonly unknown[];
  readonly transfers: readonly unknown[];
  readonly item_policies: readonly unknown[];
}

/** Pulls out of one snapshot; position order is commit order. */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async pull(scope: PullScope, checkpoint: Checkpoint | null, rowsMax: number): Promise<FeedPage> {
    const { rows } = await this.#pool.query<Pulled>({
      name: 'pull',
      text: PULL,
      values: [
        checkpoint?.logId ?? null,
        checkpoint?.position ?? 0,
        scope.storeId,
        scope.tillId,
        scope.life,
        rowsMax,
      ],
    });
    const page = must(rows[0], 'the first migration inserts the log');
    const changedRows = {
      logId: page.log_id,
      head: page.head,
      pools: page.pools.map(toPoolRow),
      reservations: page.reservations.map(toReservationRow),
      verdicts: page.verdicts.map(toVerdictRowOf),
      conflicts: page.conflicts.map(toConflictRow),
      allotments: page.allotments.map(toAllotmentRow),
      transfers: page.transfers.map(toTransferRow),
      policies: page.item_policies.map(toPolicyRow),
    };
    // A checkpoint ahead of the head is of a log that was restored under the same id: as foreign as another id.
    return cutPage(changedRows, rowsMax, checkpoint !== null && !page.same_log);
  }
}
