/** Sizes, seeds and figures of the tests with many nodes. */
import { expect } from 'vitest';

/** `npm run soak:nodes` sets it: the long variants, with the sizes that the proofs name. */
export const soaking = process.env['NODES_SOAK'] === '1';

const seedDefault = 1;

/** Twice what the slowest needs beside other work on two cores: a hang ends, and a busy machine fails nothing. */
const QUICK_TIMEOUT_MS = 120_000;

/** How long a test may take; its long variant takes `soakMs` at most. */
export function timeoutMs(soakMs: number): number {
  return sized(QUICK_TIMEOUT_MS, soakMs);
}

/** How much of a thing: little in `npm test`, all of it in the soak. */
export function sized(quick: number, soak: number): number {
  return soaking ? soak : quick;
}

/** Runs `work` by the seed of NODES_SEED [1]; a failure names the command that repeats it. */
export async function seeded(work: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env['NODES_SEED'] ?? seedDefault);
  try {
    await work(createRandom(seed));
  } catch (error) {
    if (error instanceof Error) error.message += `\n${rerun(seed)}`;
    throw error;
  }
}

function rerun(seed: number): string {
  const { testPath, currentTestName } = expect.getState();
  const file = testPath?.slice(testPath.indexOf('central/nodes/')) ?? 'central/nodes';
  const soak = soaking ? 'NODES_SOAK=1 ' : '';
  return `Again: ${soak}NODES_SEED=${seed} npx vitest run --project pg ${file} -t '${currentTestName ?? ''}'`;
}

/** A seeded choice of everything that a test chooses. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to `end` - 1. */
  below(end: number): number;
  pick<Item>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** mulberry32 (Ettinger, 2017): 32 bits of state, enough to spread a workload. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const mixed = [...items];
      for (let end = mixed.length; end > 1; end -= 1) {
        const [taken] = mixed.splice(below(end), 1);
        if (taken !== undefined) mixed.push(taken);
      }
      return mixed;
    },
  };
}

/** Milliseconds that this share of the measurements do not exceed. */
export function quantileMs(measuredMs: readonly number[], share: number): number {
  const sorted = [...measuredMs].sort((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

/** Shows what was measured; quiet in `npm test`. */
export function figure(name: string, values: Readonly<Record<string, unknown>>): void {
  if (!soaking && process.env['NODES_FIGURES'] !== '1') return;
  process.stdout.write(`figure ${name}: ${JSON.stringify(values)}\n`);
}
