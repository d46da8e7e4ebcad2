import type { Sku, StoreId } from '@gondola/shared/domain/ids.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { PolicyRow } from '@gondola/shared/schemas/rows.ts';
import { type Pool, type Queryable, withTransaction } from '../platform/postgres.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';
import { appendEvent } from './postgres-append-event.ts';
import { findKeptAnswer, keepAnswer, lockKey } from './postgres-kept-answers.ts';
import { toPolicyRow } from './postgres-rows.ts';

export interface ChangePolicy extends KeyedCommand {
  readonly storeId: string;
  readonly sku: string;
  readonly provisionalMaxUnits: number | null;
  readonly changedBy: string;
  /** The version the person saw; 0 where there was no policy yet. */
  readonly expectedVersion: number;
}

export type PolicyStale = { readonly kind: 'stale'; readonly current: PolicyRow | null };

/** The policy of the article; null when nobody has set one, which is the same as no bound. */
export async function findPolicy(db: Queryable, storeId: string, sku: string): Promise<PolicyRow | null> {
  const { rows } = await db.query('select * from item_policies where store_id = $1 and sku = $2', [
    storeId,
    sku,
  ]);
  return rows[0] === undefined ? null : toPolicyRow(rows[0]);
}

/** Changes the policy by an event of the log; a stale look changes nothing. */
export function changePolicy(
  pool: Pool,
  command: ChangePolicy,
): Promise<Result<KeptAnswer<PolicyRow>, PolicyStale>> {
  return withTransaction(pool, { isolation: 'read committed', readOnly: false }, async (tx) => {
    const { storeId, sku, provisionalMaxUnits, changedBy, expectedVersion } = command;
    await lockKey(tx, command);
    // Two first changes of one article have no row to meet at.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`policy/${storeId}/${sku}`]);
    const kept = await findKeptAnswer<PolicyRow>(tx, command);
    if (kept !== null) return success(kept);
    const current = await findPolicy(tx, storeId, sku);
    if ((current?.version ?? 0) !== expectedVersion) return failure({ kind: 'stale', current } as const);
    const version = expectedVersion + 1;
    const position = await appendEvent(tx, {
      type: 'ItemPolicyChanged',
      storeId: storeId as StoreId,
      sku: sku as Sku,
      provisionalMaxUnits,
      policyVersion: version,
      changedBy,
    });
    const { rows } = await tx.query(
      `insert into item_policies (store_id, sku, provisional_max_units, version, changed_by, position)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (store_id, sku) do update set provisional_max_units = excluded.provisional_max_units,
         version = excluded.version, changed_by = excluded.changed_by, position = excluded.position
       returning *`,
      [storeId, sku, provisionalMaxUnits, version, changedBy, position],
    );
    return success(await keepAnswer(tx, command, toPolicyRow(rows[0])));
  });
}
