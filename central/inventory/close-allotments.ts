import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { Authority } from './authority.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';
import type { LifeKey, PoolKey } from './ports.ts';

/** Allotments that one request closes at most; it says how many it left. */
export const CLOSE_ALLOTMENTS_MAX = 2_000;
/** Given to the authority at once: about one batch. */
const SUBMITTED_AT_ONCE_MAX = 250;

/** Which allotments: of one till, of one article in the store, or of both. */
export interface CloseScope {
  readonly storeId: string;
  readonly tillId: string | null;
  readonly sku: string | null;
}

/** Staff want allotments back from tills that can be asked: before a till goes out of service, or to have a pool whole. */
export interface CloseAllotments extends KeyedCommand, CloseScope {
  readonly reason: string;
  readonly closedBy: string;
}

export interface Closed {
  /** Tills were asked to settle so many allotments. */
  readonly closing: number;
  /** So many are open still: ask again. */
  readonly remaining: number;
}

/** What closing reads and remembers. */
export interface CloseBook {
  /** Allotments in which a till may still spend. */
  listOpen(scope: CloseScope, limit: number): Promise<readonly (LifeKey & PoolKey)[]>;
  countOpen(scope: CloseScope): Promise<number>;
  findAnswer(command: KeyedCommand): Promise<KeptAnswer<Closed> | null>;
  keepAnswer(command: KeyedCommand, answer: Closed): Promise<KeptAnswer<Closed>>;
}

/** Closes through the authority. A repeat after a failure goes on with what is open still. */
export async function closeAllotments(
  book: CloseBook,
  authority: Pick<Authority, 'submit'>,
  command: CloseAllotments,
): Promise<Result<KeptAnswer<Closed>, { readonly kind: 'busy' | 'failed' }>> {
  const kept = await book.findAnswer(command);
  if (kept !== null) return success(kept);
  const open = await book.listOpen(command, CLOSE_ALLOTMENTS_MAX);
  let closing = 0;
  for (let first = 0; first < open.length; first += SUBMITTED_AT_ONCE_MAX) {
    const outcomes = await Promise.all(
      open.slice(first, first + SUBMITTED_AT_ONCE_MAX).map(({ storeId, sku, tillId, life }) =>
        authority.submit({
          kind: 'force',
          pool: { storeId, sku },
          of: { tillId, life },
          by: { cause: 'closing', reason: `${command.reason} (${command.closedBy})` },
        }),
      ),
    );
    for (const outcome of outcomes) {
      if (!outcome.ok) return failure({ kind: outcome.error === 'busy' ? 'busy' : 'failed' });
      closing += outcome.value.kind === 'tended' && outcome.value.changed > 0 ? 1 : 0;
    }
  }
  const remaining = open.length < CLOSE_ALLOTMENTS_MAX ? 0 : await book.countOpen(command);
  return success(await book.keepAnswer(command, { closing, remaining }));
}
