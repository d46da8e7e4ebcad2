/**
 * The bus without a broker: each group reads the publisher's log from its own cursor, woken by NOTIFY.
 *
 * Position order is commit order, so a cursor skips nothing and needs no acknowledgement but itself.
 */
import { RELAY_EVENTS_MAX } from '@gondola/shared/lib/limits.ts';
import type { CloudEvent, TopicSource } from '@gondola/shared/schemas/topics.ts';
import { createAlarm } from './alarm.ts';
import type { EventBus, EventLog, SubscribeOptions } from './ports.ts';

/** A look without a wake-up call, should one be lost. */
const lookEveryMs = 2_000;

/** A bus over the logs that this process can read. */
export function createEmbeddedBus(logs: readonly EventLog[]): EventBus {
  const bySource = new Map<TopicSource, EventLog>(logs.map((log) => [log.source, log]));
  return {
    subscribe: (options) => ({
      name: `bus to ${options.group}`,
      run: async (signal) => {
        const stopping = new AbortController();
        const both = AbortSignal.any([signal, stopping.signal]);
        const readers = options.sources.map((source) => {
          const log = bySource.get(source);
          if (log === undefined) throw new Error(`the bus has no log of ${source}`);
          return follow(log, options, both).finally(() => stopping.abort()); // one fails: all begin again
        });
        const ended = await Promise.allSettled(readers);
        const failed = ended.find((end) => end.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      },
    }),
  };
}

async function follow(log: EventLog, options: SubscribeOptions, signal: AbortSignal): Promise<void> {
  const alarm = createAlarm(lookEveryMs, signal);
  const listener = log.wake(alarm.ring);
  try {
    let { position } = await startOf(log, options);
    while (!signal.aborted) {
      const events = await log.read(position, RELAY_EVENTS_MAX);
      const last = events.at(-1);
      if (last === undefined) {
        await alarm.next();
        continue;
      }
      assertDense(events, position);
      await options.handle(events);
      await options.cursors.save(options.group, log.source, { logId: last.logid, position: last.position });
      position = last.position;
    }
  } finally {
    await listener.stop();
  }
}

/** A cursor of another log (after a restore or a reset) means nothing here: begin at the beginning. */
async function startOf(log: EventLog, options: SubscribeOptions): Promise<{ position: number }> {
  const [cursor, head] = await Promise.all([options.cursors.load(options.group, log.source), log.head()]);
  return { position: cursor !== null && cursor.logId === head.logId ? cursor.position : 0 };
}

function assertDense(events: readonly CloudEvent[], after: number): void {
  events.forEach((event, index) => {
    if (event.position !== after + index + 1) {
      throw new Error(`the log ${event.source} has a gap before position ${event.position}`);
    }
  });
}
