/** The log of a service as the bus and the relay read it: tables `log` and `events` of its database. */
import type { CloudEvent, TopicSource } from '@gondola/shared/schemas/topics.ts';
import { toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { Pool } from '../platform/postgres.ts';
import { listen } from '../platform/postgres-listen.ts';
import type { EventLog } from './ports.ts';

/** The NOTIFY channel that a service raises in the transaction which appends to its log. */
export function logChannel(source: TopicSource): string {
  return `${source}_log`;
}

/** Reads a log by the service's runtime role; `url` is for the LISTEN connection of `wake`. */
export function createEventLog(source: TopicSource, pool: Pool, url: string): EventLog {
  return {
    source,
    head: async () => {
      const { rows } = await pool.query<{ log_id: string; position: number }>(
        'select log_id, position from log',
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`the log of ${source} has lost its row`);
      return { logId: row.log_id, position: row.position };
    },
    read: async (afterPosition, eventsMax) => {
      const { rows } = await pool.query<LogRow>(
        `select l.log_id, e.position, e.occurred_at, e.event
           from log l join events e on e.position > $1
          order by e.position limit $2`,
        [afterPosition, eventsMax],
      );
      return rows.map((row) => fromRow(source, row));
    },
    wake: (onMore) => listen(url, logChannel(source), onMore),
  };
}

interface LogRow {
  readonly log_id: string;
  readonly position: number;
  readonly occurred_at: Date;
  readonly event: { readonly type: string };
}

function fromRow(source: TopicSource, row: LogRow): CloudEvent {
  return toCloudEvent(source, {
    logId: row.log_id,
    position: row.position,
    occurredAt: row.occurred_at.toISOString(),
    event: row.event,
  });
}
