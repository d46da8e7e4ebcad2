/** The composition root: builds every adapter of one central process and joins the services through their public faces. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type ConsoleService, startConsole } from './console/start-console.ts';
import { type ConsumerThread, createConsumerThread } from './consumer-thread.ts';
import { createEventBus } from './events/start-bus.ts';
import { createGateway } from './gateway/http.ts';
import { createMetrics } from './gateway/metrics.ts';
import { openSockets, type Sockets } from './gateway/sockets.ts';
import type { ReadRoute } from './inventory/postgres-read-route.ts';
import { holdingsByTill } from './inventory/postgres-reads.ts';
import { type InventoryService, startInventory } from './inventory/start-inventory.ts';
import * as join from './join-gateway.ts';
import { type NotificationsService, startNotifications } from './notifications/start-notifications.ts';
import { observeInventory } from './observe-inventory.ts';
import { openReadRoute } from './open-read-route.ts';
import type { Config } from './platform/config.ts';
import { type DatabaseUrls, prepareDatabases } from './platform/databases.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import type { Log, LogOptions } from './platform/log.ts';
import { createSupervisor, type Part, type Supervisor } from './platform/service.ts';
import { reasonOf, StartupProblem } from './platform/startup-problem.ts';
import { type StoresService, startStores } from './stores/start-stores.ts';
import { systemClock, systemIds, systemScheduler } from './system-effects.ts';

export interface Central {
  readonly url: string;
  readonly inventory: InventoryService;
  readonly stores: StoresService;
  /** Stops taking requests, finishes what was begun, closes everything it opened. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** The whole log at once; store by store it is recounted all the time. */
const AUDIT_INTERVAL_MS = 3_600_000;
const SECRET_BYTES = 32;

export const makeSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
interface Services {
  readonly inventory: InventoryService;
  readonly stores: StoresService;
  readonly notifications: NotificationsService;
  readonly console: ConsoleService;
}

/** Starts everything; what a person can cure is thrown as StartupProblem, with all that was begun stopped again. */
export async function startCentral(config: Config, log: Log, logTo: LogOptions): Promise<Central> {
  const closers: (() => Promise<void>)[] = [];
  const stop = once(async () => {
    for (const close of closers.reverse())
      await close().catch((error: unknown) => log.error({ err: error }, 'stopping'));
  });
  try {
    const urls = await openDatabases(config, closers);
    return await startServices(config, { log, logTo }, urls, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabases(config: Config, closers: (() => Promise<void>)[]): Promise<DatabaseUrls> {
  await mkdir(config.dataDir, { recursive: true }).catch((cause: unknown) => {
    throw new StartupProblem(
      `The data folder ${config.dataDir} cannot be made (${reasonOf(cause)}): set GONDOLA_DATA_DIR to another one.`,
    );
  });
  const secretsFile = path.join(config.dataDir, 'secrets.json');
  if (config.databaseUrl !== null) {
    return prepareDatabases({ adminUrl: config.databaseUrl, secretsFile, makeSecret, ownsServer: false });
  }
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, purpose: 'npm start', makeSecret });
  closers.push(postgres.stop);
  return prepareDatabases({ adminUrl: postgres.adminUrl, secretsFile, makeSecret, ownsServer: true });
}

async function startServices(
  config: Config,
  { log, logTo }: { readonly log: Log; readonly logTo: LogOptions },
  urls: DatabaseUrls,
  closers: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Central> {
  const metrics = createMetrics();
  const live: { sockets: Sockets | null } = { sockets: null };
  const services = await openServices(config, log, urls, metrics, live);
  closers.push(...closersOf(services));
  const reads = openReadRoute(config, urls.inventory, services.inventory, log);
  closers.push(reads.close);
  const bus = await createEventBus({
    brokers: config.kafkaBrokers,
    logs: [
      { log: services.inventory.log, pool: services.inventory.pool },
      { log: services.stores.log, pool: services.stores.pool },
    ],
    holder: systemIds.uuid(),
    log,
  });
  closers.push(bus.close);
  const supervisor = createSupervisor({
    onFailure: ({ part, error, pauseMs }) =>
      log.error({ part, err: error, pauseMs }, 'a part failed and starts again'),
  });
  closers.push(supervisor.stop);
  const consumers = createConsumerThread({ urls, kafkaBrokers: config.kafkaBrokers, logTo }, (events) =>
    live.sockets?.show(events),
  );
  runParts(supervisor, services, bus.relays, consumers);
  for (const part of join.compensationPartsOf(config.compensation, services)) supervisor.start(part);
  const server = openGateway(config, services, {
    reads: reads.route,
    metrics,
    live,
    supervisor,
    consumers,
    log,
  });
  closers.push(server.close);
  const port = await listen(server.http, config);
  return {
    url: `http://${shownHost(config.host)}:${port}`,
    inventory: services.inventory,
    stores: services.stores,
    stop,
  };
}

async function openServices(
  config: Config,
  log: Log,
  urls: DatabaseUrls,
  metrics: ReturnType<typeof createMetrics>,
  live: { readonly sockets: Sockets | null },
): Promise<Services> {
  const onIdleError = (error: Error) => log.warn({ err: error }, 'an idle database connection broke');
  const inventory = await startInventory({
    urls: urls.inventory,
    reservationTimeoutMs: config.reservationTimeoutSeconds * 1000,
    grantMode: config.allotments,
    allotmentMode: config.allotmentMode,
    auditIntervalMs: AUDIT_INTERVAL_MS,
    clock: systemClock,
    scheduler: systemScheduler,
    onIdleError,
    onNews: (news) => {
      for (const [storeId, position] of news)
        live.sockets?.poke(storeId, { inventory: position, catalogue: null });
    },
    observer: observeInventory(metrics, log),
  });
  const stores = await startStores({
    urls: urls.stores,
    clock: systemClock,
    ids: systemIds,
    makeSecret,
    onIdleError,
  });
  const notifications = await startNotifications({ urls: urls.notifications, onIdleError });
  const console = await startConsole({ urls: urls.console, onIdleError });
  return { inventory, stores, notifications, console };
}

function closersOf(services: Services): (() => Promise<void>)[] {
  return Object.values(services).map((service) => () => service.close());
}

function runParts(
  supervisor: Supervisor,
  { inventory, stores }: Services,
  relays: readonly Part[],
  consumers: ConsumerThread,
): void {
  for (const part of [...inventory.parts(), ...relays, ...stores.parts(), consumers.part])
    supervisor.start(part);
}

interface GatewaySurroundings {
  readonly reads: ReadRoute;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly live: { sockets: Sockets | null };
  readonly supervisor: Supervisor;
  readonly consumers: ConsumerThread;
  readonly log: Log;
}

function openGateway(
  config: Config,
  services: Services,
  { reads, metrics, live, supervisor, consumers, log }: GatewaySurroundings,
) {
  const { inventory, stores, notifications, console } = services;
  const identities = join.identitiesOf(stores.register, inventory.signingKey.key);
  const contacts = new join.LiveTills(stores.register);
  const directory = join.directoryOf(stores.register, contacts);
  metrics.gauge(
    'gondola_log_position',
    'Last position of the inventory log',
    async () => (await inventory.authority.head()).position,
  );
  metrics.gauge(
    'gondola_parts_waiting',
    'Parts that failed and wait for their next start',
    () => supervisor.waiting().length + consumers.waiting(),
  );
  const http = createGateway({
    identities,
    ...join.syncFacesOf(inventory, stores.register),
    signer: {
      holdMs: config.reservationTimeoutSeconds * 1000,
      sign: (raw) => inventory.signingKey.sign(raw),
    },
    contacts,
    wallMs: systemClock.wallMs,
    desk: join.deskOf(inventory, stores.register, reads),
    directory,
    checks: [
      { name: 'inventory', check: inventory.check },
      { name: 'stores', check: stores.check },
      { name: 'notifications', check: notifications.check },
      { name: 'console', check: console.check },
    ],
    pages: [
      { base: '/till', folder: path.resolve(import.meta.dirname, '../edge-app/dist') },
      { base: '/console', folder: path.resolve(import.meta.dirname, 'console/dist') },
    ],
    consoleRoutes: console.routes({
      listTills: directory.listTills,
      listStores: directory.listStores,
      holdings: (storeId) => holdingsByTill(inventory.pool, storeId),
      findProducts: (skus) => stores.register.findProducts(skus),
      searchProducts: (text, rowsMax) => stores.register.searchProducts(text, rowsMax),
      notices: (limit) => notifications.latest(limit),
    }),
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
    newRequestId: systemIds.uuid,
    onError: (error, requestId) => log.error({ err: error, requestId }, 'a request failed'),
  });
  const sockets = openSockets(http, {
    identities,
    onTill: (till, connected) => contacts.connected(till, connected),
    onWatched: consumers.watch,
  });
  live.sockets = sockets;
  const close = async () => {
    live.sockets = null;
    http.closeIdleConnections();
    const closed = sockets.close();
    // Requests under way may end; keep-alive connections without one must not hold the stop.
    const timer = setTimeout(() => http.closeAllConnections(), 3_000);
    await closed;
    clearTimeout(timer);
  };
  return { http, close };
}

async function listen(server: ReturnType<typeof createGateway>, config: Config): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(config.port, config.host, resolve);
  try {
    await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartupProblem(
        `Port ${config.port} is in use by another program: stop it, or set PORT to a free port.`,
      );
    }
    throw new StartupProblem(
      `Gondola cannot listen on ${config.host}:${config.port} (${reasonOf(error)}): set HOST and PORT to an address of this machine.`,
    );
  }
  return (server.address() as AddressInfo).port;
}

function shownHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run();
    return running;
  };
}
