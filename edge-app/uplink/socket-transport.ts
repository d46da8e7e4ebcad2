import type { PokeListener } from '@gondola/sync/client/ports.ts';
import { POKE_EVENT, pokeSchema, SYNC_NAMESPACE } from '@gondola/sync/protocol/poke.ts';
import { io, type Socket } from 'socket.io-client';

export interface SocketOptions {
  /** Origin of the centre; '' for the page's own. */
  readonly baseUrl: string;
  readonly token: string;
  /** Where only WebSocket may cross origins. */
  readonly webSocketOnly?: boolean;
}

/** Hears pokes by socket.io. It carries no data: whatever it misses comes by the poll. */
export function createSocketPokes({ baseUrl, token, webSocketOnly = false }: SocketOptions): PokeListener {
  let socket: Socket | null = null;
  return {
    connect(handlers) {
      socket = io(`${baseUrl}${SYNC_NAMESPACE}`, {
        auth: { token },
        // Tills of one process have a connection each: a token belongs to one of them.
        forceNew: true,
        ...(webSocketOnly ? { transports: ['websocket'] } : {}),
      });
      socket.on('connect', () => handlers.onConnected());
      socket.on('disconnect', () => handlers.onDisconnected());
      socket.on(POKE_EVENT, (message: unknown) => {
        const poke = pokeSchema.safeParse(message);
        if (poke.success) handlers.onPoke(poke.data);
      });
    },
    close() {
      socket?.close();
      socket = null;
    },
  };
}
