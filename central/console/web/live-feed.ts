import { io } from 'socket.io-client';
import { type CloudEvent, feedMessageSchema } from './answers.ts';

/** `lost`: the socket is down and tries again; numbers then come by the poll alone. */
export type FeedState = 'connecting' | 'live' | 'lost';

export interface LiveFeed {
  readonly close: () => void;
}

interface FeedListener {
  readonly onEvents: (events: readonly CloudEvent[]) => void;
  readonly onState: (state: FeedState) => void;
}

const NAMESPACE = '/console';
const EVENT = 'events';
const REFUSED_RETRY_MS = 5_000;

/** Hears the inventory's events as they are folded. The only file that knows socket.io. */
export function openLiveFeed(listener: FeedListener): LiveFeed {
  let retry: ReturnType<typeof setTimeout> | undefined;
  const socket = io(NAMESPACE, { path: '/socket.io', reconnectionDelayMax: 5_000 });
  socket.on('connect', () => listener.onState('live'));
  socket.on('disconnect', (reason) => {
    listener.onState('lost');
    // Told to go by the server, socket.io does not come back by itself.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => {
    listener.onState('lost');
    // A refusal by the centre is not tried again by socket.io itself.
    if (!socket.active) retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS);
  });
  socket.on(EVENT, (message: unknown) => {
    const parsed = feedMessageSchema.safeParse(message);
    if (parsed.success) listener.onEvents(parsed.data);
  });
  return {
    close: () => {
      clearTimeout(retry);
      socket.close();
    },
  };
}
