/** The machine's clock, identifiers and timers. Part of the composition roots: nothing else may read them. */
import { randomUUID } from 'node:crypto';
import type { Clock, IdSource, Scheduler } from '@gondola/shared/lib/effects.ts';

export const systemScheduler: Scheduler = {
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
export const systemClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
export const systemIds: IdSource = { uuid: () => randomUUID() };
