import type { AllotmentExpiryCause, AllotmentMode } from '@gondola/shared/domain/allotment.ts';
import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { decideExpiry } from './decide.ts';
import {
  close,
  expire,
  force,
  grant,
  isAsSeen,
  recall,
  retire,
  settlePending,
  takeOverHold,
} from './decide-allotment.ts';
import { expireTransfer } from './decide-transfer.ts';
import { isOverdue } from './evolve.ts';
import { type GrantSettings, NO_DEMAND, planGrants, type TillClaim } from './grant-policy.ts';
import type { Allotment, DecisionContext, Life } from './model.ts';
import { type LifeKey, lifeKeyText, type PoolKey } from './ports.ts';
import type { Submission } from './submission.ts';
import type { DemandClock, WorkingBook } from './working-book.ts';

/** The authority's housekeeping inside a batch: what time, lives and the grant policy do to pools that are locked anyway. */
export interface House {
  readonly book: WorkingBook;
  readonly context: DecisionContext;
  readonly clock: DemandClock;
}

/** Holds of the touched pools that are over. Returns how many ended. */
export function expireOverdue({ book, clock }: House): number {
  let ended = 0;
  for (const reservation of book.reservations()) {
    if (!isOverdue(reservation, clock.now)) continue;
    book.apply(decideExpiry(reservation, book), null, clock);
    ended += 1;
  }
  return ended;
}

type Housekeeping = Exclude<Submission, { kind: 'journal' | 'single' }>;

/**
 * Carries out one submission that is no operation; returns how many events it made. `whyOver` says, from the life's
 * locked row, whether and why it is over.
 */
export function keepHouse(
  house: House,
  submission: Housekeeping,
  whyOver: (life: LifeKey) => AllotmentExpiryCause | null,
): number {
  const { book, context } = house;
  const before = book.events.length;
  switch (submission.kind) {
    // Overdue holds of every touched pool end before the first operation; dealing comes after the last.
    case 'expire':
    case 'deal':
    case 'gather':
      return 0;
    case 'expire-transfers':
      for (const id of submission.transferIds) {
        const transfer = book.transfer(id);
        if (transfer !== undefined && Date.parse(transfer.expiresAt) <= Date.parse(context.now))
          applyAll(house, expireTransfer(book, transfer));
      }
      break;
    case 'retire':
      if (whyOver(submission.life) !== 'life-retired')
        applyAll(house, retire(book, submission.life.storeId, submission.life, submission.cause));
      break;
    case 'lapse':
      lapse(house, submission.life, submission.pools, whyOver(submission.life));
      break;
    case 'force':
      act(house, submission);
      break;
  }
  return book.events.length - before;
}

function act(house: House, { pool, of, by, seen }: Extract<Submission, { kind: 'force' }>): void {
  const { book } = house;
  for (const allotment of allotmentsOf(book, pool, of)) {
    if (seen !== undefined && !isAsSeen(allotment, seen)) continue;
    applyAll(house, by.cause === 'closing' ? close(book, allotment, by.reason) : force(book, allotment, by));
  }
}

function applyAll({ book, clock }: House, events: readonly InventoryEvent[]): void {
  book.apply(events, null, clock);
}

function allotmentsOf(book: WorkingBook, { storeId, sku }: PoolKey, life: Pick<LifeKey, 'tillId' | 'life'>) {
  return book.allotments(storeId, sku).filter((one) => lifeKeyText(one) === lifeKeyText(life));
}

function lapse(
  house: House,
  life: LifeKey,
  pools: readonly PoolKey[],
  cause: AllotmentExpiryCause | null,
): void {
  if (cause === null) return;
  const { book, context } = house;
  for (const pool of pools)
    for (const allotment of allotmentsOf(book, pool, life)) applyAll(house, expire(book, allotment, cause));
  if (cause !== 'life-retired') return;
  for (const reservation of book.reservations())
    if (reservation.tillId === life.tillId && reservation.allottedLife === life.life)
      applyAll(house, takeOverHold(book, reservation, context));
}

/** What is missing to that many free units is asked back from the tills that can hear, from the fullest first. */
export function gather(house: House, pool: PoolKey, quantity: number, lives: readonly LifeKey[]): void {
  const { book } = house;
  const alive = new Set(lives.map(lifeKeyText));
  let missing = quantity - book.poolState(pool.storeId, pool.sku).pool.free;
  const holders = book
    .allotments(pool.storeId, pool.sku)
    .filter((one) => one.state === 'ACTIVE' && alive.has(lifeKeyText(one)))
    .sort((left, right) => unspentOf(right) - unspentOf(left));
  for (const allotment of holders) {
    const asked = Math.min(missing, unspentOf(allotment));
    if (asked <= 0) return;
    missing -= asked;
    if (asked > allotment.recalled) applyAll(house, recall(book, allotment, asked));
  }
}

export interface DealRules {
  readonly grants: GrantSettings;
  readonly allotmentMode: AllotmentMode;
}

/** Tills of a store that were heard of lately. */
export interface Alive {
  readonly lives: readonly LifeKey[];
  /** One of them takes part in this batch. */
  readonly areSpeaking: boolean;
}

/**
 * The grant policy over one pool, after all else. Units are dealt out only where a till of the store is speaking: a web
 * order alone must not lease units to tills that may be cut off by now; it may ask some back. Then deficits that waited
 * for sibling tills are looked at.
 */
export function deal(house: House, pool: PoolKey, { lives, areSpeaking }: Alive, rules: DealRules): void {
  const { book, clock } = house;
  const { storeId, sku } = pool;
  askSiblings(house, pool);
  const { webDemand, pool: buckets } = book.poolState(storeId, sku);
  const allotments = book.allotments(storeId, sku);
  const plan = planGrants(
    {
      free: buckets.free,
      deficit: buckets.deficit,
      web: webDemand,
      tills: claimsOf(allotments, lives),
      now: clock.now,
    },
    rules.grants,
  );
  for (const { tillId: key, quantity } of areSpeaking ? plan.grants : []) {
    const life = lives.find((one) => lifeKeyText(one) === key);
    if (life !== undefined && !book.hasGivenBack(pool, life))
      applyAll(house, grant(book, pool, life, quantity, rules.allotmentMode));
  }
  for (const { tillId: key, quantity } of plan.recalls) {
    const allotment = allotments.find((one) => lifeKeyText(one) === key);
    if (allotment !== undefined) applyAll(house, recall(book, allotment, quantity));
  }
  const pending = book.pendingOf(storeId, sku);
  if (pending.length > 0) applyAll(house, settlePending(book, pool, pending));
}

/** One claim per life that is alive or holds units that it may still spend. */
function claimsOf(allotments: readonly Allotment[], alive: readonly LifeKey[]): TillClaim[] {
  const claims: TillClaim[] = [];
  for (const one of allotments) {
    const isAlive = alive.some((life) => isSameLife(life, one));
    if (one.state !== 'ACTIVE' && !(one.state === 'SETTLED' && isAlive)) continue;
    claims.push({
      tillId: lifeKeyText(one),
      alive: isAlive,
      outstanding: one.state === 'ACTIVE' ? unspentOf(one) : 0,
      recalled: one.recalled,
      demand: one.demand,
    });
  }
  for (const life of alive) {
    if (allotments.some((one) => isSameLife(life, one))) continue;
    claims.push({ tillId: lifeKeyText(life), alive: true, outstanding: 0, recalled: 0, demand: NO_DEMAND });
  }
  return claims;
}

function isSameLife(left: Life, right: Life): boolean {
  return left.tillId === right.tillId && left.life === right.life;
}

/** What the store owes is asked back from the tills that hold units of the pool, as much as is owed. */
function askSiblings(house: House, { storeId, sku }: PoolKey): void {
  const { book } = house;
  let owed = book.poolState(storeId, sku).pool.deficit;
  if (owed === 0) return;
  for (const allotment of book.allotments(storeId, sku)) {
    const asked = Math.min(owed, unspentOf(allotment));
    owed -= asked;
    if (asked > allotment.recalled) applyAll(house, recall(book, allotment, asked));
  }
}
