/** LISTEN that survives: a wake-up call, never a message. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectionOptions } from './postgres.ts';

export interface Listener {
  /** Resolves when the first LISTEN stands. */
  readonly ready: Promise<void>;
  readonly stop: () => Promise<void>;
}

const firstPauseMs = 100;
const pauseMsMax = 5_000;

/**
 * Calls `onNotify` for each notification on `channel`, and once after every (re)connection, because what
 * was sent in between is gone: listeners read their cursor's rows, they do not trust payloads.
 */
export function listen(url: string, channel: string, onNotify: (payload: string) => void): Listener {
  const stopping = new AbortController();
  const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const stood = await listenOnce(url, channel, onNotify, onReady, stopping.signal);
      pauseMs = stood ? firstPauseMs : Math.min(pauseMs * 2, pauseMsMax);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = run();
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await done;
      onReady();
    },
  };
}

/** One connection, until it breaks or is stopped; answers whether it ever stood. */
async function listenOnce(
  url: string,
  channel: string,
  onNotify: (payload: string) => void,
  onReady: () => void,
  stop: AbortSignal,
): Promise<boolean> {
  const client = new pg.Client(connectionOptions(url, { applicationName: `gondola listen ${channel}` }));
  const ended = new Promise<void>((resolve) => {
    client.once('error', () => resolve());
    client.once('end', () => resolve());
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('error', () => undefined);
  client.on('notification', ({ payload }) => onNotify(payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    onReady();
    onNotify('');
    await ended;
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
