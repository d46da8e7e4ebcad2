/** Goal: the feed is bounded, and old pages go in bulk and not with every batch. */
import { expect, test } from 'vitest';
import { FEED_EVENTS_MAX, feedEffectsOf } from './postgres-feed.ts';

const trimmedBy = (firstPosition: number, lastPosition: number): unknown[] =>
  feedEffectsOf([{ logId: '', firstPosition, lastPosition, keys: [], entries: [] }])
    .filter(({ name }) => name === 't')
    .flatMap(({ values }) => values);

test('pages older than the newest million events are removed, ten thousand events at a time', () => {
  expect(FEED_EVENTS_MAX).toBe(1_000_000);
  expect(trimmedBy(9_901, 10_000)).toEqual([]);
  expect(trimmedBy(999_901, 1_000_100)).toEqual([]);
  expect(trimmedBy(1_009_801, 1_009_900)).toEqual([]);
  expect(trimmedBy(1_009_901, 1_010_000)).toEqual([10_000]);
  expect(trimmedBy(1_010_001, 1_010_100)).toEqual([]);
  expect(trimmedBy(1_019_950, 1_020_100)).toEqual([20_000]);
});
