/** What the inventory tells becomes figures and log lines. Part of the composition root. */
import type { Metrics } from './gateway/metrics.ts';
import type { InventoryObserver } from './inventory/start-inventory.ts';
import type { Log } from './platform/log.ts';
import { systemClock } from './system-effects.ts';

/** Every wrong figure of a recount is an error in the log, each time it is found. */
export function observeInventory(metrics: Metrics, log: Log): InventoryObserver {
  return {
    batchDecided: (operations, seconds) => {
      metrics.decided.inc(operations);
      metrics.batchOperations.observe(operations);
      metrics.batchSeconds.observe(seconds);
    },
    batchFailed: (error) => {
      metrics.batchFailures.inc();
      log.error({ err: error }, 'a batch was rolled back');
    },
    refused: (kind) => {
      metrics.refused.inc({ kind });
      log.warn({ kind }, 'a push or request was refused as a whole');
    },
    expired: (reservations) => metrics.expired.inc(reservations),
    storeAudited: (storeId, mismatches) => {
      metrics.setStoreAudit(storeId, mismatches);
      if (mismatches > 0)
        log.error({ storeId, mismatches }, 'the recount of a store does not agree with its books');
    },
    audited: (report) => {
      metrics.setAudit({ ...report }, systemClock.wallMs());
      const wrong = Object.entries(report).filter(
        ([figure, value]) => !['pools', 'events'].includes(figure) && value !== 0,
      );
      if (wrong.length > 0) log.error({ report }, 'the recount does not agree with the books');
    },
  };
}
