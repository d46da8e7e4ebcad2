import { assertNever } from '@gondola/shared/lib/assert.ts';
import type { SyncError } from '../protocol/error.ts';
import { backoffMs } from './backoff.ts';
import type { SyncStateName } from './status.ts';

/**
 * The pure machine of the sync engine; SPEC.md holds its table. Inputs carry every number it needs, outputs say what to do.
 *
 * One request at a time: `greeting`, `pushing` and `pulling` each wait for exactly one answer.
 */
export interface SyncState {
  readonly name: SyncStateName;
  /** Last sequence on disk. */
  readonly journalSequence: number;
  /** Last sequence that the authority has decided, as far as is known. */
  readonly acknowledgedSequence: number;
  /** Something may be new at the centre. */
  readonly pullWanted: boolean;
  /** Failures since the last answer. */
  readonly failures: number;
  readonly problem: SyncError | null;
}

export type SyncEvent =
  | { readonly type: 'started'; readonly journalSequence: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'journal-grew'; readonly journalSequence: number }
  /** A poke, the poll's timer, or a socket that just connected. */
  | { readonly type: 'pull-wanted' }
  /** The retry timer, or somebody who says that the network is back. */
  | { readonly type: 'retry-due' }
  | { readonly type: 'greeted'; readonly acknowledgedSequence: number }
  | { readonly type: 'pushed'; readonly acknowledgedSequence: number }
  | { readonly type: 'pulled'; readonly hasMore: boolean }
  | { readonly type: 'failed'; readonly error: SyncError; readonly random: number };

export type SyncEventType = SyncEvent['type'];

export type SyncEffect =
  | { readonly type: 'send-hello' }
  | { readonly type: 'send-push'; readonly firstSequence: number }
  | { readonly type: 'send-pull' }
  | { readonly type: 'wait-for-poll' }
  | { readonly type: 'wait-for-retry'; readonly delayMs: number };

export interface SyncStep {
  readonly state: SyncState;
  readonly effects: readonly SyncEffect[];
}

export const INITIAL_SYNC_STATE: SyncState = {
  name: 'stopped',
  journalSequence: 0,
  acknowledgedSequence: 0,
  pullWanted: false,
  failures: 0,
  problem: null,
};

/** The next state and what to do. A no-op returns the same state object, so that tests can demand identity. */
export function nextSyncStep(state: SyncState, event: SyncEvent): SyncStep {
  switch (event.type) {
    case 'started':
      if (state.name !== 'stopped') return stay(state);
      return greet({ ...state, journalSequence: event.journalSequence, failures: 0, problem: null });
    case 'stopped':
      return state.name === 'stopped' ? stay(state) : { state: { ...state, name: 'stopped' }, effects: [] };
    case 'journal-grew':
      return afterNews(state, {
        ...state,
        journalSequence: Math.max(state.journalSequence, event.journalSequence),
      });
    case 'pull-wanted':
      return afterNews(state, state.pullWanted ? state : { ...state, pullWanted: true });
    case 'retry-due':
      return state.name === 'offline' || state.name === 'halted' ? greet(state) : stay(state);
    case 'greeted':
      // A hello may find fewer records decided than a lost answer made us believe: the authority's word wins.
      return state.name === 'greeting'
        ? evaluate(answered(state, event.acknowledgedSequence, true))
        : stay(state);
    case 'pushed':
      return state.name === 'pushing'
        ? evaluate(answered(state, event.acknowledgedSequence, true))
        : stay(state);
    case 'pulled':
      if (state.name !== 'pulling') return stay(state);
      return evaluate(answered(state, state.acknowledgedSequence, state.pullWanted || event.hasMore));
    case 'failed':
      return isRequestUnderWay(state.name) ? afterFailure(state, event.error, event.random) : stay(state);
    default:
      return assertNever(event, 'sync event');
  }
}

/** Errors that no further try can cure: a person must act, while selling goes on. */
export const HALTING_KINDS: ReadonlySet<SyncError['kind']> = new Set([
  'unauthenticated',
  'version-unsupported',
  'life-forked',
  'operation-id-reuse',
  'malformed',
  'too-large',
]);

/** The one place that decides what comes next: the queue first, since it exists nowhere else; then news; then rest. */
function evaluate(state: SyncState): SyncStep {
  if (state.acknowledgedSequence < state.journalSequence) {
    return {
      state: { ...state, name: 'pushing' },
      effects: [{ type: 'send-push', firstSequence: state.acknowledgedSequence + 1 }],
    };
  }
  if (state.pullWanted) {
    // Cleared when the request leaves, not when it answers: a poke in between asks for another pull.
    return { state: { ...state, name: 'pulling', pullWanted: false }, effects: [{ type: 'send-pull' }] };
  }
  return { state: { ...state, name: 'live' }, effects: [{ type: 'wait-for-poll' }] };
}

function afterNews(before: SyncState, after: SyncState): SyncStep {
  const changed = after.pullWanted !== before.pullWanted || after.journalSequence !== before.journalSequence;
  if (!changed) return stay(before);
  return before.name === 'live' ? evaluate(after) : { state: after, effects: [] };
}

function answered(state: SyncState, acknowledgedSequence: number, pullWanted: boolean): SyncState {
  return { ...state, acknowledgedSequence, pullWanted, failures: 0, problem: null };
}

function afterFailure(state: SyncState, error: SyncError, random: number): SyncStep {
  if (HALTING_KINDS.has(error.kind))
    return { state: { ...state, name: 'halted', problem: error }, effects: [] };
  const failures = state.failures + 1;
  const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs(failures, random));
  return {
    state: { ...state, name: 'offline', pullWanted: true, failures, problem: error },
    effects: [{ type: 'wait-for-retry', delayMs }],
  };
}

function greet(state: SyncState): SyncStep {
  return { state: { ...state, name: 'greeting', pullWanted: true }, effects: [{ type: 'send-hello' }] };
}

function isRequestUnderWay(name: SyncStateName): boolean {
  return name === 'greeting' || name === 'pushing' || name === 'pulling';
}

function stay(state: SyncState): SyncStep {
  return { state, effects: [] };
}
