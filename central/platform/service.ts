/**
 * Long-running parts and their supervisor.
 *
 * The contract of a part: `run` works until its signal is aborted and then resolves soon; when it rejects
 * it is started again after a pause that doubles. `drain` (optional) stops taking new work and finishes
 * what was begun. Stopping goes in reverse order of starting: drain everything, then abort one by one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './startup-problem.ts';

export interface Part {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly drain?: () => Promise<void>;
}

export interface Supervisor {
  /** Starts a part; it is restarted until `stop`. */
  readonly start: (part: Part) => void;
  /** Drains and stops every part; never rejects. A part that hangs is left behind after `stopMsMax`. */
  readonly stop: () => Promise<void>;
  /** The parts that failed and wait for their next start, for readiness. */
  readonly waiting: () => readonly string[];
}

export interface SupervisorOptions {
  readonly onFailure: (failure: {
    readonly part: string;
    readonly error: unknown;
    readonly pauseMs: number;
  }) => void;
  /** [200 ms] */
  readonly firstPauseMs?: number;
  /** [10 s] */
  readonly stopMsMax?: number;
}

interface Running {
  readonly part: Part;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

const pauseMsMax = 10_000;

/** A supervisor for the parts of one process. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const running: Running[] = [];
  const waiting = new Set<string>();
  const stopMsMax = options.stopMsMax ?? 10_000;
  let stopped: Promise<void> | null = null;

  const keepRunning = async (part: Part, signal: AbortSignal): Promise<void> => {
    let pauseMs = options.firstPauseMs ?? 200;
    while (!signal.aborted) {
      const startedCalm = sleep(pauseMsMax, true, { ref: false }); // a long calm run earns a short pause again
      try {
        await part.run(signal);
        if (signal.aborted) return;
        throw new Error(`${part.name} ended by itself`);
      } catch (error) {
        if (signal.aborted) return;
        if (await Promise.race([startedCalm, Promise.resolve(false)])) pauseMs = options.firstPauseMs ?? 200;
        options.onFailure({ part: part.name, error, pauseMs });
        waiting.add(part.name);
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        waiting.delete(part.name);
        pauseMs = Math.min(pauseMs * 2, pauseMsMax);
      }
    }
  };

  const stopAll = async (): Promise<void> => {
    const parts = running.toReversed();
    await within(stopMsMax, Promise.allSettled(parts.map(({ part }) => part.drain?.())));
    for (const { stopping, done } of parts) {
      stopping.abort();
      await within(stopMsMax, done);
    }
  };

  return {
    start: (part) => {
      if (stopped !== null) throw new Error(`${part.name} was started after the stop`);
      const stopping = new AbortController();
      running.push({ part, stopping, done: keepRunning(part, stopping.signal) });
    },
    stop: () => (stopped ??= stopAll()),
    waiting: () => [...waiting],
  };
}

/** Waits for `work`, but not longer than this; a late end is of no interest any more. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  const timer = sleep(ms, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([work.catch((error: unknown) => reasonOf(error)), timer]);
  limit.abort();
}
