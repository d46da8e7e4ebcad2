/** One reader of a log for all groups of a process: its newest events are read and checked once and kept for a while. */
import type { DeliveredEvent, EventLog, LogPlace } from './ports.ts';
import { readOwnEvent } from './read-event.ts';

/** Events kept for groups that are a little behind: five batches, about 10 MB. */
const WINDOW_EVENTS_MAX = 5_000;

/** A group that is further behind than the window reaches reads for itself. */
export class LogWindow {
  readonly #log: EventLog;
  /** Dense, of one log. */
  #kept: readonly DeliveredEvent[] = [];
  readonly #reading = new Map<number, Promise<readonly DeliveredEvent[]>>();
  readonly #followers = new Set<() => void>();
  #listener: ReturnType<EventLog['wake']> | null = null;

  constructor(log: EventLog) {
    this.#log = log;
  }

  head(): Promise<LogPlace> {
    return this.#log.head();
  }

  /** Events after a place, in order, at most `eventsMax`; they tell by their log id when another log took its place. */
  async read({ logId, position }: LogPlace, eventsMax: number): Promise<readonly DeliveredEvent[]> {
    const kept = this.#keptAfter(logId, position, eventsMax);
    if (kept.length > 0) return kept;
    const begun = this.#reading.get(position);
    if (begun !== undefined) return begun;
    const reading = this.#readLog(position, eventsMax).finally(() => this.#reading.delete(position));
    this.#reading.set(position, reading);
    return reading;
  }

  /** Calls back when there may be more; all followers share one listener. */
  follow(onMore: () => void): { readonly stop: () => Promise<void> } {
    this.#followers.add(onMore);
    this.#listener ??= this.#log.wake(() => {
      for (const follower of this.#followers) follower();
    });
    return {
      stop: async () => {
        this.#followers.delete(onMore);
        if (this.#followers.size > 0) return;
        const listener = this.#listener;
        this.#listener = null;
        await listener?.stop();
      },
    };
  }

  async #readLog(afterPosition: number, eventsMax: number): Promise<readonly DeliveredEvent[]> {
    const page = (await this.#log.read(afterPosition, eventsMax)).map(readOwnEvent);
    assertDense(page, afterPosition);
    this.#keep(page);
    return page;
  }

  #keptAfter(logId: string, position: number, eventsMax: number): readonly DeliveredEvent[] {
    const [first] = this.#kept;
    if (first === undefined || first.logId !== logId) return [];
    const start = position + 1 - first.position;
    return start < 0 ? [] : this.#kept.slice(start, start + eventsMax);
  }

  #keep(page: readonly DeliveredEvent[]): void {
    const [first] = page;
    const newest = this.#kept.at(-1);
    if (first === undefined) return;
    const follows = newest?.logId === first.logId && newest.position + 1 === first.position;
    const isOlder = newest?.logId === first.logId && newest.position >= first.position;
    if (follows) this.#kept = [...this.#kept, ...page].slice(-WINDOW_EVENTS_MAX);
    else if (!isOlder) this.#kept = page;
  }
}

function assertDense(events: readonly DeliveredEvent[], after: number): void {
  events.forEach(({ position, cloudEvent }, index) => {
    if (position !== after + index + 1)
      throw new Error(`the log ${cloudEvent.source} has a gap before position ${position}`);
  });
}
