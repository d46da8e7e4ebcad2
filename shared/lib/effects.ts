/** The world a core may ask for, handed in by a composition root and by nothing else. */

/** Wall and monotonic time in milliseconds. Only differences of `monotonicMs` mean anything. */
export interface Clock {
  wallMs(): number;
  monotonicMs(): number;
}

/** Fresh UUIDs (version 4 in production, seeded in tests). */
export interface IdSource {
  uuid(): string;
}

/** A uniform number in [0, 1). */
export interface RandomSource {
  next(): number;
}

/** Runs `action` once after `delayMs`; the returned function cancels it. */
export interface Scheduler {
  after(delayMs: number, action: () => void): () => void;
}
