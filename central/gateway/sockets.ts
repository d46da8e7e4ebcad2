import type { Server as HttpServer } from 'node:http';
import type { Poke } from '@gondola/sync/protocol/poke.ts';
import { POKE_EVENT, SYNC_NAMESPACE } from '@gondola/sync/protocol/poke.ts';
import type { CallingTill } from '@gondola/sync/server/ports.ts';
import { Server } from 'socket.io';
import { cookieOf, SESSION_COOKIE } from './auth.ts';
import type { Identities } from './ports.ts';

const MESSAGE_MAX_BYTES = 65_536;
export const CONSOLE_NAMESPACE = '/console';
export const CONSOLE_FEED_EVENT = 'events';

export interface SocketParts {
  readonly identities: Identities;
  /** A till's socket came or went: the console shows it at once. */
  readonly onTill: (till: CallingTill, connected: boolean) => void;
  /** The first console was opened, or the last one closed. */
  readonly onWatched: (isWatched: boolean) => void;
}

export interface Sockets {
  /** Tells a store's tills that there is more; null tells all. */
  poke(storeId: string | null, poke: Poke): void;
  /** Shows events on every open console. */
  show(events: readonly unknown[]): void;
  close(): Promise<void>;
}

/** socket.io beside the HTTP server: pokes for tills, the live feed for consoles. Tills are never sent data here. */
export function openSockets(server: HttpServer, parts: SocketParts): Sockets {
  const io = new Server(server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: MESSAGE_MAX_BYTES,
    // Pages come from this origin; Electron's page comes from its own scheme and proves itself by its token.
    allowRequest: (request, decide) =>
      decide(null, isAllowedOrigin(request.headers.origin, request.headers.host)),
  });
  const tills = io.of(SYNC_NAMESPACE);
  tills.use(async (socket, next) => {
    const { token } = socket.handshake.auth;
    const till = typeof token === 'string' ? await parts.identities.authenticateTill(token) : null;
    if (till === null) return next(new Error('unauthenticated'));
    socket.data.till = till;
    next();
  });
  tills.on('connection', (socket) => {
    const till: CallingTill = socket.data.till;
    void socket.join(roomOf(till.storeId));
    parts.onTill(till, true);
    socket.on('disconnect', () => parts.onTill(till, false));
  });
  const consoles = io.of(CONSOLE_NAMESPACE);
  consoles.use(async (socket, next) => {
    const session = cookieOf(socket.handshake.headers.cookie, SESSION_COOKIE);
    const caller = session === null ? null : await parts.identities.authenticateSession(session);
    next(caller === null ? new Error('unauthenticated') : undefined);
  });
  const tellWatched = () => parts.onWatched(consoles.sockets.size > 0);
  consoles.on('connection', (socket) => {
    tellWatched();
    socket.on('disconnect', tellWatched);
  });
  return {
    poke: (storeId, poke) => {
      (storeId === null ? tills : tills.to(roomOf(storeId))).emit(POKE_EVENT, poke);
    },
    show: (events) => {
      // Nobody looks: encoding events for no socket took a thirtieth of central's time under load.
      if (consoles.sockets.size > 0) consoles.volatile.emit(CONSOLE_FEED_EVENT, events);
    },
    close: () => io.close(),
  };
}

function roomOf(storeId: string): string {
  return `store:${storeId}`;
}

function isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin.startsWith('app://')) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
