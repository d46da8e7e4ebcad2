/** Carries a service's log to a broker: read after the cursor, publish, move the cursor. At least once, in order. */
import { RELAY_EVENTS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Part } from '../platform/service.ts';
import { createAlarm } from './alarm.ts';
import type { EventLog, Publisher, RelayCursor } from './ports.ts';

/** Also how soon a lease is renewed and a lost one is noticed: well below its length. */
const lookEveryMs = 2_000;

/** The relay of one log. Any number of nodes may run it: one works, the others wait for its lease to end. */
export function createRelay(log: EventLog, cursor: RelayCursor, publisher: Publisher): Part {
  return {
    name: `relay of ${log.source}`,
    run: async (signal) => {
      const alarm = createAlarm(lookEveryMs, signal);
      const listener = log.wake(alarm.ring);
      try {
        while (!signal.aborted) {
          const lease = await cursor.claim();
          if (lease !== null) await carry(log, cursor, publisher, lease, signal);
          await alarm.next();
        }
      } finally {
        await listener.stop();
        const lease = await cursor.claim();
        if (lease !== null) await cursor.release(lease.epoch);
      }
    },
  };
}

/** Carries until the log is read to its end or the lease is lost. */
async function carry(
  log: EventLog,
  cursor: RelayCursor,
  publisher: Publisher,
  lease: { readonly epoch: number; readonly position: number },
  signal: AbortSignal,
): Promise<void> {
  let { position } = lease;
  while (!signal.aborted) {
    const events = await log.read(position, RELAY_EVENTS_MAX);
    const last = events.at(-1);
    if (last === undefined) return;
    await publisher.publish(log.source, events);
    if (!(await cursor.advance(lease.epoch, last.position))) return;
    position = last.position;
  }
}
