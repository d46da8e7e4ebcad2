/**
 * One worker of a kind at a time, whatever is frozen or slow, by a lease that its writes are fenced with.
 *
 * The lease runs on the database's clock, in the table `worker_leases` of the database whose rows the worker changes. Each
 * change of holder raises the epoch. A transaction of the worker begins by `holdFence`: it goes on only in the newest epoch,
 * and no other can be given out before it ends. So a worker that was stopped and wakes late writes nothing, and one that
 * was stopped in its transaction keeps the next one waiting only until the server ends that transaction.
 */
import type { Pool, Transaction } from './postgres.ts';

/** The right to work, for as long as nobody else was given a higher epoch. */
export interface Fence {
  readonly worker: string;
  readonly epoch: number;
}

export interface FencedLease {
  /** Takes or renews the lease; null while another holder has it. */
  claim(): Promise<Fence | null>;
  /** Gives it back, so that the next holder need not wait for its end. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** What is done by one at a time: `expiry sweeper`. */
  readonly worker: string;
  /** Names this process and no other, ever: a fresh UUID. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** Another holder was given the lease meanwhile; nothing was written. */
export class FencedOff extends Error {
  constructor({ worker, epoch }: Fence) {
    super(`the ${worker} of epoch ${epoch} was replaced and writes nothing any more`);
  }
}

/** The lease of one worker, as one process sees it. */
export function createFencedLease(pool: Pool, { worker, holder, leaseMs }: LeaseOptions): FencedLease {
  return {
    claim: async () => {
      const renewed = await pool.query<{ epoch: number }>(
        `update worker_leases
            set epoch = epoch + case when holder = $2 and lease_until > clock_timestamp() then 0 else 1 end,
                holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3)
          where worker = $1 and (holder = $2 or lease_until <= clock_timestamp())
         returning epoch`,
        [worker, holder, leaseMs / 1000],
      );
      const first = renewed.rowCount === 1 ? renewed : await insertFirst(pool, { worker, holder, leaseMs });
      const [row] = first.rows;
      return row === undefined ? null : { worker, epoch: row.epoch };
    },
    release: async () => {
      await pool.query(
        'update worker_leases set lease_until = clock_timestamp() where worker = $1 and holder = $2',
        [worker, holder],
      );
    },
  };
}

/** First of all in each transaction of a worker: throws FencedOff unless its epoch is the newest, and keeps it so to the end. */
export async function holdFence(transaction: Transaction, fence: Fence): Promise<void> {
  const { rowCount } = await transaction.query(
    'select 1 from worker_leases where worker = $1 and epoch = $2 for share',
    [fence.worker, fence.epoch],
  );
  if (rowCount !== 1) throw new FencedOff(fence);
}

function insertFirst(pool: Pool, { worker, holder, leaseMs }: LeaseOptions) {
  return pool.query<{ epoch: number }>(
    `insert into worker_leases (worker, epoch, holder, lease_until)
     values ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict do nothing returning epoch`,
    [worker, holder, leaseMs / 1000],
  );
}
