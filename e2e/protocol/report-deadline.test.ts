import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { ALLOTMENT_REPORT_WINDOW_MS, ALLOTMENT_TERM_MS } from '@gondola/shared/lib/limits.ts';
import { expect, it } from 'vitest';
import { World } from './world.ts';

/** A till that reports around its deadline, after the web has taken whatever was free. */
it.each([-1, 0, 1])(
  'keeps what is reported before the deadline, seen %i ms from it',
  async (fromDeadlineMs) => {
    const world = await World.open(['a', 'b'], { settings: { allotmentMode: 'report-deadline' } });
    const till = world.at(0);
    till.isOnline = false;
    expect(await till.sell('tea', 2)).toBe('GUARANTEED');
    expect((await till.hold('tea')).label).toBe('GUARANTEED');
    expect((await till.hold('tea')).label).toBe('GUARANTEED');
    const promised = till.told.map(({ operationId }) => operationId);
    world.at(1).isOnline = false;
    await world.time.jump(ALLOTMENT_TERM_MS);
    await world.centre.sweep();
    expect(world.allotment(till)?.state).toBe('EXPIRED');
    await world.time.jump(ALLOTMENT_REPORT_WINDOW_MS + fromDeadlineMs);
    await world.centre.sweep();
    expect(world.allotment(till)?.state).toBe(fromDeadlineMs < 0 ? 'EXPIRED' : 'FORCED');
    const { free } = world.pool();
    const taken = { type: 'reserve', reservationId: derivedUuid('web'), sku: 'tea', quantity: free };
    expect(await world.centre.single(taken)).toBe('ACCEPTED');
    till.goOnline();
    await world.rounds();
    const refused = world.tills.flatMap(() => world.falseGuarantees().map((text) => text.split(': ')[0]));
    if (fromDeadlineMs < 0) {
      expect(refused).toEqual([]);
      expect(world.conflicts()).toEqual([]);
      expect(world.faults()).toEqual([]);
    } else {
      expect([...new Set(refused)].sort()).toEqual([...promised].sort());
      // Each of them has exactly one conflict, and nothing else has any.
      expect(
        world
          .conflicts()
          .map((row) => row.operationId)
          .sort(),
      ).toEqual([...promised].sort());
    }
  },
);
