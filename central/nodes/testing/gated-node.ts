/**
 * A node that decides, sweeps or relays by commands on standard input, over a pool that stands still at one chosen point of
 * one statement until it is told to go: there a test freezes the process. It says everything in lines of JSON.
 */
import { createInterface } from 'node:readline';
import { createEventLog } from '../../events/postgres-event-log.ts';
import { createRelayCursor } from '../../events/postgres-relay-cursor.ts';
import { createRelay } from '../../events/relay.ts';
import { PostgresLedger } from '../../inventory/postgres-ledger.ts';
import type { Submission } from '../../inventory/submission.ts';
import { sweepOverdue } from '../../inventory/sweep.ts';
import { createFencedLease, holdFence } from '../../platform/fenced-lease.ts';
import { createPool, type Transaction } from '../../platform/postgres.ts';
import { openAuthority } from './open-authority.ts';
import { type Point, type Statement, watchPool } from './watched-pool.ts';

/** What the node is told at its start, as JSON. */
export interface GatedNodeOptions {
  readonly url: string;
  /** Also its application name in the database, by which a test finds its sessions and its writes. */
  readonly name: string;
}

/** Where it stands still, once. Statements are counted from 1, from the moment it is told. */
export interface Gate {
  readonly point: Point;
  readonly statement: number;
}

/** A sweep under a lease. `isFenced` false leaves the fence out, which shows what it is there for. */
export interface SweepCommand {
  readonly do: 'sweep';
  readonly leaseMs: number;
  readonly isFenced: boolean;
}

export type GatedNodeCommand =
  | { readonly do: 'arm'; readonly gate: Gate }
  | { readonly do: 'submit'; readonly submission: Submission }
  | SweepCommand
  | { readonly do: 'relay'; readonly relay: string }
  | { readonly do: 'go' };

const options = JSON.parse(process.argv[2] ?? '{}') as GatedNodeOptions;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
let armed: { readonly gate: Gate; readonly base: number } | null = null;
let statements = 0;
let go = Promise.withResolvers<void>();

const pool = createPool(options.url, {
  max: 2,
  applicationName: options.name,
  onIdleError: (error) => say({ said: 'idle-error', message: error.message }),
});
watchPool(pool, async (point: Point, statement: Statement) => {
  statements = Math.max(statements, statement.number);
  const isGate = armed?.gate.point === point && armed.base + armed.gate.statement === statement.number;
  if (isGate) armed = null;
  say({ said: isGate ? 'stands' : 'passes', point, ...statement });
  if (isGate) await go.promise;
});

const onBatchFailed = (error: unknown): void => say({ said: 'batch-failed', message: String(error) });
const authority = openAuthority(pool, { onBatchFailed });

async function sweep({ leaseMs, isFenced }: SweepCommand): Promise<void> {
  const lease = createFencedLease(pool, { worker: 'expiry sweeper', holder: options.name, leaseMs });
  const fence = await lease.claim();
  if (fence === null) {
    say({ said: 'swept', epoch: null, ended: 0 });
    return;
  }
  const beginning = (tx: Transaction) => (isFenced ? holdFence(tx, fence) : Promise.resolve());
  const ledger = new PostgresLedger(pool, pool, beginning);
  const ended = await sweepOverdue(ledger, openAuthority(pool, { ledger, onBatchFailed }));
  say({ said: 'swept', epoch: fence.epoch, ended });
}

function relay(name: string): void {
  const log = createEventLog('inventory', pool, options.url);
  const publisher = {
    publish: async (_source: string, events: readonly { readonly position: number }[]) =>
      say({ said: 'published', positions: events.map(({ position }) => position) }),
  };
  const cursor = createRelayCursor(pool, name, `${options.name} of ${process.pid}`);
  void createRelay(log, cursor, publisher).run(new AbortController().signal).catch(fail);
}

function fail(error: unknown): void {
  say({ said: 'failed', message: String(error) });
}

const commands = createInterface({ input: process.stdin });
// The test has ended, perhaps by being killed: nobody else would end this process.
commands.on('close', () => process.exit());
commands.on('line', (line) => {
  const command = JSON.parse(line) as GatedNodeCommand;
  switch (command.do) {
    case 'arm':
      armed = { gate: command.gate, base: statements };
      go = Promise.withResolvers();
      return;
    case 'go':
      return go.resolve();
    case 'relay':
      return relay(command.relay);
    case 'sweep':
      return void sweep(command).catch(fail);
    case 'submit':
      return void authority.submit(command.submission).then((result) => say({ said: 'outcome', result }));
  }
});
say({ said: 'ready' });
