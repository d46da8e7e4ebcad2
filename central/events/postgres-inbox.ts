/**
 * Effect once: a group's place in its log moves in the transaction of the effect.
 *
 * From the log itself a batch is one statement: it moves the place from where the batch begins to where it ends and, if it
 * did, changes the consumer's rows. Whatever the consumer had read beforehand was right then, since a place only rises and
 * every change of rows raises it. When the place stood elsewhere, or events come from a broker, the row of the place is
 * locked first, only what lies beyond it is folded, and all is written in one transaction. So two nodes with the same
 * events meet on the row, and the second finds nothing left to do.
 *
 * Read from the log itself, positions are dense, so one place says everything. A broker hands over partitions, which
 * advance apart: each has its own row, and what is not beyond it is a repeat. That is right because positions of first
 * deliveries rise within a partition. A relay publishes only what follows its cursor, or what it has published itself
 * and moved the cursor past while it held the lease; so whenever a position is first written to a partition, all lower
 * ones of that partition stand before it, and a relay that was stopped and wakes late can only repeat. See
 * `shared/docs/decisions/0014-a-place-instead-of-an-inbox.md`.
 *
 * Tables of each consumer: `bus_cursors (consumer, source, partition, log_id, position)`, where partition -1 is the log
 * itself, `replaced_logs (consumer, source, log_id)`, `parked_events (log_id, position, reason, event)`.
 */
import { BrokenRule } from '@gondola/shared/lib/assert.ts';
import { type Pool, type Queryable, type Transaction, withTransaction } from '../platform/postgres.ts';
import { type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import type { DeliveredEvent, Delivery, HeardEvent, LogPlace, UnreadEvent } from './ports.ts';
import { type Effect, runEffects, runEffectsAt } from './postgres-effects.ts';
import {
  beginAnew,
  headOf,
  isOvertakenByBroker,
  isReplaced,
  lockPlaces,
  movePlace,
  type Places,
  placeOf,
} from './postgres-places.ts';

/** What a consumer does in its own database. */
export interface Consumer {
  /**
   * Reads what it needs and answers what to change; it writes nothing. 'hold-place': it read what may change without the
   * place being moved, and wants to be asked again while the place is held.
   */
  readonly fold: (
    db: Queryable,
    events: readonly HeardEvent[],
    at: { readonly partition: number | null; readonly holdsPlace: boolean },
  ) => Promise<readonly Effect[] | 'hold-place'>;
  /** Empties everything that was folded: another log took the place of the old one and is folded from its beginning. */
  readonly clear: (transaction: Transaction) => Promise<void>;
}

/**
 * Hands the events that were never applied here to the consumer, in order. An event that cannot be read is kept in
 * `parked_events` for a person and holds up nothing else. Answers what was applied now.
 */
export async function applyOnce(
  pool: Pool,
  consumer: Consumer,
  events: readonly DeliveredEvent[],
  delivery: Delivery,
): Promise<readonly HeardEvent[]> {
  if (delivery.partition === null && (await applyAtOnce(pool, consumer, events, delivery)))
    return events.filter(isHeard);
  const applied = await withTransaction(
    pool,
    { isolation: 'read committed', readOnly: false },
    async (transaction) => {
      const parts: Applied[] = [];
      for (const run of runsOfOneLog(events))
        parts.push(await applyRun(transaction, consumer, run, delivery));
      return parts;
    },
  );
  for (const { replaced } of applied) if (replaced !== null) delivery.onReplaced(replaced);
  return applied.flatMap(({ heard }) => heard);
}

interface Applied {
  readonly heard: readonly HeardEvent[];
  readonly replaced: LogPlace | null;
}

/** One statement, if the group stands where the batch begins; false when nothing was changed. */
async function applyAtOnce(
  pool: Pool,
  consumer: Consumer,
  events: readonly DeliveredEvent[],
  delivery: Delivery,
): Promise<boolean> {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined || first.logId !== last.logId) return false;
  const effects = await effectsOf(pool, consumer, events, { partition: null, holdsPlace: false });
  if (effects === 'hold-place') return false;
  return runEffectsAt(pool, effects, {
    ...{ group: delivery.group, source: delivery.source, logId: first.logId },
    from: first.position - 1,
    to: last.position,
  });
}

async function effectsOf(
  db: Queryable,
  consumer: Consumer,
  events: readonly DeliveredEvent[],
  at: Parameters<Consumer['fold']>[2],
): Promise<readonly Effect[] | 'hold-place'> {
  const heard = events.filter(isHeard);
  const unread = events.filter((event): event is UnreadEvent => 'unreadReason' in event);
  const effects = heard.length === 0 ? [] : await consumer.fold(db, heard, at);
  if (effects === 'hold-place' || unread.length === 0) return effects;
  return [...effects, parking(unread)];
}

function isHeard(event: DeliveredEvent): event is HeardEvent {
  return 'source' in event;
}

async function applyRun(
  transaction: Transaction,
  consumer: Consumer,
  run: readonly DeliveredEvent[],
  delivery: Delivery,
): Promise<Applied> {
  const logId = run[0]?.logId ?? '';
  let places = await lockPlaces(transaction, delivery, logId);
  let replaced: LogPlace | null = null;
  if (places.log.logId !== logId || (delivery.partition === null && isOvertakenByBroker(places))) {
    if (await isReplaced(transaction, delivery, logId)) return { heard: [], replaced };
    replaced = { logId: places.log.logId, position: headOf(places) };
    await consumer.clear(transaction);
    places = await beginAnew(transaction, delivery, places, logId);
  }
  const fresh = beyond(run, placeOf(places, delivery));
  const last = fresh.at(-1);
  if (last === undefined) return { heard: [], replaced };
  assertNoGap(fresh, places, delivery);
  const at = { partition: delivery.partition, holdsPlace: true };
  const effects = await effectsOf(transaction, consumer, fresh, at);
  if (effects === 'hold-place') throw new BrokenRule('a consumer asks for the place while it is held');
  await runEffects(transaction, effects);
  await movePlace(transaction, delivery, last);
  return { heard: fresh.filter(isHeard), replaced };
}

function runsOfOneLog(events: readonly DeliveredEvent[]): DeliveredEvent[][] {
  const runs: DeliveredEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.[0]?.logId === event.logId) run.push(event);
    else runs.push([event]);
  }
  return runs;
}

/** Without repeats, which a broker may bring in the midst of a batch too. */
function beyond(events: readonly DeliveredEvent[], position: number): DeliveredEvent[] {
  let last = position;
  return events.filter((event) => {
    if (event.position <= last) return false;
    last = event.position;
    return true;
  });
}

function assertNoGap(
  [first]: readonly DeliveredEvent[],
  { log }: Places,
  { partition, group }: Delivery,
): void {
  if (partition !== null || first?.position === log.position + 1) return;
  throw new Error(`${group} was handed position ${first?.position}, and stands at ${log.position}`);
}

const parkedColumns: readonly Column<UnreadEvent>[] = [
  ['log_id', 'uuid', ({ logId }) => logId],
  ['position', 'bigint', ({ position }) => position],
  ['reason', 'text', ({ unreadReason }) => unreadReason],
  ['event', 'text', ({ cloudEvent }) => JSON.stringify(cloudEvent)],
];

function parking(events: readonly UnreadEvent[]): Effect {
  return {
    name: 'u',
    text: (first, guard) => `insert into parked_events (log_id, position, reason, event)
      select log_id, position, reason, event::jsonb from ${columnsFrom(parkedColumns, first)} p where ${guard}
      on conflict do nothing`,
    values: columnsOf(parkedColumns, events),
  };
}
