/** One place where the tests with many nodes build an authority. */
import { Authority, type AuthorityObserver } from '../../inventory/authority.ts';
import { PostgresLedger } from '../../inventory/postgres-ledger.ts';
import type { Pool } from '../../platform/postgres.ts';
import { batchSettings } from '../../testing/batch-settings.ts';

export interface AuthorityOptions {
  /** [300 s] */
  readonly reservationTimeoutMs?: number;
  readonly onBatchFailed?: (error: unknown) => void;
  readonly ledger?: PostgresLedger;
}

/** An authority over a pool of connections. */
export function openAuthority(pool: Pool, options: AuthorityOptions = {}): Authority {
  const observer: AuthorityObserver = {
    batchDecided: () => undefined,
    batchFailed: options.onBatchFailed ?? (() => undefined),
    refused: () => undefined,
  };
  return new Authority(
    options.ledger ?? new PostgresLedger(pool),
    batchSettings({ reservationTimeoutMs: options.reservationTimeoutMs ?? 300_000 }),
    observer,
    { monotonicMs: () => performance.now() },
  );
}
