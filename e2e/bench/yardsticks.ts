/** What the authority is compared with, each at its best number of connections. */
import type { ChainSize } from './chain.ts';
import { openPgbench } from './pgbench.ts';
import { type BaselineForm, openBaseline } from './postgres-baseline.ts';
import { cpuBetween, othersShare, readYardstickCpuSeconds } from './processes.ts';

export interface Best {
  readonly perSecond: number;
  readonly connections: number;
  /** Part of the machine's used processor time that went to other programs meanwhile. */
  readonly othersCpuShare: number;
}

export interface Yardsticks {
  /** The usual design, by its form. */
  readonly baseline: Readonly<Record<BaselineForm, Best>>;
  /** Null where there is no pgbench. */
  readonly pgbench: Best | null;
}

export interface YardstickParts {
  readonly adminUrl: string;
  readonly postmasterPid: number;
  readonly size: ChainSize;
  readonly seed: number;
  readonly seconds: number;
  readonly onProgress: (sentence: string) => void;
}

const CONNECTIONS = [4, 8, 16, 32, 64];
/** Each number of connections is tried this long, then the best of them is measured in full. */
const TRIAL_SECONDS = 2;

export async function measureYardsticks(parts: YardstickParts): Promise<Yardsticks> {
  const { adminUrl, size, seed, onProgress } = parts;
  onProgress('pgbench: making its tables');
  const pgbench = await openPgbench(adminUrl, onProgress);
  const pgbenchBest = pgbench === null ? null : await best('pgbench', pgbench.measure, parts);
  await pgbench?.close();
  onProgress('usual design: making its tables');
  const baseline = await openBaseline(adminUrl, size, seed);
  const bestOf = (form: BaselineForm) =>
    best(
      `usual design by ${form}`,
      (connections, seconds) => baseline.measure(form, connections, seconds),
      parts,
    );
  const forms = {
    'five-statements': await bestOf('five-statements'),
    'one-statement': await bestOf('one-statement'),
  };
  await baseline.close();
  return { baseline: forms, pgbench: pgbenchBest };
}

async function best(
  name: string,
  measure: (connections: number, seconds: number) => Promise<number>,
  { seconds, onProgress, postmasterPid }: YardstickParts,
): Promise<Best> {
  let found = { perSecond: 0, connections: 1 };
  for (const connections of CONNECTIONS) {
    onProgress(`${name}: ${connections} connections`);
    const perSecond = await measure(connections, TRIAL_SECONDS);
    if (perSecond > found.perSecond) found = { perSecond, connections };
  }
  onProgress(`${name}: measuring ${found.connections} connections for ${seconds} s`);
  const before = readYardstickCpuSeconds(postmasterPid);
  const perSecond = await measure(found.connections, seconds);
  const used = cpuBetween(before, readYardstickCpuSeconds(postmasterPid));
  return { perSecond, connections: found.connections, othersCpuShare: othersShare(used) };
}
