/** The places of a consumer's groups: rows of `bus_cursors`, locked and moved by the inbox. */
import { must } from '@gondola/shared/lib/assert.ts';
import type { Pool, Queryable, Transaction } from '../platform/postgres.ts';
import type { CursorStore, Delivery, LogPlace } from './ports.ts';

/** The partition of the row that says how far the log itself was read; every other row adds what a broker brought. */
const LOG_ITSELF = -1;

/** The places of this database's groups. */
export function createCursorStore(pool: Pool): CursorStore {
  return {
    load: async (group, source) => {
      const places = await readPlaces(pool, { group, source }, '');
      if (places === null) return null;
      // What a broker brought beyond it is nowhere dense: the group begins anew, see applyRun.
      return isOvertakenByBroker(places) ? { ...places.log, position: 0 } : places.log;
    },
  };
}

/**
 * Keeps every batch of the group waiting until the transaction ends, and answers how far it has come in the log, or in the
 * partition; null when it has heard nothing yet. For what must see the fold at one place.
 */
export async function holdPlace(
  transaction: Transaction,
  reader: Pick<Delivery, 'group' | 'source' | 'partition'>,
): Promise<LogPlace | null> {
  await readPlaces(transaction, reader, 'for update');
  const places = await readPlaces(transaction, reader, '');
  return places === null ? null : { logId: places.log.logId, position: placeOf(places, reader) };
}

type Group = Pick<Delivery, 'group' | 'source'>;

/** How far a group has come: in the log itself, and beyond that in each partition of a broker. */
export interface Places {
  readonly log: LogPlace;
  readonly partitions: ReadonlyMap<number, number>;
}

/** Where a delivery goes on. */
export function placeOf({ log, partitions }: Places, { partition }: Pick<Delivery, 'partition'>): number {
  return partition === null ? log.position : Math.max(log.position, partitions.get(partition) ?? 0);
}

/** The furthest that the group has come by any way. */
export function headOf({ log, partitions }: Places): number {
  return Math.max(log.position, ...partitions.values());
}

/** Events beyond the place of the log itself came by a broker: which, no single place can say. */
export function isOvertakenByBroker(places: Places): boolean {
  return headOf(places) > places.log.position;
}

/** Every batch of a group waits here for the one before it, of whatever partition. */
export async function lockPlaces(
  transaction: Transaction,
  delivery: Delivery,
  logId: string,
): Promise<Places> {
  const { group, source, partition } = delivery;
  const locked = await readPlaces(transaction, delivery, 'for update');
  if (locked !== null && partition === null) return locked;
  // Two members may both have found nothing.
  if (locked === null)
    await transaction.query(
      'insert into bus_cursors (consumer, source, partition, log_id, position) values ($1, $2, $3, $4, 0) on conflict do nothing',
      [group, source, LOG_ITSELF, logId],
    );
  if (locked === null) await readPlaces(transaction, delivery, 'for update');
  // A statement that had to wait does not see what was inserted meanwhile: the place of a partition may be new.
  return must(await readPlaces(transaction, delivery, ''), 'the row was made or found above');
}

async function readPlaces(
  db: Queryable,
  { group, source }: Group,
  lock: '' | 'for update',
): Promise<Places | null> {
  const { rows } = await db.query<{ partition: number; log_id: string; position: number }>({
    name: `read places ${lock}`,
    text: `select partition, log_id, position from bus_cursors where consumer = $1 and source = $2 order by partition ${lock}`,
    values: [group, source],
  });
  const [own, ...partitions] = rows;
  if (own === undefined) return null;
  return {
    log: { logId: own.log_id, position: own.position },
    partitions: new Map(partitions.map(({ partition, position }) => [partition, position])),
  };
}

/** A broker may still bring events of the old log, by a partition that is behind. */
export async function isReplaced(
  transaction: Transaction,
  { group, source }: Group,
  logId: string,
): Promise<boolean> {
  const { rowCount } = await transaction.query(
    'select 1 from replaced_logs where consumer = $1 and source = $2 and log_id = $3',
    [group, source, logId],
  );
  return rowCount === 1;
}

/** Forgets every place; the group stands at the beginning of this log. */
export async function beginAnew(
  transaction: Transaction,
  { group, source }: Group,
  { log }: Places,
  logId: string,
): Promise<Places> {
  if (log.logId !== logId)
    await transaction.query('insert into replaced_logs (consumer, source, log_id) values ($1, $2, $3)', [
      group,
      source,
      log.logId,
    ]);
  await transaction.query('delete from bus_cursors where consumer = $1 and source = $2 and partition <> $3', [
    group,
    source,
    LOG_ITSELF,
  ]);
  await transaction.query(
    'update bus_cursors set log_id = $4, position = 0 where consumer = $1 and source = $2 and partition = $3',
    [group, source, LOG_ITSELF, logId],
  );
  return { log: { logId, position: 0 }, partitions: new Map() };
}

/** To the last event that was applied. */
export async function movePlace(
  transaction: Transaction,
  { group, source, partition }: Delivery,
  { logId, position }: LogPlace,
): Promise<void> {
  await transaction.query({
    name: 'move place',
    text: `insert into bus_cursors (consumer, source, partition, log_id, position) values ($1, $2, $3, $4, $5)
      on conflict (consumer, source, partition) do update set position = excluded.position`,
    values: [group, source, partition ?? LOG_ITSELF, logId, position],
  });
}
