import { CONFLICT_KINDS, TRANSFER_STATES, VERDICTS } from '@gondola/shared/domain/labels.ts';
import { REFUSAL_REASONS } from '@gondola/shared/domain/refusal.ts';
import { inventoryEventSchema } from '@gondola/shared/schemas/events.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { describe, expect, it } from 'vitest';
import { actWords } from './act-words.ts';
import type { CloudEvent, HistoryEntry } from './answers.ts';
import { articlesOf, conflictWords, reasonKey } from './conflict-words.ts';
import { EVENT_TYPES, eventFacts, historyTone, historyWords } from './event-words.ts';
import { originOf } from './origin.ts';
import type { Suggestion } from './report-answers.ts';
import { en } from './words-en.ts';

const STORE = '5e3afe21-7acd-8c3c-91e4-cbf86b789714';
const LOG = 'be796fca-2a76-4217-a436-d5c8cbd596d2';

function event(position: number, data: Record<string, unknown>, logid = LOG): CloudEvent {
  const sku = typeof data['sku'] === 'string' ? `/${data['sku']}` : '';
  return {
    specversion: '1.0',
    id: `${logid}:${position}`,
    source: '/inventory',
    type: `gondola.inventory.${data['type']}.v1`,
    subject: `${STORE}${sku}`,
    time: '2026-03-02T12:00:00.000Z',
    datacontenttype: 'application/json',
    logid,
    position,
    data,
  };
}

const sold = (position: number) =>
  event(position, { type: 'ItemsSold', sku: 'milk', quantity: 2, excess: 0 });

describe('an event in words', () => {
  it('has words for every type, and for each state and kind inside it', () => {
    const known = Object.keys(en.event).map((key) => key.split('-')[0]);
    const types = inventoryEventSchema.options.map(({ shape }) => shape.type.value);
    expect([...EVENT_TYPES].sort()).toEqual([...types].sort());
    for (const type of types) {
      expect(known).toContain(type);
      expect(Object.keys(en.eventType)).toContain(type);
    }
    const variants = [
      ...CONFLICT_KINDS.map((kind) => `ConflictOpened-${kind}`),
      ...TRANSFER_STATES.map((state) => `TransferChanged-${state}`),
      ...VERDICTS.map((verdict) => `OperationDecided-${verdict}`),
    ];
    for (const key of variants) expect(Object.keys(en.event)).toContain(key);
  });

  it('says what was sold, and what of it was not in the book', () => {
    expect(eventFacts(sold(1)).words).toEqual({ key: 'event.ItemsSold', values: { count: 2 } });
    const excess = eventFacts(event(1, { type: 'ItemsSold', sku: 'milk', quantity: 5, excess: 4 }));
    expect(excess).toMatchObject({
      tone: 'bad',
      words: { key: 'event.ItemsSold-excess', values: { excess: 4 } },
    });
  });

  it('says who, where and how it was decided', () => {
    const facts = eventFacts(
      event(1, {
        type: 'OperationDecided',
        operationId: 'x',
        verdict: 'REJECTED',
        reason: 'insufficient-free',
      }),
    );
    expect(facts).toMatchObject({ storeId: STORE, sku: null, operationId: 'x', tone: 'careful' });
    expect(facts.words.key).toBe('event.OperationDecided-REJECTED');
  });

  it('stays readable for a type of a later version, and for no data at all', () => {
    expect(eventFacts(event(1, { type: 'StockTeleported' })).words).toEqual({
      key: 'event.unknown',
      values: { type: 'StockTeleported' },
    });
    expect(eventFacts({ ...sold(1), data: null }).words.values).toEqual({ count: 0 });
  });
});

describe('a line of history', () => {
  const entry = (part: Partial<HistoryEntry>): HistoryEntry => ({
    position: 1,
    at: '2026-03-02T12:00:00.000Z',
    type: 'ItemsSold',
    operationId: null,
    free: 0,
    held: 0,
    allotted: 0,
    inDoubt: 0,
    deficit: 0,
    onHand: 0,
    onHandAfter: 0,
    ...part,
  });

  it.each([
    [{ onHand: -2 }, 'history.ItemsSold', { count: 2 }],
    [{ onHand: -5, deficit: 4 }, 'history.ItemsSold-excess', { count: 5, excess: 4 }],
    [{ onHand: 0 }, 'history.ItemsSold-held', { count: 0 }],
    [{ type: 'GoodsReceived', onHand: 6 }, 'history.GoodsReceived', { count: 6 }],
    [{ type: 'ReservationHeld', held: 3, free: -3 }, 'history.ReservationHeld', { count: 3 }],
    [{ type: 'ReservationCommitted', held: -3, onHand: -2 }, 'history.ReservationCommitted', { count: 2 }],
    [{ type: 'ReservationExpired', held: -3, free: 3 }, 'history.ReservationExpired', { count: 3 }],
    [{ type: 'StockCounted', onHand: -1 }, 'history.StockCounted-less', { count: 1 }],
    [{ type: 'StockCounted', onHand: 0 }, 'history.StockCounted-same', { count: 0 }],
    [{ type: 'AllotmentGranted', free: -3, allotted: 3 }, 'history.AllotmentGranted', { count: 3 }],
    [{ type: 'AllotmentExpired', allotted: -3, inDoubt: 3 }, 'history.AllotmentExpired', { count: 3 }],
    [{ type: 'AllotmentForced', inDoubt: -3, free: 3 }, 'history.AllotmentForced', { count: 3 }],
    [{ type: 'TransferDispatched', held: -2, onHand: -2 }, 'history.TransferDispatched', { count: 2 }],
    [{ type: 'StockAdjusted', onHand: -2 }, 'history.StockAdjusted', { change: -2 }],
    [{ type: 'Later', onHand: 1 }, 'history.unknown', { type: 'Later', count: 1 }],
  ])('%o', (part, key, values) => {
    expect(historyWords(entry(part))).toEqual({ key, values });
  });

  it('is coloured only where somebody should look', () => {
    expect(historyTone(entry({ deficit: 1 }))).toBe('bad');
    expect(historyTone(entry({ deficit: -1 }))).toBe('info');
    expect(historyTone(entry({ type: 'RecountFlagged' }))).toBe('careful');
  });
});

describe('a suggested act', () => {
  it('has words for its button and for the closing', () => {
    const store = { fromStoreId: STORE, sku: 'tea', quantity: 2, free: 9 };
    const all: readonly Suggestion[] = [
      { act: 're-source', ...store, distanceKm: null },
      { act: 'transfer', ...store, distanceKm: 3.5 },
      { act: 'substitute', sku: 'mate', name: 'Mate', free: 4 },
      { act: 'count', sku: 'tea' },
    ];
    const keys = Object.keys(en.act).map((key) => `act.${key}`);
    for (const one of all) {
      const { button, reason } = actWords(
        one,
        () => 'North',
        (km) => `${km} km`,
      );
      expect(keys).toContain(button.key);
      expect(keys).toContain(reason.key);
    }
  });
});

describe('who asked', () => {
  it('is read from the id of an operation', () => {
    expect(originOf(`till:${STORE}:2:17`)).toEqual({ kind: 'till', tillId: STORE, receipt: '2-000017' });
    expect(originOf('api:key:1')).toEqual({ kind: 'api' });
    expect(originOf('import:abc')).toEqual({ kind: 'import' });
    expect(originOf(null)).toEqual({ kind: 'authority' });
    expect(originOf('odd')).toEqual({ kind: 'other', id: 'odd' });
  });
});

describe('a conflict in words', () => {
  const conflict = {
    operationType: 'reserve',
    kind: 'provisional-refused',
    reason: 'insufficient-free',
    quantity: 2,
  } as unknown as Parameters<typeof conflictWords>[0];
  const keys = new Set(Object.keys(en.conflict).map((key) => `conflict.${key}`));

  it('has words for every kind of operation and of conflict', () => {
    const operations = operationBodySchema.options.map(({ shape }) => shape.type.value);
    for (const operationType of [...operations, 'life', 'later']) {
      for (const kind of CONFLICT_KINDS) {
        const { cause, believed, known, next } = conflictWords({ ...conflict, operationType, kind });
        for (const key of [cause, believed, next]) expect(keys).toContain(key);
        if (!known.startsWith('reason.')) expect(keys).toContain(known);
      }
    }
  });

  it('names no units of a hold that is not known, and tells a short count from a sale', () => {
    expect(conflictWords({ ...conflict, operationType: 'commit', quantity: 0 }).believed).toBe(
      'conflict.believed-commit-none',
    );
    expect(conflictWords({ ...conflict, kind: 'deficit', reason: 'counted-less-than-promised' }).cause).toBe(
      'conflict.cause-counted',
    );
  });

  it('has words for every reason of a refusal, and for the rule behind it', () => {
    const rules = Object.keys(en.rule);
    for (const reason of REFUSAL_REASONS) {
      expect(Object.keys(en.reason)).toContain(reason);
      expect(rules).toContain(reason);
    }
    for (const kind of CONFLICT_KINDS) if (kind !== 'provisional-refused') expect(rules).toContain(kind);
  });

  it('says of how many articles a transfer’s conflict is that names none', () => {
    const reason = 'arrived-less-than-sent-of-3-articles';
    expect(articlesOf({ sku: null, reason })).toBe(3);
    expect(articlesOf({ sku: 'tea' as never, reason: 'arrived-less-than-sent' })).toBeNull();
    expect(articlesOf({ sku: null, reason: 'receive' })).toBeNull();
    expect(reasonKey(reason)).toBe('reason.arrived-less-than-sent');
  });

  it('shows an unknown reason as it came', () => {
    expect([reasonKey('reservation-expired'), reasonKey('moon')]).toEqual([
      'reason.reservation-expired',
      'reason.other',
    ]);
  });
});
