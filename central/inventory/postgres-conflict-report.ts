import type { Movement } from '@gondola/shared/domain/pool.ts';
import {
  CONFLICT_TIMELINE_EVENTS_MAX,
  OPERATION_LINES_MAX,
  SUBSTITUTE_CANDIDATES_MAX,
} from '@gondola/shared/lib/limits.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import type { Pool } from '../platform/postgres.ts';
import { type ConflictReport, changeOf, poolOfSums, ruleOf, type TimelineEntry } from './conflict-report.ts';
import { toConflictRow } from './postgres-rows.ts';
import { type Place, type StoreStock, type SubstituteStock, suggestActs } from './suggest-acts.ts';

/** What the report needs of other services. */
export interface ReportSources {
  /** How wrong each till's clock was when it was last compared. */
  clockErrors(storeId: string): Promise<ReadonlyMap<string, number>>;
  /** Where stores are, as far as the chain has said. */
  places(): Promise<ReadonlyMap<string, Place>>;
  /** The names of the articles among these that may stand in for the given one. */
  sameCategory(sku: string, among: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** An operation adds several events per line at most; those of one operation stand together. */
const EVENTS_OF_OPERATION_MAX = OPERATION_LINES_MAX * 8;

/** The report of one conflict; null when there is none of this id. Reads only. */
export async function readConflictReport(
  pool: Pool,
  sources: ReportSources,
  conflictId: string,
): Promise<ConflictReport | null> {
  const { rows } = await pool.query(
    `select c.*, v.position as decided_position, v.verdict, v.decided_at
       from conflicts c left join verdicts v on v.operation_id = c.operation_id where c.conflict_id = $1`,
    [conflictId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const conflict = toConflictRow(row);
  const decidedPosition: number | null = row.decided_position;
  const clockErrors = await sources.clockErrors(conflict.storeId);
  const [story, suggestions] = await Promise.all([
    readStory(pool, conflict, decidedPosition, clockErrors),
    readSuggestions(pool, sources, conflict),
  ]);
  const { label, recordedAt, seenPosition, openedAt, closedAt, closedBy, closingReason } = conflict;
  return {
    conflict,
    believed: {
      ...{ label, recordedAt, seenPosition },
      clockErrorMs: conflict.tillId === null ? null : (clockErrors.get(conflict.tillId) ?? null),
    },
    known: {
      decidedAt: row.decided_at === null ? openedAt : new Date(row.decided_at).toISOString(),
      decidedPosition,
      verdict: row.verdict,
      pool: story.pool,
    },
    timeline: story.timeline,
    isTimelineCut: story.isCut,
    rule: ruleOf(conflict),
    suggestions,
    compensation:
      row.transfer_id === null ? null : { transferId: row.transfer_id, by: row.compensated_by as string },
    closing:
      closedAt === null
        ? null
        : { closedAt, closedBy: closedBy ?? '', closingReason: closingReason ?? '', act: row.act },
  };
}

interface Story {
  readonly pool: ConflictReport['known']['pool'];
  readonly timeline: readonly TimelineEntry[];
  readonly isCut: boolean;
}

interface StoryRow {
  readonly position: number;
  readonly occurred_at: Date;
  readonly type: string;
  readonly event: InventoryEvent;
  readonly till_id: string | null;
  readonly life: number | null;
  readonly sequence: number | null;
  readonly recorded_at: Date | null;
  readonly label: TimelineEntry['label'];
  readonly verdict: TimelineEntry['verdict'];
  readonly reason: string | null;
}

/** The pool's events between what the till had read and the decision, and the pool just before it. */
async function readStory(
  pool: Pool,
  { storeId, sku, operationId, seenPosition }: ConflictRow,
  decidedPosition: number | null,
  clockErrors: ReadonlyMap<string, number>,
): Promise<Story> {
  if (sku === null || decidedPosition === null) return { pool: null, timeline: [], isCut: false };
  const [sums, events] = await Promise.all([
    pool.query<Movement>(
      `select from_account as "from", to_account as "to", sum(quantity)::bigint as quantity from ledger l
        where store_id = $1 and sku = $2 and position <= $3 and not exists (
          select from events e where e.store_id = $1 and e.sku = $2 and e.position = l.position
            and l.position > $3 - $5 and e.operation_id = $4)
        group by 1, 2`,
      [storeId, sku, decidedPosition, operationId, EVENTS_OF_OPERATION_MAX],
    ),
    pool.query<StoryRow>(
      `select e.position, e.occurred_at, e.type, e.event, v.till_id, v.life, v.sequence, v.recorded_at, v.label, v.verdict, v.reason
         from events e left join verdicts v on v.operation_id = e.operation_id
        where e.store_id = $1 and e.sku = $2 and e.position > $3 and e.position <= $4
        order by e.position desc limit $5`,
      [storeId, sku, seenPosition ?? 0, decidedPosition, CONFLICT_TIMELINE_EVENTS_MAX + 1],
    ),
  ]);
  const shown = events.rows.slice(0, CONFLICT_TIMELINE_EVENTS_MAX).reverse();
  return {
    pool: poolOfSums(sums.rows),
    timeline: shown.map((row) => entryOf(row, operationId, clockErrors)),
    isCut: events.rows.length > CONFLICT_TIMELINE_EVENTS_MAX,
  };
}

function entryOf(
  row: StoryRow,
  decidedOperationId: string,
  clockErrors: ReadonlyMap<string, number>,
): TimelineEntry {
  const { event, position, type, life, sequence, label, verdict, reason } = row;
  const operationId = 'operationId' in event ? event.operationId : null;
  const tillId = row.till_id ?? ('tillId' in event ? event.tillId : null);
  return {
    ...{ position, type, operationId, tillId, life, sequence, label, verdict, reason },
    decidedAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at?.toISOString() ?? null,
    clockErrorMs: tillId === null ? null : (clockErrors.get(tillId) ?? null),
    change: changeOf('movements' in event ? event.movements : []),
    isDecision: operationId === decidedOperationId,
  };
}

async function readSuggestions(pool: Pool, sources: ReportSources, conflict: ConflictRow) {
  const { storeId, sku, state } = conflict;
  if (sku === null || state !== 'OPEN') return [];
  const [places, stores, substitutes] = await Promise.all([
    sources.places(),
    readStoreStock(pool, sku),
    readSubstitutes(pool, sources, storeId, sku),
  ]);
  return suggestActs(conflict, {
    place: places.get(storeId) ?? null,
    stores: stores.map((store) => ({ ...store, place: places.get(store.storeId) ?? null })),
    substitutes,
  });
}

/** Every store that has free units of the article: the pools' key is skipped through store by store. */
export async function readStoreStock(pool: Pool, sku: string): Promise<readonly Omit<StoreStock, 'place'>[]> {
  const { rows } = await pool.query<{ store_id: string; free: number }>(
    'select store_id, free from pools where sku = $1 and free > 0 order by store_id',
    [sku],
  );
  return rows.map((row) => ({ storeId: row.store_id, free: row.free }));
}

async function readSubstitutes(
  pool: Pool,
  sources: ReportSources,
  storeId: string,
  sku: string,
): Promise<readonly SubstituteStock[]> {
  const { rows } = await pool.query<{ sku: string; free: number }>(
    'select sku, free from pools where store_id = $1 and free > 0 and sku <> $2 order by free desc, sku limit $3',
    [storeId, sku, SUBSTITUTE_CANDIDATES_MAX],
  );
  const fitting = await sources.sameCategory(
    sku,
    rows.map((row) => row.sku),
  );
  return rows.flatMap(({ sku: other, free }) => {
    const name = fitting.get(other);
    return name === undefined ? [] : [{ sku: other, name, free }];
  });
}
