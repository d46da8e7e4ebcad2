/** Reads of the log's runs: single operations by their id, and the events of one pool with the operations that caused them. */
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Queryable } from '../platform/postgres.ts';
import type { PoolKey, StoredVerdict } from './ports.ts';

type OperationDecided = Extract<InventoryEvent, { type: 'OperationDecided' }>;

/** An operation as the log keeps it. */
export interface DecidedRecord {
  readonly decided: OperationDecided;
  readonly storeId: string;
  readonly position: number;
  readonly decidedAt: string;
  readonly contentHash: string;
  readonly recordedAt: string | null;
  readonly raw: string;
}

/** An event of a pool and the operation that caused it; null where the authority acted by itself. */
export interface PoolEntry {
  readonly position: number;
  readonly occurredAt: string;
  readonly event: InventoryEvent;
  readonly operation: DecidedRecord | null;
}

interface RunRecord {
  readonly first_position: number;
  readonly store_id: string;
  readonly occurred_at: Date;
  readonly events: string;
  readonly operations: string;
}

interface KeptOperation {
  readonly contentHash: string;
  readonly recordedAt: string | null;
  readonly raw: string;
  readonly place: number;
}

const RUN = 'r.first_position, r.store_id, r.occurred_at, r.events, r.operations';

/** What was decided of these operations, by id; ids that were never decided are missing. */
export async function findDecided(
  db: Queryable,
  operationIds: readonly string[],
): Promise<ReadonlyMap<string, DecidedRecord>> {
  if (operationIds.length === 0) return new Map();
  const records = operationIds.flatMap((id) => tillRecordOf(id) ?? []);
  const { rows } = await db.query<RunRecord>({
    name: 'find decided',
    text: `select ${RUN} from log_runs r where r.operation_id = any($1)
       union all
       select distinct on (r.first_position) ${RUN}
       from unnest($2::uuid[], $3::int[], $4::bigint[]) as asked (till_id, life, sequence)
       cross join lateral (
         select * from log_runs o where o.till_id = asked.till_id and o.life = asked.life and o.first_sequence <= asked.sequence
         order by o.first_sequence desc limit 1) r
       where r.last_sequence >= asked.sequence`,
    values: [
      operationIds,
      records.map(({ tillId }) => tillId),
      records.map(({ life }) => life),
      records.map(({ sequence }) => sequence),
    ],
  });
  const asked = new Set(operationIds);
  const found = rows.flatMap(operationsOf).filter(({ decided }) => asked.has(decided.operationId));
  return new Map(found.map((record) => [record.decided.operationId, record]));
}

/** The same, as the authority compares and answers repeats. */
export async function findEarlierDecisions(
  db: Queryable,
  operationIds: readonly string[],
): Promise<ReadonlyMap<string, StoredVerdict>> {
  const found = await findDecided(db, operationIds);
  return new Map([...found].map(([id, record]) => [id, toStoredVerdict(record)]));
}

/** Of these texts (id and hash of records of ended lives), those that were decided in their life or taken over before. */
export async function findSalvaged(db: Queryable, texts: readonly string[]): Promise<readonly string[]> {
  const decided = await findDecided(
    db,
    texts.map((text) => text.slice(0, text.lastIndexOf('#'))),
  );
  const { rows } = await db.query<{ salvaged: string }>(
    'select salvaged from log_runs where salvaged = any($1)',
    [texts],
  );
  return [
    ...[...decided].map(([id, { contentHash }]) => `${id}#${contentHash}`),
    ...rows.map(({ salvaged }) => salvaged),
  ];
}

export interface EntriesAsked {
  readonly pool: PoolKey;
  readonly afterPosition: number;
  readonly upToPosition?: number;
  /** The newest so many; all when absent. */
  readonly entriesMax?: number;
}

/** Events of a pool between two positions, oldest first. */
export async function readPoolEntries(
  db: Queryable,
  { pool: { storeId, sku }, afterPosition, upToPosition, entriesMax }: EntriesAsked,
): Promise<readonly PoolEntry[]> {
  // A run that names the article without an event of the pool is read for nothing.
  const { rows } = await db.query<RunRecord>(
    `select ${RUN} from log_runs r
     where r.store_id = $1 and r.last_position > $2 and r.first_position <= $3 and position($4 in r.events) > 0
     order by r.last_position desc limit $5`,
    [
      storeId,
      afterPosition,
      upToPosition ?? Number.MAX_SAFE_INTEGER,
      JSON.stringify(sku),
      entriesMax ?? null,
    ],
  );
  const entries = rows
    .reverse()
    .flatMap(entriesOf)
    .filter(
      ({ event, position }) =>
        'sku' in event &&
        event.sku === sku &&
        position > afterPosition &&
        position <= (upToPosition ?? Number.MAX_SAFE_INTEGER),
    );
  return withOperations(db, entriesMax === undefined ? entries : entries.slice(-entriesMax));
}

/** An operation whose decision stands in another store's run is looked up. */
async function withOperations(db: Queryable, entries: readonly PoolEntry[]): Promise<readonly PoolEntry[]> {
  const ids = entries.flatMap(({ event, operation }) => {
    const id = operation === null && 'operationId' in event ? event.operationId : null;
    return id === null ? [] : [id];
  });
  if (ids.length === 0) return entries;
  const found = await findDecided(db, [...new Set(ids)]);
  return entries.map((entry) => ({
    ...entry,
    operation:
      entry.operation ??
      ('operationId' in entry.event ? (found.get(entry.event.operationId ?? '') ?? null) : null),
  }));
}

function entriesOf(run: RunRecord): PoolEntry[] {
  const operations = new Map(operationsOf(run).map((one) => [one.decided.operationId, one]));
  return (JSON.parse(run.events) as InventoryEvent[]).map((event, place) => ({
    position: run.first_position + place,
    occurredAt: run.occurred_at.toISOString(),
    event,
    operation: 'operationId' in event ? (operations.get(event.operationId ?? '') ?? null) : null,
  }));
}

function operationsOf(run: RunRecord): DecidedRecord[] {
  const events = JSON.parse(run.events) as InventoryEvent[];
  return (JSON.parse(run.operations) as KeptOperation[]).map(({ contentHash, recordedAt, raw, place }) => ({
    decided: events[place] as OperationDecided,
    storeId: run.store_id,
    position: run.first_position + place,
    decidedAt: run.occurred_at.toISOString(),
    ...{ contentHash, recordedAt, raw },
  }));
}

function toStoredVerdict({
  decided,
  storeId,
  position,
  decidedAt,
  contentHash,
}: DecidedRecord): StoredVerdict {
  const { operationId, life, sequence, verdict, reason, reservationId, expiresAt, excess } = decided;
  const row: VerdictRow = {
    ...{
      operationId,
      life,
      sequence,
      verdict,
      reason,
      decidedAt,
      reservationId,
      expiresAt,
      excess,
      position,
    },
  };
  return { contentHash, storeId, row };
}

/** The place in a journal that an operation's id names; undefined for operations that no till recorded. */
function tillRecordOf(operationId: string) {
  const [, tillId, life, sequence] = /^till:([0-9a-f-]{36}):(\d{1,9}):(\d{1,15})$/.exec(operationId) ?? [];
  return tillId === undefined ? undefined : { tillId, life: Number(life), sequence: Number(sequence) };
}
