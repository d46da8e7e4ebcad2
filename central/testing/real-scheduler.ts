import type { Scheduler } from '@gondola/shared/lib/effects.ts';

/** Real time, for tests that run a whole service. */
export const realScheduler: Scheduler = {
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
