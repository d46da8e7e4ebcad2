/** Where reads that may be a little old are answered from. Part of the composition root. */
import { primaryRoute, type ReadRoute, replicaRoute, replicaUrlOf } from './inventory/postgres-read-route.ts';
import type { InventoryService } from './inventory/start-inventory.ts';
import type { Config } from './platform/config.ts';
import type { ServiceUrls } from './platform/databases.ts';
import type { Log } from './platform/log.ts';
import { createPool } from './platform/postgres.ts';
import { systemClock, systemScheduler } from './system-effects.ts';

const REPLICA_CONNECTIONS_MAX = 8;

export interface OpenReadRoute {
  readonly route: ReadRoute;
  readonly close: () => Promise<void>;
}

/** The standby of READ_DATABASE_URL, where there is one. It may be away: nothing is asked of it at the start. */
export function openReadRoute(
  { readDatabaseUrl }: Pick<Config, 'readDatabaseUrl'>,
  { runtimeUrl }: Pick<ServiceUrls, 'runtimeUrl'>,
  { pool: primary }: Pick<InventoryService, 'pool'>,
  log: Log,
): OpenReadRoute {
  if (readDatabaseUrl === null) return { route: primaryRoute(primary), close: async () => undefined };
  const replica = createPool(replicaUrlOf(runtimeUrl, readDatabaseUrl), {
    max: REPLICA_CONNECTIONS_MAX,
    applicationName: 'gondola inventory replica reads',
    onIdleError: (error) => log.warn({ err: error }, 'an idle connection to the read replica broke'),
  });
  const route = replicaRoute({
    ...{ primary, replica, scheduler: systemScheduler },
    monotonicMs: () => systemClock.monotonicMs(),
    onReplicaGone: (error) => log.warn({ err: error }, 'the read replica is not used for a while'),
  });
  return { route, close: () => replica.end() };
}
