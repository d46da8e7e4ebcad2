/** Builds the stores service: migrates, opens the pool, joins the adapters. Nothing else knows them. */
import path from 'node:path';
import type { Clock, IdSource } from '@gondola/shared/lib/effects.ts';
import type { CursorStore, EventBus, EventLog } from '../events/ports.ts';
import { createEventLog } from '../events/postgres-event-log.ts';
import { createCursorStore } from '../events/postgres-places.ts';
import type { ServiceUrls } from '../platform/databases.ts';
import { migrate } from '../platform/migrate.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { createContacts } from './contacts.ts';
import { createCatalogueStore } from './postgres-catalogue.ts';
import { countSoldOnce, createSoldStore } from './postgres-sold.ts';
import { createRegisterStore } from './postgres-stores.ts';
import { createRegister, type Register } from './register.ts';

export interface StoresOptions {
  readonly urls: ServiceUrls;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** A fresh random secret of at least 32 URL-safe characters. */
  readonly makeSecret: () => string;
  /** Connections at most. [10] */
  readonly connectionsMax?: number;
  readonly onIdleError?: (error: Error) => void;
}

export interface StoresService {
  readonly register: Register;
  /** The service's log, for a bus or a relay. */
  readonly log: EventLog;
  /** For the relay's cursor: the tables of `relay_cursors` live in this database. */
  readonly pool: Pool;
  readonly cursors: CursorStore;
  /** What must run for the service to live: contacts, and the consumer when a bus is given. */
  readonly parts: (bus?: EventBus) => readonly Part[];
  /** A real query, for readiness. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Ready to use when it resolves; run `parts` under the supervisor, and `close` last. */
export async function startStores(options: StoresOptions): Promise<StoresService> {
  await migrate({ ownerUrl: options.urls.ownerUrl, folder: path.join(import.meta.dirname, 'migrations') });
  const { runtimeUrl } = options.urls;
  const pool = createPool(runtimeUrl, {
    max: options.connectionsMax ?? 10,
    applicationName: 'gondola stores',
    ...(options.onIdleError === undefined ? {} : { onIdleError: options.onIdleError }),
  });
  const store = createRegisterStore(pool);
  const contacts = createContacts(store);
  const cursors = createCursorStore(pool);
  const { clock, ids, makeSecret } = options;
  return {
    register: createRegister({
      store,
      contacts,
      clock,
      ids,
      makeSecret,
      catalogue: createCatalogueStore(pool),
      sold: createSoldStore(pool),
    }),
    log: createEventLog('stores', pool, runtimeUrl),
    pool,
    cursors,
    parts: (bus) => [contacts.part, ...(bus === undefined ? [] : [soldPart(pool, bus)])],
    check: async () => {
      await pool.query('select 1 from log');
    },
    close: () => pool.end(),
  };
}

/** The part of the service that hears events, for the thread that hears them; the service itself has migrated before. */
export function startSoldCounter(options: Pick<StoresOptions, 'urls' | 'onIdleError'>): {
  readonly parts: (bus: EventBus) => readonly Part[];
  readonly close: () => Promise<void>;
} {
  const pool = createPool(options.urls.runtimeUrl, {
    max: COUNTER_CONNECTIONS_MAX,
    applicationName: 'gondola stores',
    ...(options.onIdleError === undefined ? {} : { onIdleError: options.onIdleError }),
  });
  return { parts: (bus) => [soldPart(pool, bus)], close: () => pool.end() };
}

/** One holds the transaction of a batch, one looks its place up. */
const COUNTER_CONNECTIONS_MAX = 2;

function soldPart(pool: Pool, bus: EventBus): Part {
  return bus.subscribe({
    ...{ group: 'stores', sources: ['inventory'] },
    handle: countSoldOnce(pool),
    cursors: createCursorStore(pool),
  });
}
