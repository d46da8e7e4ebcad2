/** What the authority is compared with, each at its best number of connections. */
import type { ChainSize } from './chain.ts';
import { openPgbench } from './pgbench.ts';
import { openBaseline } from './postgres-baseline.ts';

export interface Best {
  readonly perSecond: number;
  readonly connections: number;
}

export interface Yardsticks {
  readonly baseline: Best;
  /** Null where there is no pgbench. */
  readonly pgbench: Best | null;
}

export interface YardstickParts {
  readonly adminUrl: string;
  readonly size: ChainSize;
  readonly seed: number;
  readonly seconds: number;
  readonly onProgress: (sentence: string) => void;
}

const CONNECTIONS = [4, 8, 16, 32, 64];
/** Each number of connections is tried this long, then the best of them is measured in full. */
const TRIAL_SECONDS = 2;

export async function measureYardsticks(parts: YardstickParts): Promise<Yardsticks> {
  const { adminUrl, size, seed, seconds, onProgress } = parts;
  onProgress('pgbench: making its tables');
  const pgbench = await openPgbench(adminUrl, onProgress);
  const pgbenchBest = pgbench === null ? null : await best('pgbench', pgbench.measure, seconds, onProgress);
  await pgbench?.close();
  onProgress('usual design: making its tables');
  const baseline = await openBaseline(adminUrl, size, seed);
  const baselineBest = await best('usual design', baseline.measure, seconds, onProgress);
  await baseline.close();
  return { baseline: baselineBest, pgbench: pgbenchBest };
}

async function best(
  name: string,
  measure: (connections: number, seconds: number) => Promise<number>,
  seconds: number,
  onProgress: (sentence: string) => void,
): Promise<Best> {
  let found: Best = { perSecond: 0, connections: 1 };
  for (const connections of CONNECTIONS) {
    onProgress(`${name}: ${connections} connections`);
    const perSecond = await measure(connections, TRIAL_SECONDS);
    if (perSecond > found.perSecond) found = { perSecond, connections };
  }
  onProgress(`${name}: measuring ${found.connections} connections for ${seconds} s`);
  const perSecond = await measure(found.connections, seconds);
  return { perSecond: Math.max(perSecond, found.perSecond), connections: found.connections };
}
