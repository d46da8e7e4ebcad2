/** Builds the console service: a read model of the inventory's events, and the routes that its page reads. */
import path from 'node:path';
import type { Result } from '@gondola/shared/lib/result.ts';
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { EventBus, EventLog } from '../events/ports.ts';
import { createCursorStore } from '../events/postgres-places.ts';
import type { ServiceUrls } from '../platform/databases.ts';
import { migrate } from '../platform/migrate.ts';
import { createPool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { consoleRoutes } from './http.ts';
import type { ConsoleSources, ReadModel } from './ports.ts';
import { createReadModel } from './postgres-queries.ts';
import { projectOnce } from './postgres-read-model.ts';
import { refoldPool } from './postgres-refold.ts';
import type { PoolKey } from './project.ts';

export interface ConsoleService {
  readonly model: ReadModel;
  /** For mounting at /console/api behind a session. */
  readonly routes: (sources: ConsoleSources) => ReturnType<typeof consoleRoutes>;
  readonly parts: (bus: EventBus) => readonly Part[];
  /** Folds a pool that was parked from the beginning of the inventory's log; the failure says what is still wrong. */
  readonly refoldPool: (log: EventLog, key: PoolKey) => Promise<Result<void, string>>;
  /** A real query, for readiness. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const connectionsMax = 6;

/** Ready to use when it resolves; run `parts` under the supervisor, and `close` last. */
export async function startConsole(options: {
  readonly urls: ServiceUrls;
  /** Hears each new event once it is in the read model: the live feed. */
  readonly onEvents?: (events: readonly CloudEvent[]) => void;
  readonly onIdleError?: (error: Error) => void;
}): Promise<ConsoleService> {
  await migrate({ ownerUrl: options.urls.ownerUrl, folder: path.join(import.meta.dirname, 'migrations') });
  const { onIdleError = () => undefined, onEvents = () => undefined } = options;
  const pool = createPool(options.urls.runtimeUrl, {
    max: connectionsMax,
    applicationName: 'gondola console',
    onIdleError,
  });
  const model = createReadModel(pool);
  return {
    model,
    routes: (sources) => consoleRoutes(model, sources),
    parts: (bus) => [
      bus.subscribe({
        group: 'console',
        sources: ['inventory'],
        handle: projectOnce(pool, onEvents),
        cursors: createCursorStore(pool),
      }),
    ],
    refoldPool: (log, key) => refoldPool(pool, log, key),
    check: async () => {
      await pool.query('select 1 from pools limit 1');
    },
    close: () => pool.end(),
  };
}
