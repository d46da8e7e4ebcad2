/** Waiting for "there is more", with a look from time to time should a call be lost. */

export interface Alarm {
  /** There may be more: the present or the next wait ends at once. */
  readonly ring: () => void;
  /** Resolves when rung, when the interval is over, or when the signal is aborted. */
  readonly next: () => Promise<void>;
  /** Resolves after this time, whoever rings meanwhile, or when the signal is aborted. */
  readonly rest: (forMs: number) => Promise<void>;
}

/** Rings are remembered (one is as good as many), so a ring between two waits is never lost. */
export function createAlarm(everyMs: number, signal: AbortSignal): Alarm {
  let rung = false;
  let wakeUp: () => void = () => undefined;
  const wait = (forMs: number, begin: (end: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, forMs);
      signal.addEventListener('abort', end, { once: true });
      begin(end);
      if (signal.aborted) end();
    });
  return {
    ring: () => {
      rung = true;
      wakeUp();
    },
    next: async () => {
      await wait(everyMs, (end) => {
        wakeUp = end;
        if (rung) end();
      });
      wakeUp = () => undefined;
      rung = false;
    },
    rest: (forMs) => wait(forMs, () => undefined),
  };
}
