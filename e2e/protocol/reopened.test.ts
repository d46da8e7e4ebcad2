import { expect, it } from 'vitest';
import { World } from './world.ts';

/** A till that was closed, or killed, and starts again without its network. */
it.each([
  { hasWitness: false, isDeviceRestarted: false },
  { hasWitness: true, isDeviceRestarted: false },
  { hasWitness: false, isDeviceRestarted: true },
  { hasWitness: true, isDeviceRestarted: true },
])('guarantees nothing before its first whole contact, and goes on selling (%o)', async (how) => {
  const { hasWitness, isDeviceRestarted } = how;
  const world = await World.open(['a', 'b']);
  const before = world.at(0);
  expect(await before.sell('tea')).toBe('GUARANTEED');
  await world.rounds(1);
  before.isOnline = false;
  const held = await before.hold('tea', 2);
  await before.crash();
  const again = await world.openTill('a', {
    ...{ medium: before.medium, replica: before.replica, hasWitness, isOnline: false },
  });
  if (isDeviceRestarted) again.errors.monotonicMs = -world.time.nowMs;
  expect(await again.own('tea')).toBeGreaterThan(0);
  expect(await again.sell('tea')).toBe('RECORDED');
  expect((await again.hold('tea')).label).toBe('PROVISIONAL');
  // The hold’s units are charged already and stay the till’s own to end; that it may be a copy it cannot know.
  expect(await again.commit(held.id)).toBe('PROVISIONAL');
  await world.time.jump(3_600_000);
  expect(await again.sell('tea')).toBe('RECORDED');
  again.goOnline();
  await world.rounds();
  expect(await again.sell('tea')).toBe('GUARANTEED');
  await world.rounds();
  expect(await world.undecided()).toEqual([]);
  expect(await world.drain()).toEqual([]);
});

it('guarantees nothing while only part of what the centre said has come down', async () => {
  const world = await World.open(['a', 'b']);
  const before = world.at(0);
  await before.crash();
  let pagesLeft = 1;
  const again = await world.openTill('a', {
    medium: before.medium,
    around: (transport) => ({
      ...transport,
      pull: async (request) => {
        pagesLeft -= 1;
        if (pagesLeft < 0) again.isOnline = false;
        return transport.pull({ ...request, rowsMax: 1 });
      },
    }),
  });
  expect((await again.replica.checkpoints()).inventory).not.toBeNull();
  expect(await again.sell('tea')).toBe('RECORDED');
  pagesLeft = Number.POSITIVE_INFINITY;
  again.goOnline();
  await world.rounds();
  expect(await again.sell('tea')).toBe('GUARANTEED');
  await world.rounds();
  expect(await world.drain()).toEqual([]);
});
