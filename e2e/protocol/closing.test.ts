/**
 * Goal: a till that is asked to close settles what it holds by itself, whenever it hears of it, and its units are free.
 *
 * Method: real tills in virtual time; one is online, one is cut off, sells and holds meanwhile, and hears of it afterwards.
 */
import { expect, it } from 'vitest';
import { STORE_ID } from './centre.ts';
import type { VirtualTill } from './virtual-till.ts';
import { settle } from './virtual-time.ts';
import { World } from './world.ts';

async function close(world: World, { identity }: VirtualTill): Promise<void> {
  await world.centre.authority.submit({
    kind: 'force',
    pool: { storeId: STORE_ID, sku: 'tea' },
    of: { tillId: identity.tillId, life: identity.life },
    by: { cause: 'closing', reason: 'out of service (ana)' },
  });
}

it('settles at once when it is online, and its units are free', async () => {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  expect(await till.sell('tea', 2)).toBe('GUARANTEED');
  await world.rounds(1);
  const before = { ...world.pool() };
  const leased = await till.own('tea');
  expect(leased).toBeGreaterThan(0);
  // The store has no other contact meanwhile: what comes back is seen before it is dealt out anew.
  world.at(1).isOnline = false;
  await close(world, till);
  expect(world.allotment(till)?.state).toBe('CLOSING');
  till.poke();
  await expect.poll(() => world.allotment(till)?.state).toBe('SETTLED');
  expect(await till.own('tea')).toBe(0);
  expect(world.pool()).toMatchObject({ free: before.free + leased, allotted: before.allotted - leased });
  expect(await till.sell('tea')).not.toBe('GUARANTEED');
  expect(world.conflicts()).toEqual([]);
  world.at(1).goOnline();
  await world.rounds();
  expect(await world.drain()).toEqual([]);
});

it('keeps every promise that it made before it heard of the closing', async () => {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  till.isOnline = false;
  await close(world, till);
  expect(await till.sell('tea', 2)).toBe('GUARANTEED');
  const { id, label } = await till.hold('tea');
  expect(label).toBe('GUARANTEED');
  till.goOnline();
  await world.rounds(1);
  expect(await till.commit(id)).toBe('GUARANTEED');
  await world.rounds();
  expect(world.falseGuarantees()).toEqual([]);
  expect(world.conflicts()).toEqual([]);
  expect(await world.undecided()).toEqual([]);
  expect(await world.drain()).toEqual([]);
});

it('that stays silent keeps its units in doubt until a person forces them', async () => {
  const world = await World.open(['a']);
  const till = world.at(0);
  const { allotted } = world.pool();
  till.isOnline = false;
  await close(world, till);
  await world.time.jump((await world.termEndsAt(till)) - world.time.nowMs);
  await world.centre.sweep();
  expect(world.allotment(till)?.state).toBe('EXPIRED');
  expect(world.pool()).toMatchObject({ allotted: 0, inDoubt: allotted });
  await world.force(till);
  expect(world.pool()).toMatchObject({ inDoubt: 0, free: 20 });
});

it('that comes back after its term settles and is leased units again in the same moment', async () => {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  till.isOnline = false;
  await world.time.jump((await world.termEndsAt(till)) - world.time.nowMs);
  await world.centre.sweep();
  expect(world.allotment(till)?.state).toBe('EXPIRED');
  // Without the dealer, that a till which settles a thousand articles may miss: no time passes.
  till.goOnline();
  await settle();
  expect(world.allotment(till)).toMatchObject({ state: 'ACTIVE', number: 2 });
  expect(await till.own('tea')).toBeGreaterThan(0);
  expect(await world.drain()).toEqual([]);
});
