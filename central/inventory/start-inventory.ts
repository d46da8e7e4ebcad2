/** Builds the inventory service: migrates, opens the pools, joins the adapters. Nothing else knows them. */
import path from 'node:path';
import type { AllotmentMode } from '@gondola/shared/domain/allotment.ts';
import type { Clock } from '@gondola/shared/lib/effects.ts';
import {
  ALLOTMENT_HEARD_WITHIN_MS,
  ALLOTMENT_REPORT_WINDOW_MS,
  ALLOTMENT_TERM_MS,
  ALLOTMENT_TERM_RENEW_AFTER_MS,
  SWEEP_INTERVAL_MS,
  TRANSFER_TIMEOUT_MS,
} from '@gondola/shared/lib/limits.ts';
import { createAlarm } from '../events/alarm.ts';
import type { EventLog } from '../events/ports.ts';
import { createEventLog } from '../events/postgres-event-log.ts';
import type { ServiceUrls } from '../platform/databases.ts';
import { migrate } from '../platform/migrate.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { Authority, type AuthorityObserver } from './authority.ts';
import { Dealer } from './dealer.ts';
import { DEFAULT_GRANT_SETTINGS, type GrantMode } from './grant-policy.ts';
import type { SigningKey } from './grant-signer.ts';
import { JournalDesk } from './journal-desk.ts';
import { type AuditReport, audit } from './postgres-audit.ts';
import { PostgresChangeFeed } from './postgres-change-feed.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { newsPart, type StoreNews } from './postgres-news.ts';
import { openSigningKey } from './postgres-signing-key.ts';
import { sweepDeadlines, sweepLapsed, sweepOverdue, sweepTransfers } from './sweep.ts';

export interface InventoryObserver extends AuthorityObserver {
  expired(reservations: number): void;
  audited(report: AuditReport): void;
}

export interface InventoryOptions {
  readonly urls: ServiceUrls;
  readonly reservationTimeoutMs: number;
  readonly grantMode: GrantMode;
  readonly allotmentMode: AllotmentMode;
  /** Between recounts of the whole log. */
  readonly auditIntervalMs: number;
  readonly observer: InventoryObserver;
  readonly clock: Clock;
  readonly onNews: (news: StoreNews) => void;
  readonly onIdleError: (error: Error) => void;
}

export interface InventoryService {
  readonly authority: Authority;
  /** What tills reach. */
  readonly journalDesk: JournalDesk;
  readonly signingKey: SigningKey;
  readonly feed: PostgresChangeFeed;
  readonly log: EventLog;
  /** For reads and for the relay's cursor. */
  readonly pool: Pool;
  readonly parts: () => readonly Part[];
  /** A real query, for readiness. */
  readonly check: () => Promise<void>;
  readonly audit: () => Promise<AuditReport>;
  readonly close: () => Promise<void>;
}

/** Two: a batch runs while the sweeper or a person's act holds the other. */
const DECIDING_CONNECTIONS_MAX = 2;
const READING_CONNECTIONS_MAX = 12;

/** Ready to use when it resolves; run `parts` under the supervisor, and `close` last. */
export async function startInventory(options: InventoryOptions): Promise<InventoryService> {
  const { urls, observer, clock, onIdleError } = options;
  await migrate({ ownerUrl: urls.ownerUrl, folder: path.join(import.meta.dirname, 'migrations') });
  const deciding = createPool(urls.runtimeUrl, {
    max: DECIDING_CONNECTIONS_MAX,
    applicationName: 'gondola inventory decides',
    onIdleError,
  });
  // Apart, so that many pulls never keep a decision waiting for a connection.
  const reading = createPool(urls.runtimeUrl, {
    max: READING_CONNECTIONS_MAX,
    applicationName: 'gondola inventory reads',
    onIdleError,
  });
  const ledger = new PostgresLedger(deciding, reading);
  const authority = new Authority(
    ledger,
    {
      reservationTimeoutMs: options.reservationTimeoutMs,
      transferTimeoutMs: TRANSFER_TIMEOUT_MS,
      grants: { ...DEFAULT_GRANT_SETTINGS, mode: options.grantMode },
      allotmentMode: options.allotmentMode,
      heardWithinMs: ALLOTMENT_HEARD_WITHIN_MS,
    },
    observer,
    clock,
  );
  const dealer = new Dealer(ledger, authority, clock);
  const journalDesk = new JournalDesk(authority, dealer, {
    termMs: ALLOTMENT_TERM_MS,
    renewAfterMs: ALLOTMENT_TERM_RENEW_AFTER_MS,
  });
  const signingKey = await openSigningKey(reading);
  const log = createEventLog('inventory', reading, urls.runtimeUrl);
  return {
    authority,
    journalDesk,
    signingKey,
    feed: new PostgresChangeFeed(reading),
    log,
    pool: reading,
    parts: () => [
      everyPart('expiry sweeper', SWEEP_INTERVAL_MS, async () => {
        const expired = await sweepOverdue(ledger, authority);
        if (expired > 0) observer.expired(expired);
        await sweepTransfers(ledger, authority);
      }),
      everyPart('allotment sweeper', SWEEP_INTERVAL_MS, async () => {
        await sweepLapsed(ledger, authority);
        await sweepDeadlines(ledger, authority, ALLOTMENT_REPORT_WINDOW_MS);
      }),
      everyPart('allotment dealer', SWEEP_INTERVAL_MS, async () => {
        await dealer.dealWaiting();
      }),
      everyPart('auditor', options.auditIntervalMs, async () => observer.audited(await audit(reading))),
      newsPart(reading, log, options.onNews),
    ],
    check: async () => {
      await reading.query('select position from log');
    },
    audit: () => audit(reading),
    close: async () => {
      await authority.stop();
      await Promise.all([deciding.end(), reading.end()]);
    },
  };
}

/** Runs `work` at once and then after each interval, until stopped. A failure restarts the part with a pause. */
function everyPart(name: string, intervalMs: number, work: () => Promise<void>): Part {
  return {
    name,
    run: async (signal) => {
      const alarm = createAlarm(intervalMs, signal);
      while (!signal.aborted) {
        await work();
        await alarm.next();
      }
    },
  };
}
