import { createUndecidedLog } from '@gondola/edge-app/checkout/undecided.ts';
import { createMemoryReplica } from '@gondola/edge-app/replica/memory-replica.ts';
import { createPurse, type TillPurse } from '@gondola/edge-app/till/purse.ts';
import { CLOCK_RATE_ERROR_MAX, type ClockReading, spendMsOf } from '@gondola/shared/domain/elapsed.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import fc from 'fast-check';

/** What one clock does while true time passes: tell the truth, stand still, run slow, jump. */
export interface Lie {
  readonly kind: 'stands' | 'slow' | 'jumps' | 'restarts';
  readonly jumpMs: number;
}

export type ClockName = 'monotonic' | 'wall' | 'witness';

/** One stretch of true time, and what each clock makes of it. */
export interface Stretch {
  readonly trueMs: number;
  /** Instead of `trueMs`: up to the end of the term and this part of it further, so that the rates' margin is met. */
  readonly edgePart: number | null;
  readonly lies: Readonly<Record<ClockName, Lie>>;
  readonly ending: 'look' | 'renew' | 'reopen';
  /** Between the reading that starts a term and the authority's own reading. */
  readonly roadMs: number;
  readonly remainingMs: number;
}

export interface ClockScript {
  /** The clock that never lies, or nobody. */
  readonly honest: ClockName | null;
  /** −1 … 1 of {@link CLOCK_RATE_ERROR_MAX}, of each clock and of the authority's. */
  readonly rates: Readonly<Record<ClockName | 'authority', number>>;
  readonly hasWitness: boolean;
  readonly stretches: readonly Stretch[];
}

const TERM_MAX_MS = 86_400_000;
const YEAR_MS = 31_536_000_000;
const LONGEST_STRETCH_MS = 7 * TERM_MAX_MS;

const lies: fc.Arbitrary<Lie> = fc.record({
  kind: fc.constantFrom('stands', 'slow', 'jumps', 'restarts'),
  jumpMs: fc.oneof(
    fc.integer({ min: -3_000, max: 3_000 }),
    fc.integer({ min: -10 * YEAR_MS, max: 10 * YEAR_MS }),
  ),
});

const stretches: fc.Arbitrary<Stretch> = fc.record({
  trueMs: fc.oneof(
    fc.integer({ min: 0, max: 120_000 }),
    fc.integer({ min: TERM_MAX_MS - 90_000, max: TERM_MAX_MS + 90_000 }),
    fc.integer({ min: 0, max: LONGEST_STRETCH_MS }),
  ),
  edgePart: fc.oneof(fc.constant(null), fc.double({ min: -2e-3, max: 2e-3, noNaN: true })),
  lies: fc.record({ monotonic: lies, wall: lies, witness: lies }),
  ending: fc.constantFrom('look', 'look', 'look', 'renew', 'reopen'),
  roadMs: fc.nat({ max: 20_000 }),
  remainingMs: fc.integer({ min: 0, max: TERM_MAX_MS }),
});

const rates = fc.oneof(fc.constantFrom(-1, 1), fc.double({ min: -1, max: 1, noNaN: true }));

/** Scripts of clocks; `honest` says which clock must tell the truth in them. */
export function clockScripts(honest: fc.Arbitrary<ClockName | null>): fc.Arbitrary<ClockScript> {
  return fc.record({
    honest,
    rates: fc.record({ monotonic: rates, wall: rates, witness: rates, authority: rates }),
    hasWitness: fc.boolean(),
    stretches: fc.array(stretches, { minLength: 1, maxLength: 6 }),
  });
}

/** One look into the purse, in true time. */
export interface Look {
  readonly isOpen: boolean;
  /** True milliseconds since the authority's latest term for this program ended; negative while it runs, null without one. */
  readonly pastTermMs: number | null;
}

const replica = createMemoryReplica();
const LIFE = { tillId: 'till', life: 1 };

/** Plays the script over a real purse. `resolutionMs`: what the clocks and the authority round down to; 0 for none. */
export function playClocks(script: ClockScript, resolutionMs = 0): readonly Look[] {
  const clocks = new ScriptedClocks(script, resolutionMs);
  const looks: Look[] = [];
  const newPurse = (): TillPurse => createPurse(LIFE, replica, createUndecidedLog(), clocks.read);
  let purse = newPurse();
  let termEndsTrueMs: number | null = null;
  let termMs = 0;
  const renew = (remainingMs: number, roadMs: number, stretch: Stretch) => {
    const start = clocks.read();
    clocks.pass(roadMs, stretch);
    const authorityRate = 1 + script.rates.authority * CLOCK_RATE_ERROR_MAX;
    termEndsTrueMs = clocks.trueMs + remainingMs / authorityRate;
    termMs = remainingMs;
    purse.renewed({ start, spendMs: spendMsOf(remainingMs), holdMs: 1 });
    purse.settled();
  };
  const first = must(script.stretches[0], 'a script has at least one stretch');
  renew(first.remainingMs, 0, first);
  for (const stretch of script.stretches) {
    const { trueMs, edgePart } = stretch;
    const toEdgeMs =
      edgePart === null || termEndsTrueMs === null
        ? trueMs
        : Math.max(0, termEndsTrueMs - clocks.trueMs + termMs * edgePart);
    clocks.pass(toEdgeMs, stretch);
    if (stretch.ending === 'reopen') {
      purse = newPurse();
      termEndsTrueMs = null;
    }
    if (stretch.ending === 'renew') renew(stretch.remainingMs, stretch.roadMs, stretch);
    const pastTermMs = termEndsTrueMs === null ? null : clocks.trueMs - termEndsTrueMs;
    looks.push({ isOpen: purse.isOpen, pastTermMs });
  }
  return looks;
}

class ScriptedClocks {
  trueMs = 0;
  readonly #script: ClockScript;
  readonly #resolutionMs: number;
  readonly #shown: Record<ClockName, number> = { monotonic: 1_000, wall: 1_767_225_600_000, witness: 5_000 };

  constructor(script: ClockScript, resolutionMs: number) {
    this.#script = script;
    this.#resolutionMs = resolutionMs;
  }

  readonly read = (): ClockReading => ({
    monotonicMs: this.#rounded(this.#shown.monotonic),
    wallMs: this.#rounded(this.#shown.wall),
    witnessMs:
      this.#script.hasWitness || this.#script.honest === 'witness'
        ? this.#rounded(this.#shown.witness)
        : null,
  });

  pass(trueMs: number, { lies }: Stretch): void {
    this.trueMs += trueMs;
    for (const name of ['monotonic', 'wall', 'witness'] as const) {
      const truth = trueMs * (1 + this.#script.rates[name] * CLOCK_RATE_ERROR_MAX);
      if (name === this.#script.honest) this.#shown[name] += truth;
      else this.#shown[name] = afterLie(this.#shown[name], truth, lies[name]);
    }
  }

  #rounded(shownMs: number): number {
    return this.#resolutionMs === 0 ? shownMs : Math.floor(shownMs / this.#resolutionMs) * this.#resolutionMs;
  }
}

function afterLie(shownMs: number, truthMs: number, { kind, jumpMs }: Lie): number {
  switch (kind) {
    case 'stands':
      return shownMs;
    case 'slow':
      return shownMs + truthMs / 2;
    case 'jumps':
      return shownMs + truthMs + jumpMs;
    case 'restarts':
      return 0;
  }
}
