import { DEFAULT_SELLING_RULES } from '@gondola/shared/domain/selling-rules.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryJournal } from '../journal/memory-journal.ts';
import { createMemoryReplica } from '../replica/memory-replica.ts';
import {
  cataloguePage,
  countingIds,
  IDENTITY,
  inventoryPage,
  JOURNAL_IDENTITY,
  policyRow,
  poolRow,
  productRow,
  standingClock,
  uuid,
} from '../testing/fixtures.ts';
import type { Counter } from './counter.ts';
import { holdItem } from './hold-item.ts';
import { unsureUnits } from './provisional-bound.ts';
import { createUndecidedLog } from './undecided.ts';

/** Goal: an item's policy bounds what is promised unsure, and never touches a guarantee. */

/** A counter whose till owns `own` units of the article, under a policy. */
async function counterOf(own: number, provisionalMaxUnits: number | null): Promise<Counter> {
  const replica = createMemoryReplica();
  await replica.applyCatalogue(cataloguePage([productRow({ sku: 'phone', name: 'PHONE' })]));
  await replica.applyInventory(
    inventoryPage({ pools: [poolRow('phone', 50)], policies: [policyRow('phone', provisionalMaxUnits)] }),
  );
  const undecided = createUndecidedLog();
  const spent = () =>
    undecided
      .all()
      .reduce(
        (sum, { body }) => sum + (body.type === 'reserve' && body.allotted === true ? body.quantity : 0),
        0,
      );
  return {
    identity: IDENTITY,
    journal: openMemoryJournal({ identity: JOURNAL_IDENTITY, medium: [] }),
    replica,
    undecided,
    clock: standingClock(),
    ids: countingIds(),
    recordedBaskets: new Set(),
    rules: DEFAULT_SELLING_RULES,
    purse: { isOpen: true, unspent: () => own - spent(), ownHold: () => null },
    inTurn: turns(),
    grew: () => undefined,
  };
}

function turns(): Counter['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const next = last.then(step);
    last = next.catch(() => undefined);
    return next;
  };
}

async function hold(counter: Counter, quantity: number): Promise<string> {
  const held = await holdItem(counter, { sku: 'phone', quantity });
  return held.ok ? held.value.label : held.error.kind;
}

describe('a policy of 0 (phones)', () => {
  it('promises only what is sure', async () => {
    const counter = await counterOf(2, 0);
    expect([
      await hold(counter, 1),
      await hold(counter, 2),
      await hold(counter, 1),
      await hold(counter, 1),
    ]).toEqual(['GUARANTEED', 'guaranteed-only', 'GUARANTEED', 'guaranteed-only']);
    const refused = await holdItem(counter, { sku: 'phone', quantity: 1 });
    expect(refused).toMatchObject({ ok: false, error: { name: 'PHONE', own: 0 } });
  });

  it('promises nothing once the till may not spend any more', async () => {
    const counter = await counterOf(2, 0);
    expect(await hold({ ...counter, purse: { ...counter.purse, isOpen: false } }, 1)).toBe('guaranteed-only');
  });
});

describe('a policy of n (gum)', () => {
  it('promises n units unsure, and no more until the centre answers', async () => {
    const counter = await counterOf(0, 3);
    expect([
      await hold(counter, 2),
      await hold(counter, 2),
      await hold(counter, 1),
      await hold(counter, 1),
    ]).toEqual(['PROVISIONAL', 'provisional-bound', 'PROVISIONAL', 'provisional-bound']);
    counter.undecided.decidedUpTo(1);
    expect([await hold(counter, 2), await hold(counter, 1)]).toEqual(['PROVISIONAL', 'provisional-bound']);
  });

  it('does not let two holds at once pass together', async () => {
    const counter = await counterOf(0, 1);
    const both = await Promise.all([hold(counter, 1), hold(counter, 1)]);
    expect(both).toEqual(['PROVISIONAL', 'provisional-bound']);
  });
});

it('without a bound everything may be promised', async () => {
  const counter = await counterOf(0, null);
  expect([await hold(counter, 1_000), await hold(counter, 1_000)]).toEqual(['PROVISIONAL', 'PROVISIONAL']);
});

it('never refuses a hold that the till’s own units cover, whatever the policy', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(8),
      fc.option(fc.nat(4), { nil: null }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }),
      async (own, bound, quantities) => {
        const counter = await counterOf(own, bound);
        let left = own;
        let unsure = 0;
        for (const quantity of quantities) {
          const answer = await hold(counter, quantity);
          if (quantity <= left) {
            expect(answer).toBe('GUARANTEED');
            left -= quantity;
          } else if (bound === null || unsure + quantity <= bound) {
            expect(answer).toBe('PROVISIONAL');
            unsure += quantity;
          } else expect(answer).toBe(bound === 0 ? 'guaranteed-only' : 'provisional-bound');
        }
        expect(bound === null || unsure <= bound).toBe(true);
      },
    ),
  );
});

it('counts what was promised and not given back', () => {
  const record = (sequence: number, body: object) => ({
    ...{ sequence, recordedAt: '2017-01-01T12:00:00.000Z', label: 'PROVISIONAL' as const, bytes: 1 },
    body: operationBodySchema.parse(body),
  });
  const reserve = (id: number, quantity: number) => ({
    ...{ type: 'reserve', reservationId: uuid(id), sku: 'gum', quantity },
  });
  const log = [
    record(1, reserve(1, 2)),
    record(2, { ...reserve(2, 4), allotted: true }),
    record(3, reserve(3, 8)),
    record(4, { type: 'release', reservationId: uuid(1) }),
    record(5, { type: 'commit', reservationId: uuid(3) }),
  ];
  expect(unsureUnits('gum', log)).toBe(8);
  expect(unsureUnits('tea', log)).toBe(0);
});
