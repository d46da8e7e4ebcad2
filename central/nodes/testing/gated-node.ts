/**
 * A node that decides or relays by commands on standard input, over a pool that stands still at one chosen point of one
 * statement until it is told to go: there a test freezes the process. It says everything in lines of JSON.
 */
import { createInterface } from 'node:readline';
import { createEventLog } from '../../events/postgres-event-log.ts';
import { createRelayCursor } from '../../events/postgres-relay-cursor.ts';
import { createRelay } from '../../events/relay.ts';
import type { Submission } from '../../inventory/submission.ts';
import { createPool } from '../../platform/postgres.ts';
import { openAuthority } from './open-authority.ts';
import { type Point, type Statement, watchPool } from './watched-pool.ts';

/** What the node is told at its start, as JSON. */
export interface GatedNodeOptions {
  readonly url: string;
  /** Also its application name in the database, by which a test finds its sessions and its writes. */
  readonly name: string;
  /** Where it stands still, once; null goes through. */
  readonly gate: { readonly point: Point; readonly statement: number } | null;
}

export type GatedNodeCommand =
  | { readonly do: 'submit'; readonly submission: Submission }
  | { readonly do: 'relay'; readonly relay: string }
  | { readonly do: 'go' };

const options = JSON.parse(process.argv[2] ?? '{}') as GatedNodeOptions;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const go = Promise.withResolvers<void>();

const pool = createPool(options.url, {
  max: 2,
  applicationName: options.name,
  onIdleError: (error) => say({ said: 'idle-error', message: error.message }),
});
watchPool(pool, async (point: Point, statement: Statement) => {
  const { gate } = options;
  const isGate = gate?.point === point && gate.statement === statement.number;
  say({ said: isGate ? 'stands' : 'passes', point, ...statement });
  if (isGate) await go.promise;
});

const authority = openAuthority(pool, {
  onBatchFailed: (error) => say({ said: 'batch-failed', message: String(error) }),
});

function relay(name: string): void {
  const log = createEventLog('inventory', pool, options.url);
  const publisher = {
    publish: async (_source: string, events: readonly { readonly position: number }[]) =>
      say({ said: 'published', positions: events.map(({ position }) => position) }),
  };
  const part = createRelay(
    log,
    createRelayCursor(pool, name, `${options.name} of ${process.pid}`),
    publisher,
  );
  void part
    .run(new AbortController().signal)
    .catch((error: unknown) => say({ said: 'failed', message: String(error) }));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line) as GatedNodeCommand;
  if (command.do === 'go') go.resolve();
  else if (command.do === 'relay') relay(command.relay);
  else void authority.submit(command.submission).then((result) => say({ said: 'outcome', result }));
});
say({ said: 'ready' });
