import { describe, expect, it } from 'vitest';
import { LEASE_LIFE } from './scenario.ts';
import type { VirtualTill } from './virtual-till.ts';
import { World } from './world.ts';

/** Longer than any wait before a next try. */
const RETRY_MS = 31_000;

const EXPECTED_EVENTS = [
  'AllotmentGranted',
  'AllotmentRecalled',
  'AllotmentSurrendered',
  'AllotmentExpired',
  'AllotmentSettled',
  'ReservationHeld',
  'ReservationCommitted',
  'ReservationExpired',
  'ItemsSold',
  'ConflictOpened',
];

/** Plays a lease's whole life with the fault before step `at`, then expects every unit in its place. */
async function playWith(at: number, fault: (world: World, till: VirtualTill) => Promise<VirtualTill>) {
  const world = await World.open(['a', 'b']);
  let till = world.at(0);
  for (const [index, step] of LEASE_LIFE.entries()) {
    if (index === at) till = await fault(world, till);
    await step.run(world, till);
  }
  if (at === LEASE_LIFE.length) till = await fault(world, till);
  till.fateOf = () => 'arrives';
  await world.time.pass(RETRY_MS);
  await world.rounds();
  expect(world.faults()).toEqual([]);
  expect(await world.undecided()).toEqual([]);
  expect(world.conflicts('life-forked')).toEqual([]);
  expect(world.conflicts('settlement-differs')).toEqual([]);
  await world.stock(30);
  await world.rounds();
  expect(await world.drain()).toEqual([]);
}

const points = Array.from({ length: LEASE_LIFE.length + 1 }, (_, index) => index);
const reopened = (world: World, { medium, replica }: VirtualTill, isOnline: boolean) =>
  world.openTill('a', { medium, replica, isOnline });

it('plays a life in which a lease meets everything that can become of it', async () => {
  const world = await World.open(['a', 'b']);
  for (const step of LEASE_LIFE) await step.run(world, world.at(0));
  const types = new Set(world.centre.ledger.log.map(({ event }) => event.type));
  for (const type of EXPECTED_EVENTS) expect(types).toContain(type);
});

describe('no unit leaks', () => {
  it.each(points)('when the till is killed and opened again before step %i', (at) =>
    playWith(at, async (world, till) => {
      await till.crash();
      return reopened(world, till, true);
    }),
  );

  it.each(points)(
    'when the till is killed with answers on their way and its replica is lost, before step %i',
    (at) =>
      playWith(at, async (world, till) => {
        till.fateOf = () => 'answer-lost';
        await till.sell('tea');
        await world.rounds(1);
        await till.crash();
        return world.openTill('a', { medium: till.medium, replica: await till.replicaAt(-1) });
      }),
  );

  it.each(points)('when the centre is killed before step %i', (at) =>
    playWith(at, async (world, till) => {
      world.centre.restart();
      return till;
    }),
  );

  it.each(points)(
    'when the centre is killed after a commit whose answers nobody heard, before step %i',
    (at) =>
      playWith(at, async (world, till) => {
        for (const one of world.tills) one.fateOf = () => 'answer-lost';
        await till.sell('tea');
        await world.rounds(1);
        world.centre.restart();
        for (const one of world.tills) one.fateOf = () => 'arrives';
        return till;
      }),
  );

  it.each(points)('when the centre is killed in the middle of a batch before step %i', (at) =>
    playWith(at, async (world, till) => {
      world.centre.failNextTransactions(1);
      await till.sell('tea');
      await world.rounds(1);
      world.centre.restart();
      return till;
    }),
  );
});
