import { useCallback, useEffect, useRef, useState } from 'react';
import { type CloudEvent, eventsSchema } from './answers.ts';
import { useConsole, useRead } from './console-context.ts';
import { type EventFilter, matches, mergeEvents, mergeNewest } from './event-list.ts';
import type { Reading } from './reads.ts';
import { queryOf, ROWS_MAX } from './routes.ts';

export interface EventList {
  readonly reading: Reading<unknown>;
  readonly events: readonly CloudEvent[];
  /** Came while paused. */
  readonly held: number;
  readonly paused: boolean;
  readonly pause: (paused: boolean) => void;
  /** Reads the page before the oldest shown. */
  readonly readOlder: () => Promise<void>;
  readonly readingOlder: boolean;
  /** The log has nothing before the oldest shown. */
  readonly complete: boolean;
}

const pathOf = (filter: EventFilter, before: number | null): string =>
  `/console/api/events${queryOf({ before, storeId: filter.storeId, sku: filter.sku, type: filter.type })}`;

/**
 * The feed as one list: the newest page, the live tail above it and older pages below. While paused, what comes is
 * gathered beside the list, so that nothing moves under a finger. A filter belongs to one life of this hook.
 */
export function useEventList(filter: EventFilter): EventList {
  const { api, live } = useConsole();
  const reading = useRead(pathOf(filter, null), eventsSchema);
  const [all, setAll] = useState<readonly CloudEvent[]>([]);
  const [paused, setPaused] = useState(false);
  const [shown, setShown] = useState<readonly CloudEvent[]>([]);
  const [readingOlder, setReadingOlder] = useState(false);
  const [complete, setComplete] = useState(false);
  const wanted = useRef(filter);

  useEffect(() => {
    const page = reading.value?.events;
    if (page === undefined) return;
    setAll((before) => mergeNewest(before, page, page.length >= ROWS_MAX));
    if (page.length < ROWS_MAX) setComplete(true);
  }, [reading.value]);

  useEffect(
    () =>
      live.onEvents((events) => {
        const fitting = events.filter((event) => matches(event, wanted.current));
        if (fitting.length > 0) setAll((before) => mergeNewest(before, [...fitting].reverse(), false));
      }),
    [live],
  );

  useEffect(() => {
    if (!paused) setShown(all);
  }, [all, paused]);

  const readOlder = useCallback(async () => {
    const oldest = shown.at(-1);
    if (oldest === undefined) return;
    setReadingOlder(true);
    const answer = await api.read(pathOf(wanted.current, oldest.position), eventsSchema);
    setReadingOlder(false);
    if (!answer.ok) return;
    const { events } = answer.value;
    if (events.length < ROWS_MAX) setComplete(true);
    setAll((before) => mergeEvents(before, events));
    setShown((before) => mergeEvents(before, events));
  }, [api, shown]);

  const newestShown = shown[0]?.position ?? 0;
  const held = paused ? all.filter((event) => event.position > newestShown).length : 0;
  return { reading, events: shown, held, paused, pause: setPaused, readOlder, readingOlder, complete };
}
