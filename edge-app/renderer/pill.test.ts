import { describe, expect, it } from 'vitest';
import type { TillStatus } from '../till/till.ts';
import { FIRST_PILL, nextPill, type PillMemory } from './pill.ts';

function status(state: TillStatus['sync']['state'], waiting: number, broken = false): TillStatus {
  return {
    sync: {
      state,
      acknowledgedSequence: 0,
      waiting: { count: waiting, oldestRecordedAt: null },
      catalogueProgress: null,
      lastContactAtMs: null,
      clockErrorMs: null,
      problem: null,
    },
    journalFailure: broken ? { code: 'flush-failed', message: '' } : null,
    undecided: 0,
    openConflicts: 0,
    catalogueSize: 0,
    searchable: 0,
    revision: 0,
  };
}

function walk(...steps: readonly TillStatus[]): PillMemory[] {
  let memory = FIRST_PILL;
  return steps.map((step) => {
    memory = nextPill(memory, step);
    return memory;
  });
}

describe('the state pill', () => {
  it('does not flicker while an offline till greets again and again', () => {
    const states = walk(status('live', 0), status('offline', 3), status('greeting', 3), status('offline', 4));
    expect(states.map(({ state }) => state)).toEqual(['online', 'offline', 'offline', 'offline']);
  });

  it('stays online while a single sale is on its way', () => {
    expect(walk(status('live', 0), status('pushing', 1), status('pulling', 0)).at(1)?.state).toBe('online');
  });

  it('counts down from the longest queue of the outage', () => {
    const states = walk(
      status('offline', 34),
      status('greeting', 34),
      status('pushing', 34),
      status('pushing', 10),
      status('live', 0),
    );
    expect(states.slice(2)).toEqual([
      { state: 'catching-up', peak: 34 },
      { state: 'catching-up', peak: 34 },
      { state: 'online', peak: 0 },
    ]);
  });

  it('says first what stops selling, then what needs a person', () => {
    expect(walk(status('live', 0, true)).at(0)?.state).toBe('disk-failed');
    expect(walk(status('halted', 2)).at(0)?.state).toBe('needs-help');
  });
});
