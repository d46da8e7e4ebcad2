import type { Queryable } from '../platform/postgres.ts';
import { bookDeltaOf, isPoolEvent } from './evolve.ts';
import type { HistoryEntry } from './model.ts';
import type { PoolKey } from './ports.ts';
import { readPoolEntries } from './postgres-log-reads.ts';

/** What happened to a pool after a position, as a stocktake needs it, oldest first. */
export async function readHistory(
  db: Queryable,
  pool: PoolKey,
  afterPosition: number,
): Promise<readonly HistoryEntry[]> {
  const entries = await readPoolEntries(db, { pool, afterPosition });
  return entries.map(({ position, event, operation }) => ({
    position,
    bookDelta: isPoolEvent(event) ? bookDeltaOf(event.movements) : 0,
    tillId: operation?.decided.tillId ?? null,
    life: operation?.decided.life ?? null,
    sequence: operation?.decided.sequence ?? null,
    recordedAt: operation?.recordedAt ?? null,
  }));
}
