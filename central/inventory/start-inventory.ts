/** Builds the inventory service: migrates, opens the pools, joins the adapters. Nothing else knows them. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { AllotmentMode } from '@gondola/shared/domain/allotment.ts';
import type { Clock, Scheduler } from '@gondola/shared/lib/effects.ts';
import {
  ALLOTMENT_HEARD_WITHIN_MS,
  ALLOTMENT_REPORT_WINDOW_MS,
  ALLOTMENT_TERM_MS,
  ALLOTMENT_TERM_RENEW_AFTER_MS,
  AUDIT_STORE_PAUSE_MS,
  SWEEP_INTERVAL_MS,
  SWEEP_LEASE_MS,
  SWEEP_RESERVATIONS_MAX,
  TRANSFER_TIMEOUT_MS,
} from '@gondola/shared/lib/limits.ts';
import { createAlarm } from '../events/alarm.ts';
import type { EventLog } from '../events/ports.ts';
import type { ServiceUrls } from '../platform/databases.ts';
import { createFencedLease, type Fence, type FencedLease, holdFence } from '../platform/fenced-lease.ts';
import { migrate } from '../platform/migrate.ts';
import { BY_KEY_ONLY, createPool, type Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { auditorPart, storeAuditorPart } from './auditor-part.ts';
import { Authority, type AuthorityObserver } from './authority.ts';
import { Dealer } from './dealer.ts';
import { Gatherer } from './gatherer.ts';
import { DEFAULT_GRANT_SETTINGS, type GrantMode } from './grant-policy.ts';
import type { SigningKey } from './grant-signer.ts';
import { JournalDesk } from './journal-desk.ts';
import { type AuditReport, audit, auditStore, listAuditedStores } from './postgres-audit.ts';
import { PostgresChangeFeed } from './postgres-change-feed.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { newsPart, type StoreNews } from './postgres-news.ts';
import { createRunLog } from './postgres-run-log.ts';
import { openSigningKey } from './postgres-signing-key.ts';
import { sweepDeadlines, sweepLapsed, sweepOverdue, sweepTransfers } from './sweep.ts';

export interface InventoryObserver extends AuthorityObserver {
  expired(reservations: number): void;
  audited(report: AuditReport): void;
  /** Of one store after the other. */
  storeAudited(storeId: string, mismatches: number): void;
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
  readonly scheduler: Scheduler;
  readonly onNews: (news: StoreNews) => void;
  readonly onIdleError: (error: Error) => void;
}

export interface InventoryService {
  readonly authority: Authority;
  /** What tills reach. */
  readonly journalDesk: JournalDesk;
  readonly signingKey: SigningKey;
  readonly gatherer: Gatherer;
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

/** One batch is written and one decided while each of the two sweepers holds another. */
const DECIDING_CONNECTIONS_MAX = 4;
const READING_CONNECTIONS_MAX = 12;

/** Ready to use when it resolves; run `parts` under the supervisor, and `close` last. */
export async function startInventory(options: InventoryOptions): Promise<InventoryService> {
  const { urls, observer, clock, onIdleError } = options;
  await migrate({ ownerUrl: urls.ownerUrl, folder: path.join(import.meta.dirname, 'migrations') });
  const deciding = createPool(urls.runtimeUrl, {
    max: DECIDING_CONNECTIONS_MAX,
    applicationName: 'gondola inventory decides',
    planning: BY_KEY_ONLY,
    onIdleError,
  });
  // Apart, so that many pulls never keep a decision waiting for a connection.
  const reading = createPool(urls.runtimeUrl, {
    max: READING_CONNECTIONS_MAX,
    applicationName: 'gondola inventory reads',
    onIdleError,
  });
  const ledger = new PostgresLedger(deciding, reading);
  const settings = {
    reservationTimeoutMs: options.reservationTimeoutMs,
    transferTimeoutMs: TRANSFER_TIMEOUT_MS,
    grants: { ...DEFAULT_GRANT_SETTINGS, mode: options.grantMode },
    allotmentMode: options.allotmentMode,
    heardWithinMs: ALLOTMENT_HEARD_WITHIN_MS,
  };
  const authority = new Authority(ledger, settings, observer, clock);
  // A sweeper's batches are its own, so that losing the lease ends them and nobody else's.
  const fenced = (fence: Fence): Fenced => {
    const own = new PostgresLedger(deciding, reading, (tx) => holdFence(tx, fence));
    return { ledger: own, authority: new Authority(own, settings, observer, clock) };
  };
  const holder = randomUUID();
  const leaseOf = (worker: string) => createFencedLease(reading, { worker, holder, leaseMs: SWEEP_LEASE_MS });
  const dealer = new Dealer(ledger, authority, clock);
  const journalDesk = new JournalDesk(authority, dealer, {
    termMs: ALLOTMENT_TERM_MS,
    renewAfterMs: ALLOTMENT_TERM_RENEW_AFTER_MS,
  });
  const signingKey = await openSigningKey(reading);
  const log = createRunLog(reading, urls.runtimeUrl);
  return {
    authority,
    journalDesk,
    signingKey,
    gatherer: new Gatherer(ledger, authority, options.scheduler),
    feed: new PostgresChangeFeed(reading),
    log,
    pool: reading,
    parts: () => [
      leasedPart('expiry sweeper', leaseOf, async (fence) => {
        const own = fenced(fence);
        const expired = await sweepOverdue(own.ledger, own.authority);
        if (expired > 0) observer.expired(expired);
        await sweepTransfers(own.ledger, own.authority);
        return expired >= SWEEP_RESERVATIONS_MAX;
      }),
      leasedPart('allotment sweeper', leaseOf, async (fence) => {
        const own = fenced(fence);
        await sweepLapsed(own.ledger, own.authority);
        await sweepDeadlines(own.ledger, own.authority, ALLOTMENT_REPORT_WINDOW_MS);
        return false;
      }),
      everyPart('allotment dealer', SWEEP_INTERVAL_MS, async () => {
        await dealer.dealWaiting();
      }),
      auditorPart(async () => observer.audited(await audit(reading)), clock, options.auditIntervalMs),
      storeAuditorPart(
        {
          listStores: () => listAuditedStores(reading),
          auditStore: (storeId) => auditStore(reading, storeId),
          onAudited: observer.storeAudited,
        },
        clock,
        AUDIT_STORE_PAUSE_MS,
      ),
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

/** A ledger and its authority, of which nothing is written once another process has the lease. */
interface Fenced {
  readonly ledger: PostgresLedger;
  readonly authority: Authority;
}

/** A part that works in one process of all at a time. `work` answers whether more waits, and is then called again at once. */
function leasedPart(
  name: string,
  leaseOf: (worker: string) => FencedLease,
  work: (fence: Fence) => Promise<boolean>,
): Part {
  const lease = leaseOf(name);
  const part = everyPart(name, SWEEP_INTERVAL_MS, async (signal) => {
    for (let more = true; more && !signal.aborted; ) {
      const fence = await lease.claim();
      more = fence !== null && (await work(fence));
    }
  });
  return {
    name,
    // Without its release (the database may be gone) a lease ends by itself.
    run: (signal) => part.run(signal).finally(() => lease.release().catch(() => undefined)),
  };
}

/** Runs `work` at once and then after each interval, until stopped. A failure restarts the part with a pause. */
function everyPart(name: string, intervalMs: number, work: (signal: AbortSignal) => Promise<void>): Part {
  return {
    name,
    run: async (signal) => {
      const alarm = createAlarm(intervalMs, signal);
      while (!signal.aborted) {
        await work(signal);
        await alarm.next();
      }
    },
  };
}
