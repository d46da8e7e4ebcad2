import type { ConflictAct } from '@gondola/shared/domain/labels.ts';
import { SUGGESTED_STORES_MAX, SUGGESTED_SUBSTITUTES_MAX } from '@gondola/shared/lib/limits.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';

/** A place on the earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** What another store has of the article that nobody else is promised. */
export interface StoreStock {
  readonly storeId: string;
  readonly free: number;
  readonly place: Place | null;
}

export interface SubstituteStock {
  readonly sku: string;
  readonly name: string;
  readonly free: number;
}

/** Something a person may do about a conflict, ready to be done. */
export type SuggestedAct =
  | StoreAct<'re-source'>
  | StoreAct<'transfer'>
  | { readonly act: 'substitute'; readonly sku: string; readonly name: string; readonly free: number }
  | { readonly act: 'count'; readonly sku: string };

interface StoreAct<Act extends ConflictAct> {
  readonly act: Act;
  readonly fromStoreId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly free: number;
  /** null where one of the two stores has no known place. */
  readonly distanceKm: number | null;
}

export type ConflictFacts = Pick<
  ConflictRow,
  'kind' | 'state' | 'operationType' | 'storeId' | 'sku' | 'quantity'
>;

export interface Surroundings {
  readonly place: Place | null;
  /** Other stores with stock of the article. */
  readonly stores: readonly StoreStock[];
  /** Articles of the same category with free stock in this store. */
  readonly substitutes: readonly SubstituteStock[];
}

/**
 * What may be done, the best first. Only stock that nobody else is promised is offered: free units cover the whole quantity,
 * so the offer is sure as long as they are. Pure.
 */
export function suggestActs(conflict: ConflictFacts, around: Surroundings): readonly SuggestedAct[] {
  const { kind, state, operationType, sku, quantity } = conflict;
  if (state !== 'OPEN' || sku === null) return [];
  const count: SuggestedAct = { act: 'count', sku };
  const sources = quantity === 0 ? [] : sourcesOf(conflict, around).slice(0, SUGGESTED_STORES_MAX);
  const elsewhere = sources.map((source): SuggestedAct => ({ act: 're-source', ...source }));
  const transfers = sources.map((source): SuggestedAct => ({ act: 'transfer', ...source }));
  switch (kind) {
    case 'provisional-refused':
      // The hold had ended already: nobody waits for anything.
      if (operationType === 'release') return [];
      // The goods may have been handed over; only the shelf can tell.
      if (operationType === 'commit') return [count, ...transfers, ...substitutesOf(around)];
      return [...elsewhere, ...transfers, ...substitutesOf(around), count];
    case 'deficit':
      return [count, ...transfers];
    case 'settlement-differs':
    case 'transfer-short':
    case 'transfer-over':
    case 'transfer-unannounced':
      return [count];
    case 'life-forked':
      return [];
  }
}

type Source = Omit<StoreAct<'transfer'>, 'act'>;

/** Stores that can give the whole quantity: the nearest first where distances are known, then the best stocked. Pure. */
export function sourcesOf(
  { storeId, sku, quantity }: Pick<ConflictFacts, 'storeId' | 'sku' | 'quantity'>,
  { place, stores }: Pick<Surroundings, 'place' | 'stores'>,
): readonly Source[] {
  if (sku === null) return [];
  return stores
    .filter((store) => store.storeId !== storeId && store.free >= quantity)
    .map((store) => ({
      ...{ fromStoreId: store.storeId, sku, quantity, free: store.free },
      distanceKm: place === null || store.place === null ? null : distanceKm(place, store.place),
    }))
    .sort(nearestThenBest);
}

function nearestThenBest(left: Source, right: Source): number {
  const near = (left.distanceKm ?? Number.MAX_VALUE) - (right.distanceKm ?? Number.MAX_VALUE);
  if (near !== 0) return near;
  return right.free - left.free || (left.fromStoreId < right.fromStoreId ? -1 : 1);
}

function substitutesOf({ substitutes }: Surroundings): SuggestedAct[] {
  return [...substitutes]
    .filter(({ free }) => free > 0)
    .sort((left, right) => right.free - left.free || (left.sku < right.sku ? -1 : 1))
    .slice(0, SUGGESTED_SUBSTITUTES_MAX)
    .map((substitute) => ({ act: 'substitute', ...substitute }));
}

const EARTH_RADIUS_KM = 6_371;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** Along the surface of the earth, to a tenth of a kilometre. Pure. */
export function distanceKm(from: Place, to: Place): number {
  const latitude = (to.latitude - from.latitude) * RADIANS_PER_DEGREE;
  const longitude = (to.longitude - from.longitude) * RADIANS_PER_DEGREE;
  const haversine =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(from.latitude * RADIANS_PER_DEGREE) *
      Math.cos(to.latitude * RADIANS_PER_DEGREE) *
      Math.sin(longitude / 2) ** 2;
  return Math.round(20 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)))) / 10;
}
