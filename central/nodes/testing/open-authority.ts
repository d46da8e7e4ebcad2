/** One place where the tests with many nodes build an authority. */
import { Authority, type AuthorityObserver } from '../../inventory/authority.ts';
import type { BatchSettings } from '../../inventory/handle-batch.ts';
import { PostgresLedger } from '../../inventory/postgres-ledger.ts';
import type { Pool } from '../../platform/postgres.ts';

export interface AuthorityOptions {
  /** [300 s] */
  readonly reservationTimeoutMs?: number;
  readonly onBatchFailed?: (error: unknown) => void;
  readonly ledger?: PostgresLedger;
}

/** No allotments: these tests are about the locks, whatever is decided under them. */
const settingsOf = (reservationTimeoutMs: number) =>
  ({
    reservationTimeoutMs,
    transferTimeoutMs: 86_400_000,
    grants: { mode: 'off', halfLifeMs: 86_400_000, webLines: 1 },
    allotmentMode: 'settlement-only',
    heardWithinMs: 180_000,
  }) as BatchSettings;

/** An authority over a pool of connections. */
export function openAuthority(pool: Pool, options: AuthorityOptions = {}): Authority {
  const observer: AuthorityObserver = {
    batchDecided: () => undefined,
    batchFailed: options.onBatchFailed ?? (() => undefined),
    refused: () => undefined,
  };
  return new Authority(
    options.ledger ?? new PostgresLedger(pool),
    settingsOf(options.reservationTimeoutMs ?? 300_000),
    observer,
    { monotonicMs: () => performance.now() },
  );
}
