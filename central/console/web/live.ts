import type { CloudEvent } from './answers.ts';
import type { FeedState, LiveFeed } from './live-feed.ts';
import type { Reads } from './reads.ts';

type EventsListener = (events: readonly CloudEvent[]) => void;

/** What makes numbers move: the feed as it comes, and a poll for the day the socket is blocked. */
export interface Live {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => FeedState;
  readonly onEvents: (listener: EventsListener) => () => void;
  readonly close: () => void;
}

interface FeedListener {
  readonly onEvents: EventsListener;
  readonly onState: (state: FeedState) => void;
}

/** Every panel is read again at least this often. */
export const POLL_INTERVAL_MS = 5_000;
/** Events come in bursts: one read for all that came within this time. */
const GATHER_MS = 400;

/** Joins the feed and the poll to the reads. A page that nobody sees asks for nothing. */
export function startLive(reads: Reads, open: (listener: FeedListener) => LiveFeed): Live {
  let state: FeedState = 'connecting';
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const stateListeners = new Set<() => void>();
  const eventListeners = new Set<EventsListener>();

  const refresh = (): void => {
    gathering = undefined;
    if (!document.hidden) reads.refresh();
  };
  const feed = open({
    onEvents: (events) => {
      gathering ??= setTimeout(refresh, GATHER_MS);
      for (const listener of eventListeners) listener(events);
    },
    onState: (next) => {
      if (next === 'live' && state === 'lost') refresh();
      state = next;
      for (const listener of stateListeners) listener();
    },
  });
  const poll = setInterval(refresh, POLL_INTERVAL_MS);
  document.addEventListener('visibilitychange', refresh);

  return {
    subscribe: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    state: () => state,
    onEvents: (listener) => {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    close: () => {
      clearTimeout(gathering);
      clearInterval(poll);
      document.removeEventListener('visibilitychange', refresh);
      feed.close();
    },
  };
}
