/** Waiting for "there is more", with a look from time to time should a call be lost. */

export interface Alarm {
  /** There may be more: the present or the next wait ends at once. */
  readonly ring: () => void;
  /** Resolves when rung, when the interval is over, or when the signal is aborted. */
  readonly next: () => Promise<void>;
}

/** Rings are remembered (one is as good as many), so a ring between two waits is never lost. */
export function createAlarm(everyMs: number, signal: AbortSignal): Alarm {
  let rung = false;
  let wakeUp: () => void = () => undefined;
  return {
    ring: () => {
      rung = true;
      wakeUp();
    },
    next: () =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          rung = false;
          resolve();
        };
        const timer = setTimeout(end, everyMs);
        wakeUp = end;
        signal.addEventListener('abort', end, { once: true });
        if (rung || signal.aborted) end();
      }),
  };
}
