import { expect, it } from 'vitest';
import type { VirtualTill } from './virtual-till.ts';
import { World } from './world.ts';

/** Five records, all decided: a sale, a hold, its sale, a second hold, a sale of the other article. */
async function givenHistory(): Promise<World> {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  await till.sell('tea');
  const { id } = await till.hold('tea', 2);
  await world.rounds(1);
  await till.sell('tea', 2, id);
  await till.hold('tea');
  await world.rounds(1);
  await till.sell('mate');
  await world.rounds();
  expect(await world.undecided()).toEqual([]);
  return world;
}

const HISTORY_RECORDS = 5;
const positions = Array.from({ length: HISTORY_RECORDS }, (_, index) => index);
/** Sold before the first contact: none, one, and so many that the journal is longer than what the centre knows. */
const cases = positions.flatMap((position) =>
  [0, 1, HISTORY_RECORDS - position, HISTORY_RECORDS - position + 2].flatMap((sales) =>
    ['fresh', 'of that moment', 'of today'].map((replica) => ({ position, sales, replica })),
  ),
);

it.each(cases)(
  'finds a journal restored to record $position at its first contact, after $sales more sales, with a replica $replica',
  async ({ position, sales, replica }) => {
    const world = await givenHistory();
    const before = world.at(0);
    const granted = world.allotment(before)?.granted ?? 0;
    await before.crash();
    const again = await world.openTill('a', {
      medium: before.medium.slice(0, position),
      isOnline: false,
      ...(await replicaOf(before, replica, position)),
    });
    for (let sale = 0; sale < sales; sale += 1) expect(await again.sell('tea')).toBe('RECORDED');
    again.goOnline();
    await world.rounds();
    expect(again.till.status().sync.state).toBe('halted');
    expect(again.till.status().sync.problem?.kind).toBe('life-forked');
    expect(await world.isRetired(again)).toBe(true);
    expect(world.conflicts('life-forked')).toHaveLength(1);
    expect(world.allotment(again)?.state).toBe('EXPIRED');
    expect(world.allotment(again)?.granted).toBe(granted);
    // Selling goes on, unsure.
    expect(await again.sell('tea')).toBe('RECORDED');
    again.till.retryNow();
    await world.rounds();
    expect(world.conflicts('life-forked')).toHaveLength(1);
    expect(world.faults()).toEqual([]);
    await enrolAgain(world, again);
  },
);

async function replicaOf(before: VirtualTill, replica: string, position: number) {
  // Even a replica that was pulled anew knows the catalogue, or nothing could be sold.
  if (replica === 'fresh') return { replica: await before.replicaAt(-1) };
  return { replica: replica === 'of today' ? before.replica : await before.replicaAt(position) };
}

/** The device's next life begins empty; a person takes back what the last one held. */
async function enrolAgain(world: World, lost: VirtualTill): Promise<void> {
  await lost.crash();
  const next = await world.openTill('a', { life: 2 });
  await world.rounds(6);
  const { inDoubt } = world.pool();
  const { granted = 0, consumed = 0, held = 0, surrendered = 0 } = world.allotment(lost) ?? {};
  expect(inDoubt).toBe(granted - consumed - held - surrendered);
  if ((await next.own('tea')) > 0) expect(await next.sell('tea')).toBe('GUARANTEED');
  await world.force(lost);
  await world.rounds();
  expect(await world.drain()).toEqual([]);
}
