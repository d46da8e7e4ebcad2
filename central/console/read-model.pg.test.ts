/**
 * Goal: the console's read model survives an event that cannot be folded and a log that was replaced, and its feed answers
 * from pages what it answered from rows.
 *
 * Method: a log in memory, the embedded bus, the read model in a real database.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbeddedBus } from '../events/embedded-bus.ts';
import { ListedLog } from '../events/testing/listed-log.ts';
import { createSupervisor, type Supervisor } from '../platform/service.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { type ConsoleService, startConsole } from './start-console.ts';

const [north, south] = [derivedUuid('north'), derivedUuid('south')];
const EVERYTHING = { before: null, storeId: null, sku: null, type: null, rowsMax: 200 };

let databases: TestDatabases;
let service: ConsoleService;
let supervisor: Supervisor;
let log: ListedLog;
let failures: unknown[];

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['console'] });
  service = await startConsole({ urls: databases.urls.console });
  log = new ListedLog('first');
  failures = [];
  supervisor = createSupervisor({ onFailure: ({ error }) => failures.push(error) });
  for (const part of service.parts(createEmbeddedBus([log]))) supervisor.start(part);
});

afterEach(async () => {
  await supervisor.stop();
  await service.close();
  await databases.drop();
});

function received(storeId: string, sku: string, poolVersion: number, quantity = 1) {
  return {
    ...{ type: 'GoodsReceived', storeId, sku, poolVersion, quantity, operationId: null },
    movements: [{ from: 'W', to: 'F', quantity }],
  };
}

function held(storeId: string, sku: string, poolVersion: number) {
  return {
    ...{ type: 'ReservationHeld', storeId, sku, poolVersion, quantity: 1, operationId: null, tillId: null },
    movements: [{ from: 'F', to: 'V', quantity: 1 }],
    ...{ reservationId: derivedUuid(`${storeId}/${sku}/${poolVersion}`), allottee: null },
    ...{ heldAt: '2026-01-01T12:00:00.000Z', expiresAt: '2026-01-01T12:05:00.000Z' },
  };
}

const retired = {
  type: 'LifeRetired',
  storeId: south,
  tillId: derivedUuid('till'),
  life: 1,
  cause: 'revoked',
};

async function caughtUp(): Promise<void> {
  const { position } = await log.head();
  await expect.poll(async () => (await service.model.counts()).position, { timeout: 20_000 }).toBe(position);
}

async function freeOf(storeId: string, sku: string): Promise<number | undefined> {
  return (await service.model.findPool(storeId, sku))?.free;
}

test('a pool with an event that cannot be folded is parked, all others go on, and it is folded again when the log is mended', async () => {
  log.append(received(north, 'tea', 1, 5), received(north, 'tea', 3), received(north, 'jam', 1));
  await caughtUp();
  log.append(received(north, 'tea', 4), held(north, 'tea', 5), received(north, 'jam', 2));
  await caughtUp();
  expect([await freeOf(north, 'tea'), await freeOf(north, 'jam')]).toEqual([5, 2]);
  expect(await service.model.listParked(9)).toMatchObject([
    {
      storeId: north,
      sku: 'tea',
      position: 2,
      reason: expect.stringMatching(/version 3 came after version 1/),
    },
  ]);
  expect(await service.refoldPool(log, { storeId: north, sku: 'tea' })).toEqual({
    ok: false,
    error: expect.stringMatching(/^at 2: .*without a gap/),
  });
  expect(await service.refoldPool(log, { storeId: north, sku: 'jam' })).toEqual({
    ok: false,
    error: 'this pool is not parked',
  });

  for (const [position, version] of [
    [2, 2],
    [4, 3],
  ] as const)
    log.correct(position, received(north, 'tea', version));
  log.correct(5, held(north, 'tea', 4));
  expect(await service.refoldPool(log, { storeId: north, sku: 'tea' })).toEqual({
    ok: true,
    value: undefined,
  });
  log.append(received(north, 'tea', 5, 10));
  await caughtUp();
  expect(await service.model.findPool(north, 'tea')).toMatchObject({ free: 16, held: 1, version: 5 });
  expect(
    await service.model.listReservations({ storeId: north, sku: 'tea', state: 'HELD', rowsMax: 9 }),
  ).toHaveLength(1);
  expect(await service.model.listParked(9)).toEqual([]);
  expect(failures).toEqual([]);
});

test('when another log takes the place of the old one, everything is folded again from its beginning', async () => {
  log.append(received(north, 'tea', 1, 5), held(north, 'tea', 2), received(south, 'jam', 1), retired);
  await caughtUp();
  log.replace('second', [received(north, 'tea', 1, 3)]);
  await expect.poll(async () => service.model.events(EVERYTHING), { timeout: 20_000 }).toHaveLength(1);
  expect(await service.model.findPool(north, 'tea')).toMatchObject({ free: 3, held: 0, version: 1 });
  expect(await service.model.findPool(south, 'jam')).toBeNull();
  expect(await service.model.counts()).toMatchObject({ position: 1, reservationsHeld: 0 });
  log.append(received(south, 'jam', 1));
  await caughtUp();
  expect(await freeOf(south, 'jam')).toBe(1);
  expect(failures).toEqual([]);
});

test('the feed finds events by store, article and type over many pages, newest first, and a pool its own history', async () => {
  const events = Array.from({ length: 700 }, (_, index) =>
    index === 350 ? retired : received(index % 7 === 0 ? south : north, `sku-${index % 5}`, 0),
  );
  const versions = new Map<string, number>();
  log.append(
    ...events.map((event) => {
      if (!('sku' in event)) return event;
      const key = `${event.storeId}/${event.sku}`;
      versions.set(key, (versions.get(key) ?? 0) + 1);
      return { ...event, poolVersion: versions.get(key) };
    }),
  );
  await caughtUp();
  const positionsOf = async (filter: Partial<typeof EVERYTHING> | object) =>
    (await service.model.events({ ...EVERYTHING, ...filter })).map(({ position }) => position);
  const expected = (fits: (event: (typeof events)[number]) => boolean, before = 701) =>
    events
      .flatMap((event, index) => (fits(event) && index + 1 < before ? [index + 1] : []))
      .reverse()
      .slice(0, 200);
  const skuOf = (event: (typeof events)[number]) => ('sku' in event ? event.sku : null);

  expect(await positionsOf({})).toEqual(expected(() => true));
  expect(await positionsOf({ before: 320 })).toEqual(expected(() => true, 320));
  expect(await positionsOf({ type: 'LifeRetired' })).toEqual([351]);
  expect(await positionsOf({ sku: 'sku-2' })).toEqual(expected((event) => skuOf(event) === 'sku-2'));
  expect(await positionsOf({ storeId: south, before: 400 })).toEqual(
    expected(({ storeId }) => storeId === south, 400),
  );
  expect(await positionsOf({ storeId: derivedUuid('nowhere') })).toEqual([]);
  const history = await service.model.history(south, 'sku-0', 200);
  expect(history.map(({ event, onHandAfter }) => [event.position, onHandAfter])).toEqual(
    expected((event) => event.storeId === south && skuOf(event) === 'sku-0').map((position, index, all) => [
      position,
      all.length - index,
    ]),
  );
  expect(failures).toEqual([]);
});
