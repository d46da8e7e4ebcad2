/** One run of load: a lead, a measured window, and the answers that are still under way after it. */
import { acknowledgedSequence, type HttpAnswer, type HttpConnection } from './http-connection.ts';
import type { LoadResult, LoadRun } from './load-messages.ts';
import { type CpuSeconds, cpuBetween, readCpuSeconds, type WatchedProcesses } from './processes.ts';
import type { PushStock, TakenPush } from './push-stock.ts';
import { quantile } from './quantile.ts';

export interface LoadParts {
  readonly stock: PushStock;
  readonly watched: WatchedProcesses;
  readonly connect: () => HttpConnection;
}

interface WindowStart {
  readonly fromMs: number;
  readonly cpu: CpuSeconds;
}

/** A connection that rested longer may just be being closed by the other side. */
const REST_MAX_MS = 3_000;
/** How often the steady pace looks at the clock; latency counts from when a push was due, so this is part of it. */
const LOOK_MS = 1;

/** Runs until the window is over or nothing is prepared any more; rejects at the first push that is not acknowledged. */
export function runLoad(run: LoadRun, parts: LoadParts): Promise<LoadResult> {
  return new Run(run, parts).result();
}

class Run {
  readonly #run: LoadRun;
  readonly #parts: LoadParts;
  readonly #resting: { readonly connection: HttpConnection; readonly sinceMs: number }[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #finished = Promise.withResolvers<void>();
  #window: WindowStart | null = null;
  #measured: { readonly seconds: number; readonly cpu: CpuSeconds } | null = null;
  #operations = 0;
  #operationsInAll = 0;
  #underWay = 0;
  #ranOut = false;

  constructor(run: LoadRun, parts: LoadParts) {
    this.#run = run;
    this.#parts = parts;
  }

  async result(): Promise<LoadResult> {
    const { pace, leadMs, windowMs } = this.#run;
    const startedMs = performance.now();
    const timers = [
      setTimeout(() => this.#beginWindow(), leadMs),
      setTimeout(() => this.#endWindow(), leadMs + windowMs),
    ];
    let stopPace = () => {};
    if (pace.kind === 'at-once') this.#fill(pace.pushes);
    else stopPace = this.#pushSteadily(pace.pushesPerSecond);
    try {
      await this.#finished.promise;
    } finally {
      stopPace();
      for (const timer of timers) clearTimeout(timer);
      for (const { connection } of this.#resting) connection.close();
    }
    if (this.#measured === null) throw new Error('the load ended before anything was measured');
    const secondsInAll = (performance.now() - startedMs) / 1_000;
    const sorted = this.#latenciesMs.sort((left, right) => left - right);
    return {
      operations: this.#operations,
      pushes: sorted.length,
      operationsInAll: this.#operationsInAll,
      secondsInAll,
      ranOut: this.#ranOut,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      ...this.#measured,
    };
  }

  #beginWindow(): WindowStart {
    this.#window = { fromMs: performance.now(), cpu: readCpuSeconds(this.#parts.watched) };
    return this.#window;
  }

  #endWindow(): void {
    const { fromMs, cpu } = this.#window ?? this.#beginWindow();
    const seconds = (performance.now() - fromMs) / 1_000;
    this.#measured ??= { seconds, cpu: cpuBetween(cpu, readCpuSeconds(this.#parts.watched)) };
    this.#finishIfQuiet();
  }

  #finishIfQuiet(): void {
    if (this.#measured !== null && this.#underWay === 0) this.#finished.resolve();
  }

  /** Keeps as many pushes under way as there may be. */
  #fill(pushesAtOnce: number): void {
    while (this.#measured === null && this.#underWay < pushesAtOnce) {
      const taken = this.#parts.stock.take();
      if (taken === null) {
        this.#endIfEmpty();
        return;
      }
      this.#push(taken, performance.now());
    }
  }

  #pushSteadily(pushesPerSecond: number): () => void {
    const startMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      if (this.#measured !== null) return;
      const due = ((performance.now() - startMs) / 1_000) * pushesPerSecond;
      while (sent < due) {
        const taken = this.#parts.stock.take();
        if (taken === null) {
          this.#endIfEmpty();
          return;
        }
        this.#push(taken, startMs + (sent / pushesPerSecond) * 1_000);
        sent += 1;
      }
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  /** A till whose turn it is may be busy; that is no end. */
  #endIfEmpty(): void {
    if (!this.#parts.stock.isEmpty || this.#measured !== null) return;
    this.#ranOut = true;
    this.#endWindow();
  }

  #push(taken: TakenPush, dueMs: number): void {
    this.#underWay += 1;
    const connection = this.#connection();
    connection.send(taken.push.request, {
      answered: (answer) => {
        const nowMs = performance.now();
        this.#resting.push({ connection, sinceMs: nowMs });
        this.#acknowledge(taken, answer, nowMs - dueMs);
      },
      failed: (error) => this.#finished.reject(error),
    });
  }

  #acknowledge(taken: TakenPush, { status, body }: HttpAnswer, latencyMs: number): void {
    const { sequence } = taken.push.after.head;
    if (status !== 200 || acknowledgedSequence(body) !== sequence) {
      const said = `${status}: ${body.slice(0, 500)}`;
      this.#finished.reject(new Error(`a push up to record ${sequence} was answered by ${said}`));
      return;
    }
    this.#underWay -= 1;
    this.#parts.stock.acknowledge(taken);
    this.#count(taken.push.operations, latencyMs);
    if (this.#run.pace.kind === 'at-once') this.#fill(this.#run.pace.pushes);
    this.#finishIfQuiet();
  }

  #count(operations: number, latencyMs: number): void {
    this.#operationsInAll += operations;
    if (this.#window === null || this.#measured !== null) return;
    this.#operations += operations;
    this.#latenciesMs.push(latencyMs);
  }

  #connection(): HttpConnection {
    for (let rested = this.#resting.pop(); rested !== undefined; rested = this.#resting.pop()) {
      const { connection, sinceMs } = rested;
      if (connection.isOpen && performance.now() - sinceMs < REST_MAX_MS) return connection;
      connection.close();
    }
    return this.#parts.connect();
  }
}
