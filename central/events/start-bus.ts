/** Chooses the bus: Kafka with a relay per log when brokers are named, else the embedded one over the logs themselves. */
import type { Log } from '../platform/log.ts';
import type { Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { reasonOf, StartupProblem } from '../platform/startup-problem.ts';
import { createEmbeddedBus } from './embedded-bus.ts';
import { connectKafka } from './kafka.ts';
import type { EventBus, EventLog } from './ports.ts';
import { createRelayCursor } from './postgres-relay-cursor.ts';
import { createRelay } from './relay.ts';

export interface BusOptions {
  /** Empty: the embedded bus. */
  readonly brokers: readonly string[];
  /** The logs this process publishes, each with the pool of the database that holds it. */
  readonly logs: readonly { readonly log: EventLog; readonly pool: Pool }[];
  /** Names this process among relays: a fresh UUID. */
  readonly holder: string;
  readonly log: Log;
}

export interface StartedBus {
  readonly bus: EventBus;
  /** Parts to run; none for the embedded bus. */
  readonly relays: readonly Part[];
  readonly close: () => Promise<void>;
}

/** Ready to subscribe. Brokers that do not answer are a StartupProblem. */
export async function createEventBus(options: BusOptions): Promise<StartedBus> {
  const { brokers, logs, holder, log } = options;
  if (brokers.length === 0) {
    const bus = createEmbeddedBus(
      logs.map((each) => each.log),
      log,
    );
    return { bus, relays: [], close: async () => undefined };
  }
  // A log that took another one's place is published from its beginning, whatever had been published of the other.
  const cursors = await Promise.all(
    logs.map(async (each) => {
      const { logId } = await each.log.head();
      return { log: each.log, cursor: createRelayCursor(each.pool, `kafka ${logId}`, holder) };
    }),
  );
  try {
    const kafka = await connectKafka({ brokers, log });
    const relays = cursors.map((each) => createRelay(each.log, each.cursor, kafka));
    return { bus: kafka, relays, close: kafka.close };
  } catch (cause) {
    throw new StartupProblem(
      `Kafka at ${brokers.join(', ')} does not answer (${reasonOf(cause)}): check KAFKA_BROKERS, or leave it empty for the embedded bus.`,
      { cause },
    );
  }
}
