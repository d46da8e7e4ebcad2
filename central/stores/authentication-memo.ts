/** Remembers for a moment which tokens were good, so that a rush of calls is not a rush of queries. */
import type { Clock } from '@gondola/shared/lib/effects.ts';

const entriesMax = 20_000;

export interface Memo<Value> {
  /** The remembered answer, or that of `find`; "not found" is never remembered. */
  readonly remember: (key: string, find: () => Promise<Value | null>) => Promise<Value | null>;
  readonly clear: () => void;
}

/** Entries live `lifeMs` on the monotonic clock. */
export function createMemo<Value>(clock: Clock, lifeMs: number): Memo<Value> {
  const entries = new Map<string, { readonly value: Value; readonly endMs: number }>();
  return {
    remember: async (key, find) => {
      const entry = entries.get(key);
      if (entry !== undefined && entry.endMs > clock.monotonicMs()) return entry.value;
      const value = await find();
      if (value === null) entries.delete(key);
      else {
        if (entries.size >= entriesMax) entries.clear();
        entries.set(key, { value, endMs: clock.monotonicMs() + lifeMs });
      }
      return value;
    },
    clear: () => entries.clear(),
  };
}
