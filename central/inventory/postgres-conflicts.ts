import { must } from '@gondola/shared/lib/assert.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import { type Pool, withTransaction } from '../platform/postgres.ts';
import { LOG_CHANNEL } from './log-channel.ts';
import { toConflictRow } from './postgres-rows.ts';

export interface CloseConflict {
  readonly conflictId: string;
  readonly closedBy: string;
  readonly closingReason: string;
  /** The position the person saw; a conflict that moved on since is not closed blindly. null skips the check. */
  readonly expectedPosition: number | null;
}

export type CloseConflictFailure =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale'; readonly current: ConflictRow };

/** Closes a conflict by an event of the log, like every other change. Closing a closed one changes nothing. */
export function closeConflict(
  pool: Pool,
  command: CloseConflict,
): Promise<Result<ConflictRow, CloseConflictFailure>> {
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (tx) => {
    const { rows } = await tx.query('select * from conflicts where conflict_id = $1 for update', [
      command.conflictId,
    ]);
    if (rows[0] === undefined) return failure({ kind: 'unknown' } as const);
    const current = toConflictRow(rows[0]);
    if (command.expectedPosition !== null && command.expectedPosition !== current.position) {
      return failure({ kind: 'stale', current } as const);
    }
    if (current.state === 'CLOSED') return success(current);
    const event: InventoryEvent = {
      type: 'ConflictClosed',
      storeId: current.storeId,
      conflictId: current.conflictId,
      closedBy: command.closedBy,
      closingReason: command.closingReason,
    };
    const { rows: logs } = await tx.query<{ position: number }>(
      'update log set position = position + 1 returning position',
    );
    const { position } = must(logs[0], 'the first migration inserts the log');
    await tx.query(
      `insert into events (position, store_id, type, occurred_at, event) values ($1, $2, $3, clock_timestamp(), $4)`,
      [position, current.storeId, event.type, JSON.stringify(event)],
    );
    const { rows: closed } = await tx.query(
      `update conflicts set state = 'CLOSED', closed_at = clock_timestamp(), closed_by = $2, closing_reason = $3, position = $4
       where conflict_id = $1 returning *`,
      [command.conflictId, command.closedBy, command.closingReason, position],
    );
    await tx.query('select pg_notify($1, $2)', [LOG_CHANNEL, String(position)]);
    return success(toConflictRow(closed[0]));
  });
}
