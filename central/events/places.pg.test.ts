/** Goal: places of a log and of a broker's partitions together let each event count once, whichever bus brings it. */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { toCloudEvent } from '@gondola/shared/schemas/topics.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabases } from '../testing/test-database.ts';
import { applyOnce } from './postgres-inbox.ts';
import { createCursorStore } from './postgres-places.ts';
import { readForeignEvent } from './read-event.ts';
import { BusWorld, recording } from './testing/bus-world.ts';

let world: BusWorld;
let replaced: number[];

beforeEach(async () => {
  world = new BusWorld(await createTestDatabases({ services: ['stores', 'console', 'notifications'] }));
  await world.prepare();
  replaced = [];
});

afterEach(() => world.close());

/** Events of a log at these positions come by a partition, or by the log itself. */
async function bring(log: string, partition: number | null, ...positions: number[]): Promise<void> {
  const events = positions.map((position) =>
    readForeignEvent(
      toCloudEvent('stores', {
        ...{ logId: derivedUuid(log), position, occurredAt: '2026-01-01T12:00:00.000Z' },
        event: { type: 'PriceChanged', sku: 'a', priceMinor: position },
      } as Parameters<typeof toCloudEvent>[1]),
    ),
  );
  await applyOnce(world.consumers.console, recording(), events, {
    ...{ group: 'console', source: 'stores', partition },
    onReplaced: ({ position }) => replaced.push(position),
  });
}

const applied = async (): Promise<number[]> =>
  (await world.effects('console')).map(({ position }) => position);
const placeOfLog = async () =>
  (await createCursorStore(world.consumers.console).load('console', 'stores'))?.position;

test('partitions advance apart, and what is not beyond the place of its own is a repeat', async () => {
  await bring('one', 3, 1, 4);
  await bring('one', 5, 2, 3);
  await bring('one', 3, 1, 4, 6, 4, 6, 7);
  await bring('one', 5, 2, 3, 5);
  expect(await applied()).toEqual([1, 4, 2, 3, 6, 7, 5]);
});

test('from the log to a broker, what the log brought is not applied again', async () => {
  await bring('one', null, 1, 2, 3, 4);
  await bring('one', 0, 1, 3, 5);
  await bring('one', 1, 2, 4, 6);
  expect([await applied(), replaced]).toEqual([[1, 2, 3, 4, 5, 6], []]);
});

test('from a broker back to the log, everything is cleared and folded again', async () => {
  await bring('one', null, 1, 2);
  await bring('one', 0, 5);
  expect(await placeOfLog()).toBe(0);
  await bring('one', null, 1, 2, 3);
  await bring('one', null, 4, 5);
  expect([await applied(), await placeOfLog(), replaced]).toEqual([[1, 2, 3, 4, 5], 5, [5]]);
});

test('a batch that another member has begun is finished, not repeated; one beyond the place is refused', async () => {
  await bring('one', null, 1, 2);
  await bring('one', null, 1, 2, 3);
  expect([await applied(), await placeOfLog()]).toEqual([[1, 2, 3], 3]);
  await expect(bring('one', null, 5)).rejects.toThrow(/was handed position 5, and stands at 3/);
});

test('what a partition still brings of a log that was replaced is dropped', async () => {
  await bring('one', 0, 1, 2);
  await bring('two', 1, 2);
  await bring('one', 1, 3);
  await bring('two', 0, 1);
  expect([await applied(), replaced]).toEqual([[2, 1], [2]]);
});
