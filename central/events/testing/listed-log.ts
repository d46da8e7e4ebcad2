/** A log in memory, for tests of consumers. */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { EventLog } from '../ports.ts';

type Listed = { readonly type: string; readonly [field: string]: unknown };

export class ListedLog implements EventLog {
  readonly source = 'inventory';
  #logId: string;
  #events: Listed[] = [];
  readonly #readers = new Set<() => void>();

  constructor(name: string) {
    this.#logId = derivedUuid(name);
  }

  append(...events: Listed[]): void {
    this.#events.push(...events);
    for (const reader of this.#readers) reader();
  }

  /** Another log in its place, as after a restore from a backup. */
  replace(name: string, events: readonly Listed[]): void {
    this.#logId = derivedUuid(name);
    this.#events = [];
    this.append(...events);
  }

  /** Mends what stands at a position. */
  correct(position: number, event: Listed): void {
    this.#events[position - 1] = event;
  }

  async head() {
    return { logId: this.#logId, position: this.#events.length };
  }

  async read(afterPosition: number, eventsMax: number) {
    return this.#events.slice(afterPosition, afterPosition + eventsMax).map((event, index) =>
      toCloudEvent('inventory', {
        logId: this.#logId,
        position: afterPosition + index + 1,
        occurredAt: '2026-01-01T12:00:00.000Z',
        event,
      }),
    );
  }

  wake(onMore: () => void) {
    this.#readers.add(onMore);
    return { stop: async () => void this.#readers.delete(onMore) };
  }
}
