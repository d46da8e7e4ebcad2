/**
 * Events between services: a log that is published, a bus that carries it, consumers that hear it.
 *
 * The promise of every bus: each event of the log is handed to each group at least once, events of one
 * subject (store and article) in the order of their positions, and a group that stopped goes on where it
 * was. "Once" is made by the consumer's inbox (postgres-inbox.ts), in the transaction of its effect.
 */
import type { InventoryEvent, StoresEvent } from '@gondola/shared/schemas/events.ts';
import type { CloudEvent, TopicSource } from '@gondola/shared/schemas/topics.ts';
import type { Part } from '../platform/service.ts';

/** A service's own log, dense and in commit order, as CloudEvents. */
export interface EventLog {
  readonly source: TopicSource;
  head(): Promise<LogPlace>;
  /** Events after a position, in order, at most `eventsMax`. */
  read(afterPosition: number, eventsMax: number): Promise<readonly CloudEvent[]>;
  /** Calls back when there may be more: a wake-up call that may be lost, so readers look from time to time too. */
  wake(onMore: () => void): { readonly stop: () => Promise<void> };
}

export interface LogPlace {
  readonly logId: string;
  readonly position: number;
}

/** An event whose data was checked. One object for all groups of a process: nobody may change it. */
export type HeardEvent = LogPlace & {
  readonly occurredAt: string;
  readonly cloudEvent: CloudEvent;
} & (
    | { readonly source: 'inventory'; readonly event: InventoryEvent }
    | { readonly source: 'stores'; readonly event: StoresEvent }
  );

/** An event that this program cannot read, as it came. */
export interface UnreadEvent extends LogPlace {
  readonly cloudEvent: CloudEvent;
  readonly unreadReason: string;
}

export type DeliveredEvent = HeardEvent | UnreadEvent;

/** Where a batch came from, and whom to tell about it. */
export interface Delivery {
  readonly group: string;
  readonly source: TopicSource;
  /** Of the broker's topic; null when the log itself was read, whose positions are dense. */
  readonly partition: number | null;
  /** Hears that what the group had folded from another log was cleared, because this one took its place. */
  readonly onReplaced: (replaced: LogPlace) => void;
}

/** How far a group has read each log itself; kept in the consumer's own database, moved by its inbox. */
export interface CursorStore {
  load(group: string, source: TopicSource): Promise<LogPlace | null>;
}

export interface SubscribeOptions {
  /** The consumer: `notifications`. Members of one group share the work. */
  readonly group: string;
  readonly sources: readonly TopicSource[];
  /** A batch in order. Rejecting means "not done": the same events come again. */
  readonly handle: (events: readonly DeliveredEvent[], delivery: Delivery) => Promise<void>;
  /** Where the embedded bus begins; Kafka keeps a place of its own. */
  readonly cursors: CursorStore;
}

/** The subscribing side. The part reads until it is stopped; run it under a supervisor, which tries again. */
export interface EventBus {
  subscribe(options: SubscribeOptions): Part;
}

/** The publishing side of a real broker; resolves when the broker has them safely. */
export interface Publisher {
  publish(source: TopicSource, events: readonly CloudEvent[]): Promise<void>;
}

/** The place of a relay in its log, fenced: `advance` with an epoch that is no longer the newest changes nothing. */
export interface RelayCursor {
  /** Takes or keeps the lease; null while another holder has it. */
  claim(): Promise<{ readonly epoch: number; readonly position: number } | null>;
  /** Moves the cursor; false when another holder has claimed meanwhile. */
  advance(epoch: number, position: number): Promise<boolean>;
  /** Gives the lease back at once, so that the next holder need not wait for its end. */
  release(epoch: number): Promise<void>;
}
