import { describe, expect, it } from 'vitest';
import type { StoreView } from './answers.ts';
import { ageMs, countStates, sortStores, storeState } from './store-state.ts';
import { nextTile } from './wall-keys.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();

function store(part: Partial<StoreView>): StoreView {
  return {
    storeId: '00000000-0000-4000-8000-000000000001',
    number: '1',
    name: 'Store 1',
    tills: 2,
    tillsOnline: 2,
    waiting: 0,
    oldestWaitingAt: null,
    lastContactAt: ago(1_000),
    conflictsOpen: 0,
    poolsInDeficit: 0,
    ...part,
  };
}

describe('the state of a store', () => {
  it.each([
    ['conflict', { conflictsOpen: 1, poolsInDeficit: 1, tillsOnline: 0 }],
    ['deficit', { poolsInDeficit: 1, tillsOnline: 0 }],
    ['no-tills', { tills: 0, tillsOnline: 0 }],
    ['offline', { tillsOnline: 0, waiting: 9, oldestWaitingAt: ago(60_000) }],
    ['partly', { tillsOnline: 1 }],
    ['catching-up', { waiting: 9, oldestWaitingAt: ago(60_000) }],
    ['online', { waiting: 1, oldestWaitingAt: ago(500) }],
    ['online', {}],
  ] as const)('is the worst of them: %s', (state, part) => {
    expect(storeState(store(part), NOW)).toBe(state);
  });

  it('is counted', () => {
    const counts = countStates([store({}), store({}), store({ conflictsOpen: 2 })], NOW);
    expect([...counts]).toEqual([
      ['online', 2],
      ['conflict', 1],
    ]);
  });
});

describe('the order of stores', () => {
  const numbers = (order: Parameters<typeof sortStores>[1]) =>
    sortStores(
      [
        store({ number: '10', oldestWaitingAt: ago(10_000), lastContactAt: ago(99_000) }),
        store({ number: '9', conflictsOpen: 3, lastContactAt: ago(5_000) }),
        store({ number: '100', tillsOnline: 0, oldestWaitingAt: ago(90_000), lastContactAt: null }),
        store({ number: '2', tills: 0, tillsOnline: 0, lastContactAt: null }),
      ],
      order,
      NOW,
    ).map((each) => each.number);

  it('follows what was asked, and numbers as numbers', () => {
    expect(numbers('number')).toEqual(['2', '9', '10', '100']);
    expect(numbers('state')).toEqual(['9', '100', '10', '2']);
    expect(numbers('queue')).toEqual(['100', '10', '2', '9']);
    expect(numbers('silence')).toEqual(['100', '10', '9', '2']);
    expect(numbers('conflicts')).toEqual(['9', '2', '10', '100']);
  });
});

describe('ages', () => {
  it('are never negative, and nothing for nothing', () => {
    expect([ageMs(ago(5), NOW), ageMs(ago(-5), NOW), ageMs(null, NOW)]).toEqual([5, 0, null]);
  });
});

describe('keys on the wall', () => {
  const tiles = [0, 0, 0, 40, 40].map((offsetTop) => ({ offsetTop }));

  it('move by rows and stay on the wall', () => {
    expect(nextTile('ArrowDown', 1, tiles)).toBe(4);
    expect(nextTile('ArrowDown', 2, tiles)).toBeNull();
    expect(nextTile('ArrowUp', 3, tiles)).toBe(0);
    expect(nextTile('ArrowLeft', 0, tiles)).toBeNull();
    expect(nextTile('ArrowRight', 2, tiles)).toBe(3);
    expect([nextTile('Home', 2, tiles), nextTile('End', 2, tiles)]).toEqual([0, 4]);
    expect([nextTile('x', 2, tiles), nextTile('End', -1, tiles)]).toEqual([null, null]);
  });
});
