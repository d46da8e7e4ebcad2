import { CONFLICT_KINDS, CONFLICT_STATES } from '@gondola/shared/domain/labels.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeCompensation } from './propose-compensation.ts';
import { type ConflictFacts, distanceKm, type Surroundings, suggestActs } from './suggest-acts.ts';

/** Goal: every offer can be kept when it is made, the best comes first, and nothing is offered where nothing helps. */

const HERE = { latitude: -23.55, longitude: -46.63 };
const conflict = {
  kind: 'provisional-refused',
  state: 'OPEN',
  operationType: 'reserve',
  storeId: 'here',
  sku: 'tea',
  quantity: 3,
} as unknown as ConflictFacts;
const around: Surroundings = {
  place: HERE,
  stores: [
    { storeId: 'rich', free: 90, place: null },
    { storeId: 'far', free: 50, place: { latitude: -22.91, longitude: -43.17 } },
    { storeId: 'poor', free: 2, place: HERE },
    { storeId: 'near', free: 3, place: { latitude: -23.56, longitude: -46.65 } },
    { storeId: 'here', free: 99, place: HERE },
  ],
  substitutes: [
    { sku: 'mate', name: 'Mate', free: 4 },
    { sku: 'coffee', name: 'Coffee', free: 9 },
    { sku: 'cocoa', name: 'Cocoa', free: 0 },
  ],
};
const named = (acts: ReturnType<typeof suggestActs>) =>
  acts.map((one) => ('fromStoreId' in one ? `${one.act} ${one.fromStoreId}` : `${one.act} ${one.sku}`));

describe('a refused hold', () => {
  it('is served from the nearest store that has enough, then from the best stocked', () => {
    expect(named(suggestActs(conflict, around))).toEqual([
      're-source near',
      're-source far',
      're-source rich',
      'transfer near',
      'transfer far',
      'transfer rich',
      'substitute coffee',
      'substitute mate',
      'count tea',
    ]);
  });

  it('without places, goes to the store with the most', () => {
    const [first] = suggestActs(conflict, { ...around, place: null });
    expect(first).toMatchObject({ act: 're-source', fromStoreId: 'rich', distanceKm: null });
  });

  it('offers no store when none has enough', () => {
    const acts = suggestActs({ ...conflict, quantity: 500 }, around);
    expect(named(acts)).toEqual(['substitute coffee', 'substitute mate', 'count tea']);
  });
});

it('other conflicts get what helps them', () => {
  const of = (part: object) => named(suggestActs({ ...conflict, ...part } as ConflictFacts, around));
  expect(of({ kind: 'deficit', operationType: 'sell' })[0]).toBe('count tea');
  expect(of({ operationType: 'release' })).toEqual([]);
  expect(of({ operationType: 'commit' })[0]).toBe('count tea');
  expect(of({ kind: 'settlement-differs' })).toEqual(['count tea']);
  expect(of({ kind: 'life-forked', sku: null })).toEqual([]);
  expect(of({ kind: 'transfer-short', sku: null })).toEqual([]);
  expect(of({ state: 'PENDING' })).toEqual([]);
  expect(of({ state: 'CLOSED' })).toEqual([]);
});

it('never offers a store that has too little, the store itself, or an article without stock', () => {
  const store = fc.record({
    storeId: fc.constantFrom('here', 'a', 'b', 'c', 'd', 'e'),
    free: fc.nat(6),
    place: fc.option(
      fc.record({
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      }),
    ),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...CONFLICT_KINDS),
      fc.constantFrom(...CONFLICT_STATES),
      fc.nat(5),
      fc.array(store),
      fc.array(fc.record({ sku: fc.constantFrom('x', 'y'), name: fc.constant('X'), free: fc.nat(3) })),
      (kind, state, quantity, stores, substitutes) => {
        const facts = { ...conflict, kind, state, quantity };
        const acts = suggestActs(facts, { place: HERE, stores, substitutes });
        for (const one of acts) {
          if ('fromStoreId' in one) {
            expect(one.fromStoreId).not.toBe('here');
            expect(one.free).toBeGreaterThanOrEqual(quantity);
            expect(one.distanceKm ?? 0).toBeGreaterThanOrEqual(0);
          } else if (one.act === 'substitute') expect(one.free).toBeGreaterThan(0);
        }
      },
    ),
  );
});

it('measures along the earth', () => {
  expect(distanceKm(HERE, HERE)).toBe(0);
  expect(distanceKm(HERE, { latitude: -22.91, longitude: -43.17 })).toBeCloseTo(361, -1);
});

describe('compensation by policy', () => {
  it('asks the best store that was not asked before', () => {
    const next = (asked: string[]) =>
      proposeCompensation(conflict, around, new Set(asked))?.fromStoreId ?? null;
    expect([next([]), next(['near']), next(['near', 'far']), next(['near', 'far', 'rich'])]).toEqual([
      'near',
      'far',
      'rich',
      null,
    ]);
    expect(proposeCompensation(conflict, around, new Set())).toEqual({
      fromStoreId: 'near',
      toStoreId: 'here',
      sku: 'tea',
      quantity: 3,
    });
  });

  it('leaves every other conflict to a person', () => {
    for (const part of [
      { kind: 'deficit' },
      { operationType: 'commit' },
      { state: 'PENDING' },
      { quantity: 0 },
    ])
      expect(proposeCompensation({ ...conflict, ...part } as ConflictFacts, around, new Set())).toBeNull();
  });
});
