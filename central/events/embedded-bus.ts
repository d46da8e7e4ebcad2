/**
 * The bus without a broker: each group follows the publisher's log from its own cursor, woken by NOTIFY. Groups of one
 * process share what was read (log-window.ts).
 *
 * Position order is commit order, so a cursor skips nothing and needs no acknowledgement but itself; the consumer's inbox
 * moves it in the transaction of the effect.
 */
import type { TopicSource } from '@gondola/shared/schemas/topics.ts';
import type { Log } from '../platform/log.ts';
import { createAlarm } from './alarm.ts';
import { LogWindow } from './log-window.ts';
import type { Delivery, EventBus, EventLog, SubscribeOptions } from './ports.ts';
import { tellReplaced } from './tell-replaced.ts';

/** A look without a wake-up call, should one be lost. */
const lookEveryMs = 2_000;
/**
 * After a batch that emptied the log: a batch costs its round trips and a commit however small it is, and four in a second
 * keep every screen as lively as a person can tell.
 */
const gatherMs = 250;
/** As many as a busy chain writes while a group gathers, so that it takes one batch and not a whole and a small one. */
const handedEventsMax = 1_000;

/** A bus over the logs that this process can read. */
export function createEmbeddedBus(logs: readonly EventLog[], log: Log | null = null): EventBus {
  const bySource = new Map<TopicSource, LogWindow>(logs.map((each) => [each.source, new LogWindow(each)]));
  return {
    subscribe: (options) => ({
      name: `bus to ${options.group}`,
      run: async (signal) => {
        const stopping = new AbortController();
        const both = AbortSignal.any([signal, stopping.signal]);
        const readers = options.sources.map((source) => {
          const window = bySource.get(source);
          if (window === undefined) throw new Error(`the bus has no log of ${source}`);
          const onReplaced = tellReplaced(log, { group: options.group, source });
          const delivery = { group: options.group, source, partition: null, onReplaced };
          return follow(window, options, delivery, both).finally(() => stopping.abort()); // one fails: all begin again
        });
        const ended = await Promise.allSettled(readers);
        const failed = ended.find((end) => end.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      },
    }),
  };
}

async function follow(
  window: LogWindow,
  options: SubscribeOptions,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const alarm = createAlarm(lookEveryMs, signal);
  const listener = window.follow(alarm.ring);
  try {
    while (!signal.aborted) await followOneLog(window, options, delivery, alarm, signal);
  } finally {
    await listener.stop();
  }
}

/** Ends when another log has taken the place of the one it began with. */
async function followOneLog(
  window: LogWindow,
  { cursors, handle }: SubscribeOptions,
  delivery: Delivery,
  alarm: ReturnType<typeof createAlarm>,
  signal: AbortSignal,
): Promise<void> {
  const [cursor, { logId }] = await Promise.all([
    cursors.load(delivery.group, delivery.source),
    window.head(),
  ]);
  // A cursor of another log (after a restore or a reset) means nothing here: begin at the beginning.
  let position = cursor !== null && cursor.logId === logId ? cursor.position : 0;
  while (!signal.aborted) {
    const events = await window.read({ logId, position }, handedEventsMax);
    const last = events.at(-1);
    if (last === undefined) {
      await alarm.next();
      if ((await window.head()).logId !== logId) return;
      continue;
    }
    if (last.logId !== logId) return;
    await handle(events, delivery);
    position = last.position;
    if (events.length < handedEventsMax) await alarm.rest(gatherMs);
  }
}
