import type { Clock, Scheduler } from '@gondola/shared/lib/effects.ts';

/** Everything that was started by promises alone has come to rest when this resolves. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const SETTLE_TURNS = 2;

interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
}

/** True time as an input: it passes only when a test says so, and whoever waits is woken in order. */
export class VirtualTime {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1, 8)) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  iso(): string {
    return new Date(this.#nowMs).toISOString();
  }

  readonly clock: Clock = { wallMs: () => this.#nowMs, monotonicMs: () => this.#nowMs };

  readonly scheduler: Scheduler = {
    after: (delayMs, action) => {
      const timer = { dueMs: this.#nowMs + delayMs, action };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      };
    },
  };

  /** Time passes; every timer runs at its moment. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let timer = this.#nextUntil(untilMs); timer !== undefined; timer = this.#nextUntil(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      await this.#run(timer);
    }
    this.#nowMs = untilMs;
  }

  /** Time passes at once, as for a machine that slept: each timer that came due runs once, late. */
  async jump(ms: number): Promise<void> {
    await settle();
    this.#nowMs += ms;
    for (const timer of this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs)) await this.#run(timer);
  }

  #nextUntil(untilMs: number): Timer | undefined {
    return this.#timers
      .filter(({ dueMs }) => dueMs <= untilMs)
      .reduce<Timer | undefined>(
        (first, one) => (first === undefined || one.dueMs < first.dueMs ? one : first),
        undefined,
      );
  }

  async #run(timer: Timer): Promise<void> {
    // An action that ran before may have cancelled this one.
    if (!this.#timers.includes(timer)) return;
    this.#timers = this.#timers.filter((one) => one !== timer);
    timer.action();
    await settle();
  }
}
