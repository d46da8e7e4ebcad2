import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import type { Queryable, Transaction } from '../platform/postgres.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';

/** What was answered to this key before; null when nothing was. */
export async function findKeptAnswer<Answer>(
  db: Queryable,
  { caller, idempotencyKey, raw }: KeyedCommand,
): Promise<KeptAnswer<Answer> | null> {
  const { rows } = await db.query<{ content_hash: string; answer: Answer }>(
    'select content_hash, answer from kept_answers where caller = $1 and idempotency_key = $2',
    [caller, idempotencyKey],
  );
  const [kept] = rows;
  if (kept === undefined) return null;
  return kept.content_hash === hashRaw(raw)
    ? { kind: 'answered', answer: kept.answer, repeated: true }
    : { kind: 'reused-key' };
}

/** Until this transaction ends, a second request of the same key waits: the first look at the key stays true. */
export async function lockKey(tx: Transaction, { caller, idempotencyKey }: KeyedCommand): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`${caller}/${idempotencyKey}`]);
}

/** Keeps the answer of something that is done. Where another answer came in between, that one stands. */
export async function keepAnswer<Answer>(
  db: Queryable,
  command: KeyedCommand,
  answer: Answer,
): Promise<KeptAnswer<Answer>> {
  const { caller, idempotencyKey, raw } = command;
  const { rowCount } = await db.query(
    `insert into kept_answers (caller, idempotency_key, content_hash, answer) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [caller, idempotencyKey, hashRaw(raw), JSON.stringify(answer)],
  );
  if (rowCount === 1) return { kind: 'answered', answer, repeated: false };
  return must(await findKeptAnswer<Answer>(db, command), 'an answer in the way can be read');
}
