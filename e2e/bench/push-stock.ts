/** Prepared pushes by till, taken in turn. */
import { must } from '@gondola/shared/lib/assert.ts';
import { type BenchPurse, EMPTY_PURSE } from './plan.ts';
import {
  type BenchTill,
  JOURNAL_START,
  type JournalPlace,
  type PreparedPush,
  pushOf,
  sealNext,
} from './push-journal.ts';

/** A push that is taken: its till pushes nothing else until it is given back. */
export interface TakenPush {
  readonly tillNumber: number;
  readonly push: PreparedPush;
}

/** Keeps each till's journal in order: only what was acknowledged moves it, and what was not sent is made anew. */
export class PushStock {
  readonly #tills: ReadonlyMap<number, BenchTill>;
  readonly #host: string;
  readonly #places = new Map<number, JournalPlace>();
  readonly #purses = new Map<number, BenchPurse>();
  #queues = new Map<number, PreparedPush[]>();
  #turns: readonly number[] = [];
  #next = 0;
  #left = 0;
  readonly #busy = new Set<number>();

  constructor(tills: readonly BenchTill[], host: string) {
    this.#tills = new Map(tills.map((till) => [till.script.tillNumber, till]));
    this.#host = host;
  }

  /** How far a till's journal was acknowledged. */
  place(tillNumber: number): JournalPlace {
    return this.#places.get(tillNumber) ?? JOURNAL_START;
  }

  /** What is prepared from now on charges this. */
  keepPurse(tillNumber: number, purse: BenchPurse): void {
    this.#purses.set(tillNumber, purse);
  }

  /** Prepares so many pushes, dealt out to the tills in turn. */
  prepare(turns: readonly number[], records: number, pushes: number): void {
    this.#queues = new Map();
    this.#turns = turns;
    this.#next = 0;
    for (const [index, tillNumber] of turns.entries()) {
      let place = this.place(tillNumber);
      const till = must(this.#tills.get(tillNumber), 'every till that has a turn was enrolled');
      const purse = this.#purses.get(tillNumber) ?? EMPTY_PURSE;
      const queue: PreparedPush[] = [];
      for (let dealt = index; dealt < pushes; dealt += turns.length) {
        const push = pushOf(till, sealNext(till, place, purse, records), this.#host);
        queue.push(push);
        place = push.after;
      }
      this.#queues.set(tillNumber, queue.reverse());
    }
    this.#left = pushes;
  }

  /** Nothing is prepared any more. */
  get isEmpty(): boolean {
    return this.#left === 0;
  }

  /** The next push in turn of a till that has none under way; null when there is none. */
  take(): TakenPush | null {
    for (let tries = 0; tries < this.#turns.length; tries += 1) {
      const tillNumber = must(this.#turns[this.#next], 'a turn belongs to a till');
      this.#next = (this.#next + 1) % this.#turns.length;
      if (this.#busy.has(tillNumber)) continue;
      const push = this.#queues.get(tillNumber)?.pop();
      if (push === undefined) continue;
      this.#busy.add(tillNumber);
      this.#left -= 1;
      return { tillNumber, push };
    }
    return null;
  }

  acknowledge({ tillNumber, push }: TakenPush): void {
    this.#busy.delete(tillNumber);
    this.#places.set(tillNumber, push.after);
  }
}
