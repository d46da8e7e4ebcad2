import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { ALLOTMENT_TERM_MS } from '@gondola/shared/lib/limits.ts';
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const DAY_MS = 86_400_000;

describe('a store that is offline past its term', () => {
  it('keeps every guarantee made before the term ended, and makes none after it', async () => {
    const world = await World.open(['a', 'b']);
    const a = world.at(0);
    expect(await a.own('tea')).toBeGreaterThan(3);
    for (const till of world.tills) till.isOnline = false;
    expect(await a.sell('tea')).toBe('GUARANTEED');
    const held = await a.hold('tea', 1);
    expect(held.label).toBe('GUARANTEED');
    await world.time.jump(ALLOTMENT_TERM_MS / 2);
    expect(await a.sell('tea')).toBe('GUARANTEED');
    await world.time.jump(ALLOTMENT_TERM_MS);
    expect(await a.sell('tea')).toBe('RECORDED');
    expect((await a.hold('tea')).label).toBe('PROVISIONAL');
    await world.centre.sweep();
    expect(world.allotment(a)?.state).toBe('EXPIRED');
    expect(world.pool()).toMatchObject({ allotted: 0 });
    expect(world.pool().inDoubt).toBeGreaterThan(0);
    // Nothing of what is in doubt may be promised to anybody else, for however long.
    await world.time.jump(30 * DAY_MS);
    await world.centre.sweep();
    const { free, inDoubt } = world.pool();
    expect(inDoubt).toBeGreaterThan(0);
    const reserve = { type: 'reserve', reservationId: derivedUuid('web'), sku: 'tea', quantity: free + 1 };
    expect(await world.centre.single(reserve)).toBe('REJECTED');
    for (const till of world.tills) till.goOnline();
    await world.rounds();
    expect(world.falseGuarantees()).toEqual([]);
    expect(await world.undecided()).toEqual([]);
    await world.rounds(4);
    expect(world.allotment(a)).toMatchObject({ state: 'ACTIVE', number: 2 });
    expect(await a.own('tea')).toBe(world.pool().allotted - (await world.at(1).own('tea')));
    expect(await a.sell('tea')).toBe('GUARANTEED');
    await world.rounds();
    expect(await world.drain()).toEqual([]);
  });

  it.each([-600_000, -90_000, -60_000, -1, 0, 1, 60_000, 7 * DAY_MS])(
    'guarantees nothing past the end of the term, seen %i ms from a day after its last contact',
    async (fromTermMs) => {
      const world = await World.open(['a', 'b']);
      const a = world.at(0);
      for (const till of world.tills) till.isOnline = false;
      await world.time.jump(ALLOTMENT_TERM_MS + fromTermMs);
      const label = await a.sell('tea');
      const termEndsAt = await world.termEndsAt(a);
      if (label === 'GUARANTEED') expect(world.time.nowMs).toBeLessThan(termEndsAt);
      // Ten minutes are far more than the clocks' rates and the age of a term may cost.
      if (fromTermMs <= -600_000) expect(label).toBe('GUARANTEED');
      await world.centre.sweep();
      for (const till of world.tills) till.goOnline();
      await world.rounds();
      expect(world.faults()).toEqual([]);
      expect(await world.drain()).toEqual([]);
    },
  );
});
