import type { z } from 'zod';
import type { Answered, Api, ApiFailure } from './api-client.ts';

/** What a panel knows: the last good answer with the time it was true, and what has gone wrong since. */
export interface Reading<Value> {
  readonly value: Value | null;
  readonly readAtMs: number | null;
  readonly failure: ApiFailure | null;
}

interface Entry {
  reading: Reading<unknown>;
  readonly listeners: Set<() => void>;
  readonly load: () => Promise<Answered<unknown>>;
  /** The answer as text: an answer that says the same keeps the same object, and nothing is drawn again. */
  text: string;
  running: boolean;
  again: boolean;
}

export const NOTHING_READ: Reading<never> = { value: null, readAtMs: null, failure: null };
const KEPT_UNWATCHED_MAX = 40;

/** Reads of the centre, shared by all panels: one request per address however many look at it. */
export class Reads {
  readonly #api: Api;
  readonly #entries = new Map<string, Entry>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Watches an address; the first watcher causes a read. */
  watch(path: string, schema: z.ZodType<unknown>, listener: () => void): () => void {
    const entry = this.#entryOf(path, schema);
    entry.listeners.add(listener);
    if (entry.listeners.size === 1) void this.#run(entry);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size === 0) this.#forgetOld();
    };
  }

  reading<Value>(path: string): Reading<Value> {
    return (this.#entries.get(path)?.reading ?? NOTHING_READ) as Reading<Value>;
  }

  /** Reads again everything that is looked at now. */
  refresh(): void {
    for (const entry of this.#entries.values()) if (entry.listeners.size > 0) void this.#run(entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  #entryOf(path: string, schema: z.ZodType<unknown>): Entry {
    const known = this.#entries.get(path);
    if (known !== undefined) return known;
    const load = () => this.#api.read(path, schema);
    const entry: Entry = {
      reading: NOTHING_READ,
      listeners: new Set(),
      load,
      text: '',
      running: false,
      again: false,
    };
    this.#entries.set(path, entry);
    return entry;
  }

  async #run(entry: Entry): Promise<void> {
    if (entry.running) {
      entry.again = true;
      return;
    }
    entry.running = true;
    do {
      entry.again = false;
      const answer = await entry.load();
      if (answer.ok) {
        const text = JSON.stringify(answer.value);
        const value = text === entry.text ? entry.reading.value : answer.value;
        entry.text = text;
        entry.reading = { value, readAtMs: this.#api.centralNowMs() - (answer.ageMs ?? 0), failure: null };
      } else {
        entry.reading = { ...entry.reading, failure: answer.error };
      }
      for (const listener of entry.listeners) listener();
    } while (entry.again && entry.listeners.size > 0);
    entry.running = false;
  }

  #forgetOld(): void {
    const unwatched = [...this.#entries].filter(([, entry]) => entry.listeners.size === 0);
    for (const [path] of unwatched.slice(0, Math.max(0, unwatched.length - KEPT_UNWATCHED_MAX)))
      this.#entries.delete(path);
  }
}
