/** What the authority is compared with, each at its best number of clients. */
import { must } from '@gondola/shared/lib/assert.ts';
import type { ChainSize } from './chain.ts';
import { openPgbench, type Pgbench } from './pgbench.ts';
import {
  BASELINE_PROCESSES_MAX,
  type Baseline,
  type BaselineClients,
  openBaseline,
} from './postgres-baseline.ts';
import type { BaselineForm } from './postgres-reserve.ts';
import { type CpuSeconds, cpuBetween, othersShare, readYardstickCpuSeconds } from './processes.ts';

export interface Best extends BaselineClients {
  readonly perSecond: number;
  /** Of Postgres and of the clients: a figure that other programs bend less than the rate. */
  readonly cpuMicrosecondsPerOp: { readonly postgres: number; readonly clients: number };
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

interface Contender {
  readonly name: string;
  readonly processesMax: number;
  /** Makes ready; nothing of it is measured. */
  open(clients: BaselineClients): Promise<void>;
  /** Transactions per second of the clients that were opened last. */
  run(clients: BaselineClients, seconds: number): Promise<number>;
}

const CONNECTIONS = [4, 8, 16, 32, 64];
/** Each number of clients is tried this long, then the best of them is measured in full. */
const TRIAL_SECONDS = 2;
/** They are measured by turns, so that what else happens on the machine meets all of them alike. */
const ROUNDS = 4;

export async function measureYardsticks(parts: YardstickParts): Promise<Yardsticks> {
  const { adminUrl, size, seed, onProgress } = parts;
  onProgress('pgbench and usual design: making their tables');
  const pgbench = await openPgbench(adminUrl, onProgress);
  const baseline = await openBaseline(adminUrl, size, seed);
  try {
    const [five, one, theirs] = await measureByTurns(
      [
        contenderOfForm(baseline, 'five-statements'),
        contenderOfForm(baseline, 'one-statement'),
        ...(pgbench === null ? [] : [contenderOf(pgbench)]),
      ],
      parts,
    );
    return {
      baseline: {
        'five-statements': must(five, 'it was measured'),
        'one-statement': must(one, 'it was measured'),
      },
      pgbench: theirs ?? null,
    };
  } finally {
    await Promise.all([baseline.close(), pgbench?.close()]);
  }
}

function contenderOfForm(baseline: Baseline, form: BaselineForm): Contender {
  return {
    name: `usual design by ${form}`,
    processesMax: BASELINE_PROCESSES_MAX,
    open: (clients) => baseline.open(form, clients),
    run: (clients, seconds) => baseline.run(clients, seconds),
  };
}

function contenderOf(pgbench: Pgbench): Contender {
  return {
    name: 'pgbench',
    processesMax: 1,
    open: () => pgbench.checkpoint(),
    run: ({ connections }, seconds) => pgbench.measure(connections, seconds),
  };
}

interface Rounds {
  readonly contender: Contender;
  readonly clients: BaselineClients;
  readonly rates: number[];
  readonly used: CpuSeconds[];
}

/** In the order of the contenders. */
async function measureByTurns(
  contenders: readonly Contender[],
  { seconds, onProgress, postmasterPid }: YardstickParts,
): Promise<Best[]> {
  const all: Rounds[] = [];
  for (const contender of contenders)
    all.push({ contender, clients: await bestClients(contender, onProgress), rates: [], used: [] });
  const roundSeconds = Math.max(1, Math.ceil(seconds / ROUNDS));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { contender, clients, rates, used } of all) {
      onProgress(`${contender.name}: round ${round} of ${ROUNDS}`);
      await contender.open(clients);
      const before = readYardstickCpuSeconds(postmasterPid);
      rates.push(await contender.run(clients, roundSeconds));
      used.push(cpuBetween(before, readYardstickCpuSeconds(postmasterPid)));
    }
  }
  return all.map((rounds) => bestOf(rounds, roundSeconds));
}

function bestOf({ clients, rates, used }: Rounds, roundSeconds: number): Best {
  const operations = sum(rates) * roundSeconds;
  const microseconds = (seconds: readonly number[]) => Math.round((sum(seconds) / operations) * 1e6);
  return {
    ...{ processes: clients.processes, connections: clients.connections },
    perSecond: sum(rates) / rates.length,
    cpuMicrosecondsPerOp: {
      postgres: microseconds(used.map(({ postgres }) => postgres)),
      clients: microseconds(used.map(({ generator }) => generator)),
    },
    othersCpuShare: sum(used.map(othersShare)) / used.length,
  };
}

async function bestClients(
  { name, processesMax, open, run }: Contender,
  onProgress: (sentence: string) => void,
): Promise<BaselineClients> {
  let best = { perSecond: 0, processes: 1, connections: 1 };
  for (let processes = 1; processes <= processesMax; processes += 1) {
    for (const connections of CONNECTIONS) {
      await open({ processes, connections });
      const perSecond = await run({ processes, connections }, TRIAL_SECONDS);
      onProgress(
        `${name}: ${Math.round(perSecond)}/s by ${connections} connections of ${processes} processes`,
      );
      if (perSecond > best.perSecond) best = { perSecond, processes, connections };
    }
  }
  return best;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
