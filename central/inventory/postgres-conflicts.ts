import type { ConflictAct } from '@gondola/shared/domain/labels.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import { type Pool, type Transaction, withTransaction } from '../platform/postgres.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';
import { appendEvent, lockLog } from './postgres-append-event.ts';
import { findKeptAnswer, keepAnswer, lockKey } from './postgres-kept-answers.ts';
import { toConflictRow } from './postgres-rows.ts';

export interface CloseConflict extends KeyedCommand {
  readonly conflictId: string;
  readonly closedBy: string;
  readonly closingReason: string;
  readonly act: ConflictAct;
  /** The transfer that makes it good, when one was asked for. */
  readonly transferId: string | null;
  /** The position the person saw; a conflict that moved on since is not closed blindly. */
  readonly expectedPosition: number;
}

export type CloseConflictFailure =
  | { readonly kind: 'unknown' }
  /** Sibling tills are being asked: it opens or closes by itself. */
  | { readonly kind: 'pending'; readonly current: ConflictRow }
  | { readonly kind: 'stale'; readonly current: ConflictRow };

/** Closes a conflict by an event of the log, like every other change. Closing a closed one changes nothing. */
export function closeConflict(
  pool: Pool,
  command: CloseConflict,
): Promise<Result<KeptAnswer<ConflictRow>, CloseConflictFailure>> {
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (tx) => {
    await lockKey(tx, command);
    const kept = await findKeptAnswer<ConflictRow>(tx, command);
    if (kept !== null) return success(kept);
    await lockLog(tx);
    const current = await lockConflict(tx, command.conflictId);
    if (current === null) return failure({ kind: 'unknown' } as const);
    if (command.expectedPosition !== current.position) return failure({ kind: 'stale', current } as const);
    if (current.state === 'CLOSED') return success(await keepAnswer(tx, command, current));
    if (current.state === 'PENDING') return failure({ kind: 'pending', current } as const);
    const { conflictId, closedBy, closingReason, act, transferId } = command;
    const position = await appendEvent(tx, {
      type: 'ConflictClosed',
      storeId: current.storeId,
      ...{ conflictId, closedBy, closingReason, act },
      ...(transferId === null ? {} : { transferId }),
    });
    const { rows } = await tx.query(
      `update conflicts set state = 'CLOSED', closed_at = clock_timestamp(), closed_by = $2, closing_reason = $3, act = $4,
         transfer_id = coalesce(transfer_id, $5), compensated_by = case when transfer_id is null and $5::uuid is not null
           then $2 else compensated_by end, position = $6
       where conflict_id = $1 returning *`,
      [conflictId, closedBy, closingReason, act, transferId, position],
    );
    return success(await keepAnswer(tx, command, toConflictRow(rows[0])));
  });
}

/** Notes on an open conflict that a transfer was asked for to make it good. False when one was noted before, or it is over. */
export function noteCompensation(
  pool: Pool,
  note: { readonly conflictId: string; readonly transferId: string; readonly compensatedBy: string },
): Promise<boolean> {
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (tx) => {
    const { conflictId, transferId, compensatedBy } = note;
    await lockLog(tx);
    const { rows: open } = await tx.query<{ store_id: string }>(
      `select store_id from conflicts where conflict_id = $1 and state = 'OPEN' and transfer_id is null for update`,
      [conflictId],
    );
    if (open[0] === undefined) return false;
    const position = await appendEvent(tx, {
      type: 'ConflictCompensated',
      storeId: open[0].store_id as never,
      ...{ conflictId, transferId, compensatedBy },
    });
    await tx.query(
      'update conflicts set transfer_id = $2, compensated_by = $3, position = $4 where conflict_id = $1',
      [conflictId, transferId, compensatedBy, position],
    );
    return true;
  });
}

async function lockConflict(tx: Transaction, conflictId: string): Promise<ConflictRow | null> {
  const { rows } = await tx.query('select * from conflicts where conflict_id = $1 for update', [conflictId]);
  return rows[0] === undefined ? null : toConflictRow(rows[0]);
}
