import type { Movement } from '@gondola/shared/domain/pool.ts';
import {
  CONFLICT_TIMELINE_EVENTS_MAX,
  OPERATION_LINES_MAX,
  SUBSTITUTE_CANDIDATES_MAX,
} from '@gondola/shared/lib/limits.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import type { Pool } from '../platform/postgres.ts';
import { type ConflictReport, changeOf, poolOfSums, ruleOf, type TimelineEntry } from './conflict-report.ts';
import { findDecided, type PoolEntry, readPoolEntries } from './postgres-log-reads.ts';
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
  const { rows } = await pool.query('select * from conflicts where conflict_id = $1', [conflictId]);
  const [row] = rows;
  if (row === undefined) return null;
  const conflict = toConflictRow(row);
  const decision = (await findDecided(pool, [conflict.operationId])).get(conflict.operationId) ?? null;
  const decidedPosition = decision?.position ?? null;
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
      decidedAt: decision?.decidedAt ?? openedAt,
      decidedPosition,
      verdict: decision?.decided.verdict ?? null,
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

/** The pool's events between what the till had read and the decision, and the pool just before it. */
async function readStory(
  pool: Pool,
  { storeId, sku, operationId, seenPosition }: ConflictRow,
  decidedPosition: number | null,
  clockErrors: ReadonlyMap<string, number>,
): Promise<Story> {
  if (sku === null || decidedPosition === null) return { pool: null, timeline: [], isCut: false };
  const [sums, entries] = await Promise.all([
    pool.query<Movement>(
      `with own as (
         select coalesce(min(r.first_position + e.number - 1), $3 + 1) as first
         from log_runs r cross join lateral jsonb_array_elements(r.events::jsonb) with ordinality as e (event, number)
         where r.store_id = $1 and r.last_position > $3 - $5 and r.first_position <= $3 and position($4 in r.events) > 0
           and e.event ->> 'operationId' = $4)
       select from_account as "from", to_account as "to", sum(quantity)::bigint as quantity
       from ledger, own where store_id = $1 and sku = $2 and position < own.first
       group by 1, 2`,
      [storeId, sku, decidedPosition, operationId, EVENTS_OF_OPERATION_MAX],
    ),
    readPoolEntries(pool, {
      pool: { storeId, sku },
      afterPosition: seenPosition ?? 0,
      upToPosition: decidedPosition,
      entriesMax: CONFLICT_TIMELINE_EVENTS_MAX + 1,
    }),
  ]);
  const isCut = entries.length > CONFLICT_TIMELINE_EVENTS_MAX;
  return {
    pool: poolOfSums(sums.rows),
    timeline: (isCut ? entries.slice(1) : entries).map((entry) =>
      timelineOf(entry, operationId, clockErrors),
    ),
    isCut,
  };
}

function timelineOf(
  { position, occurredAt, event, operation }: PoolEntry,
  decidedOperationId: string,
  clockErrors: ReadonlyMap<string, number>,
): TimelineEntry {
  const operationId = 'operationId' in event ? event.operationId : null;
  const decided = operation?.decided ?? null;
  const tillId = decided?.tillId ?? ('tillId' in event ? event.tillId : null);
  return {
    ...{ position, type: event.type, operationId, tillId },
    life: decided?.life ?? null,
    sequence: decided?.sequence ?? null,
    label: decided?.label ?? null,
    verdict: decided?.verdict ?? null,
    reason: decided?.reason ?? null,
    decidedAt: occurredAt,
    recordedAt: operation?.recordedAt ?? null,
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
