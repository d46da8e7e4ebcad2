import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYNC_ERROR_KINDS } from '../protocol/error.ts';
import {
  HALTING_KINDS,
  INITIAL_SYNC_STATE,
  nextSyncStep,
  type SyncEvent,
  type SyncEventType,
  type SyncState,
} from './state.ts';
import { SYNC_STATES, type SyncStateName } from './status.ts';

/** Goal: the table of SPEC.md is the machine, cell by cell, and its invariants hold over any run. */

const waiting = (name: SyncStateName): SyncState => ({
  ...INITIAL_SYNC_STATE,
  name,
  journalSequence: 5,
  acknowledgedSequence: 5,
});

const events: Record<Exclude<SyncEventType, 'failed'> | 'failed-passing' | 'failed-halting', SyncEvent> = {
  started: { type: 'started', journalSequence: 5 },
  stopped: { type: 'stopped' },
  'journal-grew': { type: 'journal-grew', journalSequence: 6 },
  'pull-wanted': { type: 'pull-wanted' },
  'retry-due': { type: 'retry-due' },
  greeted: { type: 'greeted', acknowledgedSequence: 5 },
  pushed: { type: 'pushed', acknowledgedSequence: 5 },
  pulled: { type: 'pulled', hasMore: false },
  'failed-passing': { type: 'failed', error: { kind: 'unreachable', message: '' }, random: 0.5 },
  'failed-halting': { type: 'failed', error: { kind: 'life-forked', message: '' }, random: 0.5 },
};

type Row = Record<keyof typeof events, SyncStateName | 'same'>;
const inert: Row = {
  started: 'same',
  stopped: 'stopped',
  'journal-grew': 'same',
  'pull-wanted': 'same',
  'retry-due': 'same',
  greeted: 'same',
  pushed: 'same',
  pulled: 'same',
  'failed-passing': 'same',
  'failed-halting': 'same',
};
const asking: Row = { ...inert, 'failed-passing': 'offline', 'failed-halting': 'halted' };

// With five of five records acknowledged: "evaluate" after hello and push is a pull, after a pull it is rest.
const table: Record<SyncStateName, Row> = {
  stopped: { ...inert, started: 'greeting', stopped: 'same' },
  greeting: { ...asking, greeted: 'pulling' },
  pushing: { ...asking, pushed: 'pulling' },
  pulling: { ...asking, pulled: 'live' },
  live: { ...inert, 'journal-grew': 'pushing', 'pull-wanted': 'pulling' },
  offline: { ...inert, 'retry-due': 'greeting' },
  halted: { ...inert, 'retry-due': 'greeting' },
};

describe('the table', () => {
  for (const name of SYNC_STATES) {
    for (const [label, expected] of Object.entries(table[name])) {
      it(`${name} on ${label} is ${expected}`, () => {
        const before = waiting(name);
        const { state } = nextSyncStep(before, events[label as keyof typeof events]);
        expect(state.name).toBe(expected === 'same' ? name : expected);
      });
    }
  }

  it('returns the same state object for what changes nothing', () => {
    const before = waiting('live');
    expect(nextSyncStep(before, events.pushed).state).toBe(before);
    expect(nextSyncStep(before, { type: 'journal-grew', journalSequence: 5 }).state).toBe(before);
  });

  it('halts on exactly the kinds that no further try can cure', () => {
    for (const kind of SYNC_ERROR_KINDS) {
      const { state } = nextSyncStep(waiting('pushing'), {
        type: 'failed',
        error: { kind, message: '' },
        random: 0,
      });
      expect([kind, state.name]).toEqual([kind, HALTING_KINDS.has(kind) ? 'halted' : 'offline']);
    }
  });

  it('honours a delay that the centre asks for', () => {
    const error = { kind: 'busy', message: '', retryAfterMs: 60_000 } as const;
    expect(nextSyncStep(waiting('pulling'), { type: 'failed', error, random: 0.1 }).effects).toEqual([
      { type: 'wait-for-retry', delayMs: 60_000 },
    ]);
  });

  it('pulls again when a poke came while a pull was under way', () => {
    const poked = nextSyncStep(waiting('pulling'), { type: 'pull-wanted' }).state;
    expect(nextSyncStep(poked, { type: 'pulled', hasMore: false }).effects).toEqual([{ type: 'send-pull' }]);
  });

  it('sends the queue before it asks for news', () => {
    const behind = { ...waiting('greeting'), journalSequence: 9 };
    expect(nextSyncStep(behind, events.greeted).effects).toEqual([{ type: 'send-push', firstSequence: 6 }]);
  });
});

describe('any run', () => {
  const anyEvent: fc.Arbitrary<SyncEvent> = fc.oneof(
    fc.record({ type: fc.constant('started' as const), journalSequence: fc.nat(9) }),
    fc.record({ type: fc.constant('journal-grew' as const), journalSequence: fc.nat(20) }),
    fc.constantFrom<SyncEvent>({ type: 'stopped' }, { type: 'pull-wanted' }, { type: 'retry-due' }),
    fc.record({
      type: fc.constantFrom('greeted' as const, 'pushed' as const),
      acknowledgedSequence: fc.nat(20),
    }),
    fc.record({ type: fc.constant('pulled' as const), hasMore: fc.boolean() }),
    fc.record({
      type: fc.constant('failed' as const),
      error: fc.record({ kind: fc.constantFrom(...SYNC_ERROR_KINDS), message: fc.constant('') }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  );

  it('one request at a time: a request leaves only on entering its state, and each step starts at most one', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (run) => {
        let state = INITIAL_SYNC_STATE;
        for (const event of run) {
          const before = state;
          const step = nextSyncStep(state, event);
          state = step.state;
          const requests = step.effects.filter(({ type }) => type.startsWith('send-'));
          expect(requests.length).toBeLessThanOrEqual(1);
          const asking = ['greeting', 'pushing', 'pulling'].includes(state.name);
          if (requests.length === 1) {
            expect(asking).toBe(true);
            const answered = ['greeted', 'pushed', 'pulled'].includes(event.type);
            expect(answered || !['greeting', 'pushing', 'pulling'].includes(before.name)).toBe(true);
          }
          if (state.name === 'live')
            expect(state.acknowledgedSequence).toBeGreaterThanOrEqual(state.journalSequence);
        }
      }),
    );
  });
});
