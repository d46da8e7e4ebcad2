/**
 * Goal: where several reasons to refuse an operation hold at once, the first of the closed list is given.
 *
 * Method: for each operation type a scene in which it is accepted, and for each of its reasons the one change that makes the
 * reason hold. Every pair and every larger set of reasons that can hold at once is built and decided.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { Pool } from '@gondola/shared/domain/pool.ts';
import { REFUSAL_REASONS, type RefusalReason } from '@gondola/shared/domain/refusal.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { describe, expect, it } from 'vitest';
import { held, logId, now, operation, SETTINGS, storeId } from '../testing/given-book.ts';
import { decide } from './decide.ts';
import { EMPTY_POOL_STATE, type Reservation, type Transfer } from './model.ts';
import { WorkingBook } from './working-book.ts';

const elsewhere = derivedUuid('elsewhere');
const third = derivedUuid('third');
const transferId = derivedUuid('transfer');
const later = '2026-01-01T12:05:00.000Z';

/** What an operation is decided over, with the operation itself. */
interface Scene {
  readonly caller: { readonly storeId: string; readonly label: 'PROVISIONAL' | null };
  readonly body: Readonly<Record<string, unknown>>;
  readonly hold: Reservation | null;
  readonly transfer: Transfer | null;
  /** Pools of the store that is asked for units: the first line's article and the second's. */
  readonly tea: Partial<Pool>;
  readonly mate: Partial<Pool>;
}

type Change = (scene: Scene) => Scene;

interface Refusals {
  /** Accepted as it is. */
  readonly scene: Scene;
  readonly changes: Readonly<Partial<Record<RefusalReason, Change>>>;
  /** Pairs that no state has. */
  readonly apart: readonly (readonly [RefusalReason, RefusalReason])[];
}

const hold: Reservation = {
  ...{ reservationId: held, storeId, sku: 'tea', quantity: 2, state: 'HELD' },
  ...{ tillId: null, allottedLife: null, heldAt: now, expiresAt: later },
};
const transfer: Transfer = {
  ...{ transferId, fromStoreId: storeId, toStoreId: elsewhere, state: 'REQUESTED' },
  lines: [{ sku: 'tea', requested: 2, dispatched: null, received: null }],
  ...{ requestedAt: now, expiresAt: later, reason: null },
};
const plain: Scene = {
  caller: { storeId, label: 'PROVISIONAL' },
  ...{ body: {}, hold: null, transfer: null },
  tea: { free: 9, held: 2 },
  mate: { free: 9 },
};
const ended = (state: Reservation['state']): Change => withHold((one) => ({ ...one, state }));
const moved = (state: Transfer['state']): Change => withTransfer((one) => ({ ...one, state }));
const anotherStore = withHold((one) => ({ ...one, storeId: elsewhere }));
const anotherTill = withHold((one) => ({ ...one, tillId: derivedUuid('other till'), allottedLife: 1 }));

function withHold(change: (hold: Reservation) => Reservation): Change {
  return (scene) => ({ ...scene, hold: scene.hold === null ? null : change(scene.hold) });
}

function withTransfer(change: (transfer: Transfer) => Transfer): Change {
  return (scene) => ({ ...scene, transfer: scene.transfer === null ? null : change(scene.transfer) });
}

/** Every reason of these is apart from the first one. */
const apartFrom = (first: RefusalReason, ...others: readonly RefusalReason[]) =>
  others.map((other) => [first, other] as const);

type RequestType = Extract<
  OperationBody['type'],
  'adjust' | 'reserve' | 'commit' | 'release' | 'transfer-request' | 'transfer-cancel'
>;

const REFUSALS: Readonly<Record<RequestType, Refusals>> = {
  adjust: {
    scene: {
      ...plain,
      // Only one who acts on what a screen showed is refused; what a till adjusted has happened.
      caller: { storeId, label: null },
      body: { type: 'adjust', sku: 'tea', difference: -1, reason: 'damaged', expectedVersion: 0 },
    },
    changes: { 'stale-version': (scene) => ({ ...scene, body: { ...scene.body, expectedVersion: 7 } }) },
    apart: [],
  },
  reserve: {
    scene: {
      ...plain,
      body: { type: 'reserve', reservationId: held, sku: 'tea', quantity: 2 },
    },
    changes: {
      'reservation-id-taken': (scene) => ({ ...scene, hold }),
      'pool-in-deficit': (scene) => ({ ...scene, tea: { held: 2, deficit: 1 } }),
      'insufficient-free': (scene) => ({ ...scene, tea: { ...scene.tea, free: 0 } }),
    },
    apart: [],
  },
  commit: {
    scene: { ...plain, hold, body: { type: 'commit', reservationId: held } },
    changes: {
      'reservation-unknown': (scene) => ({ ...scene, hold: null }),
      'reservation-of-another-store': anotherStore,
      'reservation-of-another-till': anotherTill,
      'reservation-already-committed': ended('COMMITTED'),
      'reservation-already-released': ended('RELEASED'),
      // The time of a hold that has ended otherwise may be over as well.
      'reservation-expired': withHold((one) => ({
        ...one,
        expiresAt: now,
        state: one.state === 'HELD' ? 'EXPIRED' : one.state,
      })),
      'commit-exceeds-reservation': (scene) => ({ ...scene, body: { ...scene.body, quantity: 3 } }),
    },
    apart: [
      ...apartFrom(
        'reservation-unknown',
        ...(['reservation-of-another-store', 'reservation-of-another-till'] as const),
        ...(['reservation-already-committed', 'reservation-already-released'] as const),
        ...(['reservation-expired', 'commit-exceeds-reservation'] as const),
      ),
      ['reservation-already-committed', 'reservation-already-released'],
    ],
  },
  release: {
    scene: { ...plain, hold, body: { type: 'release', reservationId: held } },
    changes: {
      'reservation-unknown': (scene) => ({ ...scene, hold: null }),
      'reservation-of-another-store': anotherStore,
      'reservation-of-another-till': anotherTill,
      'reservation-already-committed': ended('COMMITTED'),
    },
    apart: apartFrom(
      'reservation-unknown',
      ...(['reservation-of-another-store', 'reservation-of-another-till'] as const),
      'reservation-already-committed',
    ),
  },
  'transfer-request': {
    scene: {
      ...plain,
      caller: { storeId: elsewhere, label: 'PROVISIONAL' },
      body: {
        ...{ type: 'transfer-request', transferId, fromStoreId: storeId },
        lines: [
          { sku: 'tea', quantity: 2 },
          { sku: 'mate', quantity: 2 },
        ],
      },
    },
    changes: {
      'transfer-id-taken': (scene) => ({ ...scene, transfer }),
      'transfer-to-same-store': (scene) => ({ ...scene, caller: { storeId, label: 'PROVISIONAL' } }),
      // Of the second line, so that the first one's lack of units is met before it.
      'pool-in-deficit': (scene) => ({ ...scene, mate: { held: 2, deficit: 1 } }),
      'insufficient-free': (scene) => ({ ...scene, tea: { free: 1 } }),
    },
    apart: [],
  },
  'transfer-cancel': {
    scene: { ...plain, transfer, body: { type: 'transfer-cancel', transferId } },
    changes: {
      'transfer-unknown': (scene) => ({ ...scene, transfer: null }),
      'transfer-of-another-store': (scene) => ({
        ...scene,
        caller: { storeId: third, label: 'PROVISIONAL' },
      }),
      'transfer-already-dispatched': moved('DISPATCHED'),
      'transfer-already-ended': moved('RECEIVED'),
    },
    apart: [
      ...apartFrom('transfer-unknown', 'transfer-of-another-store', 'transfer-already-dispatched'),
      ...apartFrom('transfer-unknown', 'transfer-already-ended'),
      ['transfer-already-dispatched', 'transfer-already-ended'],
    ],
  },
};

function decideScene({ caller, body, hold: kept, transfer: sent, tea, mate }: Scene) {
  const poolState = (pool: Partial<Pool>) => ({
    ...EMPTY_POOL_STATE,
    pool: { ...EMPTY_POOL_STATE.pool, ...pool },
  });
  const book = new WorkingBook({
    logId,
    pools: new Map([
      [`${storeId}/tea`, poolState(tea)],
      [`${storeId}/mate`, poolState(mate)],
    ]),
    ...{ histories: new Map(), pending: [], salvaged: [], allotments: [] },
    reservations: kept === null ? [] : [kept],
    transfers: sent === null ? [] : [sent],
  });
  return decide(operation(body, caller), book, SETTINGS);
}

/** The scene in which all of these hold. */
function withAll(scene: Scene, { changes }: Refusals, reasons: readonly RefusalReason[]): Scene {
  return reasons.reduce((changed, reason) => changes[reason]?.(changed) ?? changed, scene);
}

function isPossible({ apart }: Refusals, reasons: readonly RefusalReason[]): boolean {
  return !apart.some(([one, other]) => reasons.includes(one) && reasons.includes(other));
}

/** Every set of at least `sizeMin` of these, in the order of the list. */
function setsOf(reasons: readonly RefusalReason[], sizeMin: number): RefusalReason[][] {
  const sets: RefusalReason[][] = [[]];
  for (const reason of reasons) sets.push(...sets.map((one) => [...one, reason]));
  return sets.filter(({ length }) => length >= sizeMin);
}

const reasonsOf = ({ changes }: Refusals): RefusalReason[] =>
  REFUSAL_REASONS.filter((reason) => changes[reason] !== undefined);

for (const [type, refusals] of Object.entries(REFUSALS)) {
  describe(type, () => {
    const reasons = reasonsOf(refusals);

    it('is not refused without a reason', () => {
      expect(decideScene(refusals.scene).reason).toBeNull();
    });

    it.each(reasons)('%s alone', (reason) => {
      expect(decideScene(withAll(refusals.scene, refusals, [reason])).reason).toBe(reason);
    });

    const pairs = setsOf(reasons, 2).filter((set) => set.length === 2 && isPossible(refusals, set));
    it.each(pairs)('%s before %s', (first, second) => {
      const decision = decideScene(withAll(refusals.scene, refusals, [first, second]));
      expect([decision.verdict, decision.reason]).toEqual(['REJECTED', first]);
    });

    it('the first of any larger set', () => {
      for (const set of setsOf(reasons, 3).filter((each) => isPossible(refusals, each)))
        expect(decideScene(withAll(refusals.scene, refusals, set)).reason, set.join()).toBe(set[0]);
    });
  });
}

it('finds a store that owes units before one that has too few, whichever line comes first', () => {
  const { scene } = REFUSALS['transfer-request'];
  for (const lines of [scene.body['lines'] as object[], (scene.body['lines'] as object[]).toReversed()]) {
    const both = { ...scene, body: { ...scene.body, lines }, tea: { free: 1 }, mate: { deficit: 1 } };
    const decision = decideScene(both);
    expect(decision.reason).toBe('pool-in-deficit');
    expect(decision.events[0]).toMatchObject({ type: 'ConflictOpened', sku: 'mate' });
  }
});

it('knows every reason of the list', () => {
  const known = Object.values(REFUSALS).flatMap(reasonsOf);
  expect(REFUSAL_REASONS.filter((reason) => !known.includes(reason))).toEqual([]);
});

it('stands in the protocol’s description as it is in the code', () => {
  const spec = readFileSync(path.resolve(import.meta.dirname, '../../sync/SPEC.md'), 'utf8');
  const section = spec.split('## Refusals')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| \d+ \| `([\w-]+)` \| ([\w ,-]+) \|/gm)];
  expect(rows.map(([, reason]) => reason)).toEqual([...REFUSAL_REASONS]);
  for (const [, reason = '', types = ''] of rows) {
    const refused = Object.entries(REFUSALS).filter(([, one]) => reason in one.changes);
    expect(types.split(', ').sort(), reason).toEqual(refused.map(([type]) => type).sort());
  }
});
