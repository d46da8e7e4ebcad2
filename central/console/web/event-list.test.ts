import { describe, expect, it } from 'vitest';
import type { CloudEvent } from './answers.ts';
import { matches, mergeEvents, mergeNewest, SHOWN_EVENTS_MAX } from './event-list.ts';

const at = (position: number, logid = 'log'): CloudEvent =>
  ({
    id: `${logid}:${position}`,
    logid,
    position,
    subject: 'store/sku',
    type: 'gondola.inventory.ItemsSold.v1',
    data: {},
  }) as CloudEvent;
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, k) => at(from - k));
const positions = (events: readonly CloudEvent[]) => events.map((event) => event.position);

describe('the feed', () => {
  it('shows newest first, no event twice, whatever came when', () => {
    const merged = mergeEvents(range(6, 4), [at(5), at(8), at(2)]);
    expect(positions(merged)).toEqual([8, 6, 5, 4, 2]);
    expect(mergeEvents(merged, [at(8)])).toBe(merged);
  });

  it('has a bound and drops the oldest', () => {
    const merged = mergeEvents(range(SHOWN_EVENTS_MAX, 1), [at(SHOWN_EVENTS_MAX + 1)]);
    expect(merged).toHaveLength(SHOWN_EVENTS_MAX);
    expect(merged.at(-1)?.position).toBe(2);
  });

  it('begins anew rather than with a hole, and when the log was reset', () => {
    expect(positions(mergeNewest(range(5, 3), range(12, 10), true))).toEqual([12, 11, 10]);
    expect(positions(mergeNewest(range(5, 3), range(7, 5), true))).toEqual([7, 6, 5, 4, 3]);
    expect(positions(mergeNewest(range(5, 3), range(12, 10), false))).toEqual([12, 11, 10, 5, 4, 3]);
    expect(positions(mergeNewest(range(5, 3), [at(1, 'other')], false))).toEqual([1]);
  });

  it('chooses live events as the centre chooses older ones', () => {
    const all = { storeId: null, sku: null, type: null };
    expect(matches(at(1), all)).toBe(true);
    expect(matches(at(1), { storeId: 'store', sku: 'sku', type: 'ItemsSold' })).toBe(true);
    for (const other of [{ storeId: 'x' }, { sku: 'x' }, { type: 'ReservationHeld' }])
      expect(matches(at(1), { ...all, ...other })).toBe(false);
  });
});
