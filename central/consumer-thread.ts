/** The main thread's side of start-consumers.ts. Part of the composition root. */
import { Worker } from 'node:worker_threads';
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { DatabaseUrls } from './platform/databases.ts';
import type { LogOptions } from './platform/log.ts';
import type { Part } from './platform/service.ts';

/** What the thread is given when it starts. */
export interface ConsumersSettings {
  readonly urls: DatabaseUrls;
  /** Empty: the embedded bus. */
  readonly kafkaBrokers: readonly string[];
  readonly logTo: LogOptions;
}

export type ToConsumers =
  | { readonly kind: 'stop' }
  /** Whether any console is open: only then are events sent for the live feed. */
  | { readonly kind: 'watch'; readonly isWatched: boolean };

export type FromConsumers =
  | { readonly kind: 'events'; readonly events: readonly CloudEvent[] }
  /** Parts of the thread that failed and wait for their next start. */
  | { readonly kind: 'waiting'; readonly parts: number };

export interface ConsumerThread {
  /** Runs the thread; one that ends by itself is a failure of the part, so it is started again. */
  readonly part: Part;
  readonly watch: (isWatched: boolean) => void;
  readonly waiting: () => number;
}

/** Most of what consumers make is garbage within one batch: a small nursery keeps central's memory small. */
const NURSERY_MAX_MB = 16;

/** `onEvents` hears what is new in the console's read model, while somebody watches. */
export function createConsumerThread(
  settings: ConsumersSettings,
  onEvents: (events: readonly CloudEvent[]) => void,
): ConsumerThread {
  let thread: Worker | null = null;
  let isWatched = false;
  let waiting = 0;
  const say = (message: ToConsumers) => thread?.postMessage(message);
  const run = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const started = new Worker(new URL('./start-consumers.ts', import.meta.url), {
        workerData: settings,
        resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MAX_MB },
      });
      thread = started;
      say({ kind: 'watch', isWatched });
      started.on('message', (message: FromConsumers) => {
        if (message.kind === 'events') onEvents(message.events);
        else waiting = message.parts;
      });
      started.once('error', reject);
      started.once('exit', (code) => {
        thread = null;
        if (signal.aborted) resolve();
        else reject(new Error(`the thread of the consumers ended with ${code}`));
      });
      signal.addEventListener('abort', () => started.postMessage({ kind: 'stop' } satisfies ToConsumers), {
        once: true,
      });
    });
  return {
    part: { name: 'consumers', run },
    watch: (value) => {
      isWatched = value;
      say({ kind: 'watch', isWatched });
    },
    waiting: () => waiting,
  };
}
