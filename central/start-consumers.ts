/**
 * The thread in which services hear the inventory's events. Part of the composition root.
 *
 * A thread and not a part of the main one: folding a thousand events takes tens of milliseconds, during which no push was
 * received and no batch decided, and it was a fifth of the thread that the authority is bound by.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@gondola/shared/lib/assert.ts';
import { startConsole } from './console/start-console.ts';
import type { ConsumersSettings, FromConsumers, ToConsumers } from './consumer-thread.ts';
import { createEventBus } from './events/start-bus.ts';
import { createRunLog } from './inventory/postgres-run-log.ts';
import { startNotifications } from './notifications/start-notifications.ts';
import { createLog } from './platform/log.ts';
import { createPool } from './platform/postgres.ts';
import { createSupervisor } from './platform/service.ts';
import { startSoldCounter } from './stores/start-stores.ts';
import { systemIds } from './system-effects.ts';

/** One reads the log, one asks for its head. */
const LOG_CONNECTIONS_MAX = 2;
const TELL_WAITING_EVERY_MS = 2_000;

const settings = workerData as ConsumersSettings;
const main = must(parentPort, 'consumers run in a thread of central');
const tell = (message: FromConsumers) => main.postMessage(message);

async function run(): Promise<void> {
  const { urls, kafkaBrokers, logTo } = settings;
  const log = createLog(logTo);
  const onIdleError = (error: Error) => log.warn({ err: error }, 'an idle database connection broke');
  let isWatched = false;
  const stopping = Promise.withResolvers<void>();
  main.on('message', (message: ToConsumers) => {
    if (message.kind === 'watch') isWatched = message.isWatched;
    else stopping.resolve();
  });
  const reading = createPool(urls.inventory.runtimeUrl, {
    max: LOG_CONNECTIONS_MAX,
    applicationName: 'gondola consumers',
    onIdleError,
  });
  const services = [
    await startNotifications({ urls: urls.notifications, onIdleError }),
    await startConsole({
      urls: urls.console,
      onIdleError,
      onEvents: (events) => {
        if (isWatched) tell({ kind: 'events', events });
      },
    }),
    startSoldCounter({ urls: urls.stores, onIdleError }),
  ];
  const inventory = { log: createRunLog(reading, urls.inventory.runtimeUrl), pool: reading };
  const bus = await createEventBus({
    brokers: kafkaBrokers,
    logs: [inventory],
    holder: systemIds.uuid(),
    log,
  });
  const supervisor = createSupervisor({
    onFailure: ({ part, error, pauseMs }) =>
      log.error({ part, err: error, pauseMs }, 'a part failed and starts again'),
  });
  for (const part of services.flatMap((service) => service.parts(bus.bus))) supervisor.start(part);
  const timer = setInterval(
    () => tell({ kind: 'waiting', parts: supervisor.waiting().length }),
    TELL_WAITING_EVERY_MS,
  );
  await stopping.promise;
  clearInterval(timer);
  await supervisor.stop();
  await bus.close();
  await Promise.all([...services.map((service) => service.close()), reading.end()]);
  main.close();
}

await run();
