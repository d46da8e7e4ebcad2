import type { Counter } from '../checkout/counter.ts';

/** One step at a time, in the order of asking. */
export function createTurns(): Counter['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const next = last.then(step);
    last = next.catch(() => undefined);
    return next;
  };
}
