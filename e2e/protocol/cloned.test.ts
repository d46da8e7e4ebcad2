import { describe, expect, it } from 'vitest';
import type { VirtualTill } from './virtual-till.ts';
import { World } from './world.ts';

interface Twins {
  readonly world: World;
  readonly original: VirtualTill;
  readonly clone: VirtualTill;
}

/** A till whose disk was copied to another device after two records; `unsent`: with a third that nobody has seen. */
async function givenTwins(unsent: number, areOnline: boolean): Promise<Twins> {
  const world = await World.open(['a', 'b']);
  const original = world.at(0);
  await original.sell('tea');
  await original.hold('tea');
  await world.rounds();
  original.isOnline = areOnline;
  for (let sale = 0; sale < unsent; sale += 1) await original.sell('tea');
  const clone = await world.openTill('a', {
    medium: [...original.medium],
    replica: await original.replicaAt(original.medium.length),
    isOnline: areOnline,
  });
  return { world, original, clone };
}

async function expectFork({ world, original, clone }: Twins): Promise<void> {
  for (const twin of [original, clone]) {
    twin.goOnline();
    twin.poke();
  }
  await world.rounds();
  expect(await world.isRetired(original)).toBe(true);
  expect(world.conflicts('life-forked')).toHaveLength(1);
  expect(world.allotment(original)?.state).toBe('EXPIRED');
  for (const twin of [original, clone]) expect(twin.till.status().sync.state).toBe('halted');
  // Nobody of the two is renewed any more; when the last term that was given is over, nobody guarantees.
  await world.time.jump(86_400_000);
  for (const twin of [original, clone]) expect(await twin.sell('tea')).toBe('RECORDED');
  expect(world.faults()).toEqual([]);
  for (const twin of [original, clone]) await twin.crash();
  await world.force(original);
  expect(await world.drain()).toEqual([]);
}

const sales = [0, 1, 2, 3];
const offlineCases = [0, 1].flatMap((unsent) =>
  sales.flatMap((ofOriginal) =>
    sales.flatMap((ofClone) =>
      ['original', 'clone'].map((first) => ({ unsent, ofOriginal, ofClone, first })),
    ),
  ),
);

describe('a till and its clone', () => {
  it.each(offlineCases.filter(({ ofOriginal, ofClone }) => ofOriginal + ofClone > 0))(
    'that sell $ofOriginal and $ofClone offline ($unsent unsent) are found when both have joined, the $first first',
    async ({ unsent, ofOriginal, ofClone, first }) => {
      const twins = await givenTwins(unsent, false);
      const { world, original, clone } = twins;
      for (let sale = 0; sale < ofOriginal; sale += 1) await original.sell('tea');
      for (let sale = 0; sale < ofClone; sale += 1) expect(await clone.sell('tea')).toBe('RECORDED');
      const [one, other] = first === 'original' ? [original, clone] : [clone, original];
      one.goOnline();
      await world.rounds();
      other.goOnline();
      await world.rounds();
      // Twins that have sold the same nothing are one till still: the first record apart tells them.
      if (!(await world.isRetired(original))) {
        await one.sell('tea');
        await other.sell('tea');
        await world.rounds();
      }
      await expectFork(twins);
    },
  );

  it.each([1, 2, 3])(
    'that sell online in turns are found at the first record apart (%i sales)',
    async (count) => {
      const twins = await givenTwins(0, true);
      const { world, original, clone } = twins;
      await world.rounds();
      for (let sale = 0; sale < count; sale += 1) {
        await original.sell('tea');
        await clone.sell('tea');
        await world.rounds(1);
      }
      await expectFork(twins);
    },
  );
});
