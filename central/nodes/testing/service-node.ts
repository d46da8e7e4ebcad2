/** The inventory service with all its parts in a process of its own, whose own clock may be wrong by any amount. */

import { startInventory } from '../../inventory/start-inventory.ts';
import type { ServiceUrls } from '../../platform/databases.ts';
import { createSupervisor } from '../../platform/service.ts';
import { realScheduler } from '../../testing/real-scheduler.ts';

/** What the node is told at its start, as JSON. */
export interface ServiceNodeOptions {
  readonly urls: ServiceUrls;
  /** Added to everything that this process reads from its clock. */
  readonly clockErrorMs: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as ServiceNodeOptions;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const TrueDate = Date;
globalThis.Date = class extends TrueDate {
  constructor(...given: [] | [string | number]) {
    super(given.length === 0 ? TrueDate.now() + options.clockErrorMs : given[0]);
  }
  static override now(): number {
    return TrueDate.now() + options.clockErrorMs;
  }
} as DateConstructor;

const inventory = await startInventory({
  scheduler: realScheduler,
  urls: options.urls,
  reservationTimeoutMs: 300_000,
  grantMode: 'off',
  allotmentMode: 'settlement-only',
  auditIntervalMs: 3_600_000,
  observer: {
    batchDecided: () => undefined,
    batchFailed: (error) => say({ said: 'batch-failed', message: String(error) }),
    refused: () => undefined,
    expired: (reservations) => say({ said: 'expired', reservations }),
    audited: () => undefined,
    storeAudited: () => undefined,
  },
  clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
  onNews: () => undefined,
  onIdleError: (error) => say({ said: 'idle-error', message: error.message }),
});
const supervisor = createSupervisor({
  onFailure: ({ part, error }) => say({ said: 'part-failed', part, message: String(error) }),
});
for (const part of inventory.parts()) supervisor.start(part);
// The test has ended, perhaps by being killed: nobody else would end this process.
process.stdin.resume().once('close', () => process.exit());
process.once(
  'SIGTERM',
  () =>
    void supervisor
      .stop()
      .then(inventory.close)
      .then(() => process.exit()),
);
say({ said: 'ready', wall: new Date().toISOString() });
