import { expect, it } from 'vitest';
import { World } from './world.ts';

const UNITS = 20;
const cases = [1, 5, 8, 9, 12, 19, 20, 21, 40].flatMap((sold) =>
  [true, false].flatMap((isSellerOnline) =>
    [true, false].map((isSiblingOnline) => ({ sold, isSellerOnline, isSiblingOnline })),
  ),
);

it.each(cases)(
  'refuses no sale of $sold of 20 units, and explains what is owed (seller online: $isSellerOnline, sibling: $isSiblingOnline)',
  async ({ sold, isSellerOnline, isSiblingOnline }) => {
    const world = await World.open(['a', 'b'], { units: UNITS });
    const seller = world.at(0);
    const sibling = world.at(1);
    const own = await seller.own('tea');
    const { free } = world.pool();
    sibling.isOnline = isSiblingOnline;
    seller.isOnline = isSellerOnline;
    expect(await seller.sell('tea', sold)).toBe(sold <= own ? 'GUARANTEED' : 'RECORDED');
    seller.goOnline();
    await world.rounds();
    const [sale] = seller.told;
    const verdict = world.verdictOf(sale?.operationId ?? '');
    expect(verdict?.verdict).toBe('RECORDED');
    const lacked = Math.max(0, sold - own - free);
    expect(verdict?.excess).toEqual(lacked === 0 ? [] : [{ sku: 'tea', quantity: lacked }]);
    if (lacked > 0 && !isSiblingOnline) {
      // The sibling may hold what is missing: nobody is alarmed before it was asked.
      expect(world.pool().deficit).toBe(lacked);
      expect(world.conflicts('deficit')).toMatchObject([{ state: 'PENDING', quantity: lacked }]);
    }
    sibling.goOnline();
    await world.rounds(6);
    const missing = Math.max(0, sold - UNITS);
    expect(world.pool().deficit).toBe(missing);
    const expected = missing > 0 ? { state: 'OPEN', quantity: missing } : { state: 'CLOSED' };
    expect(world.conflicts('deficit')).toMatchObject(lacked === 0 ? [] : [expected]);
    expect(await world.drain()).toEqual([]);
  },
);
