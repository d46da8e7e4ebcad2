/**
 * How long ago something was, by clocks that may lie: suspended, set back, restarted. The longest claim counts, so a
 * lease ends too early rather than too late while at least one clock tells the truth.
 */
export interface ClockReading {
  /** Runs evenly, but may stand still while the machine sleeps, and starts again with the program. */
  readonly monotonicMs: number;
  /** Set by people and servers, forward and back. */
  readonly wallMs: number;
  /** A clock outside this program, if there is one. */
  readonly witnessMs: number | null;
}

/** Milliseconds from `start` to `now`: the largest that any clock says, and never below zero. */
export function elapsedMs(start: ClockReading, now: ClockReading): number {
  const witness = start.witnessMs === null || now.witnessMs === null ? 0 : now.witnessMs - start.witnessMs;
  return Math.max(0, now.monotonicMs - start.monotonicMs, now.wallMs - start.wallMs, witness);
}

/** Wall and monotonic clock may differ by this before the difference counts as a jump. */
export const CLOCK_JUMP_MS = 2_000;

/** Whether the wall clock was set back since the latest moment it has shown. */
export function wasSetBack(latestWallMs: number, now: ClockReading): boolean {
  return now.wallMs < latestWallMs - CLOCK_JUMP_MS;
}

/** Every clock's rate error is assumed to stay below this: half a minute in seventeen hours. */
export const CLOCK_RATE_ERROR_MAX = 500e-6;

/** Clocks that show whole milliseconds may be late by one at the start of a lease and by one at its end. */
const CLOCK_GRAIN_MS = 2;

/**
 * How long the holder of a lease may spend of what the giver still counts, whatever the rates of the two clocks within
 * {@link CLOCK_RATE_ERROR_MAX}. Both are durations: absolute skew plays no part.
 */
export function spendMsOf(remainingMs: number): number {
  const spendMs = Math.floor((remainingMs * (1 - CLOCK_RATE_ERROR_MAX)) / (1 + CLOCK_RATE_ERROR_MAX));
  return Math.max(0, spendMs - CLOCK_GRAIN_MS);
}
