import { must } from '@gondola/shared/lib/assert.ts';
import { toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { EventLog } from '../events/ports.ts';
import type { Pool } from '../platform/postgres.ts';
import { listen } from '../platform/postgres-listen.ts';
import { LOG_CHANNEL } from './log-channel.ts';

interface RunRecord {
  readonly log_id: string;
  readonly first_position: number;
  readonly occurred_at: Date;
  readonly events: string;
}

/** The inventory's log as the bus and the relay read it. `url` is for the LISTEN connection of `wake`. */
export function createRunLog(pool: Pool, url: string): EventLog {
  return {
    source: 'inventory',
    head: async () => {
      const { rows } = await pool.query<{ log_id: string; position: number }>(
        'select log_id, position from log',
      );
      const row = must(rows[0], 'the first migration inserts the log');
      return { logId: row.log_id, position: row.position };
    },
    read: async (afterPosition, eventsMax) => {
      const { rows } = await pool.query<RunRecord>({
        name: 'read log',
        // Positions are dense, so a bound on the first one bounds the number of events.
        text: `select l.log_id, r.first_position, r.occurred_at, r.events from log l, log_runs r
           where r.first_position <= $1::bigint + $2::bigint and r.first_position >= coalesce(
             (select first_position from log_runs where first_position <= $1::bigint + 1 order by first_position desc limit 1), 1)
           order by r.first_position`,
        values: [afterPosition, eventsMax],
      });
      return rows
        .flatMap(({ log_id: logId, first_position: firstPosition, occurred_at, events }) => {
          const occurredAt = occurred_at.toISOString();
          return (JSON.parse(events) as { readonly type: string }[]).map((event, place) => ({
            ...{ logId, occurredAt, event },
            position: firstPosition + place,
          }));
        })
        .filter(({ position }) => position > afterPosition)
        .slice(0, eventsMax)
        .map((logged) => toCloudEvent('inventory', logged));
    },
    wake: (onMore) => listen(url, LOG_CHANNEL, onMore),
  };
}
