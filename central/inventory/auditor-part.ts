import type { Clock } from '@gondola/shared/lib/effects.ts';
import { createAlarm } from '../events/alarm.ts';
import type { Part } from '../platform/service.ts';

/** Recounting may take a twentieth of the time, however long the log grows. */
const PAUSES_PER_WORK = 19;

/** Recounts everything, for ever, with at least `pauseMs` in between. */
export function auditorPart(
  auditAll: () => Promise<void>,
  clock: Pick<Clock, 'monotonicMs'>,
  pauseMs: number,
): Part {
  return {
    name: 'auditor',
    run: async (signal) => {
      while (!signal.aborted) {
        const startedMs = clock.monotonicMs();
        await auditAll();
        const workMs = clock.monotonicMs() - startedMs;
        await createAlarm(Math.max(pauseMs, PAUSES_PER_WORK * workMs), signal).next();
      }
    },
  };
}

export interface StoreAuditor {
  listStores(): Promise<readonly string[]>;
  /** Pools of the store that the recount disagrees about. */
  auditStore(storeId: string): Promise<number>;
  onAudited(storeId: string, mismatches: number): void;
}

/** Recounts one store after the other, for ever, with at least `pauseMs` in between. */
export function storeAuditorPart(
  auditor: StoreAuditor,
  clock: Pick<Clock, 'monotonicMs'>,
  pauseMs: number,
): Part {
  return {
    name: 'store auditor',
    run: async (signal) => {
      while (!signal.aborted) {
        const stores = await auditor.listStores();
        for (const storeId of stores) {
          const startedMs = clock.monotonicMs();
          auditor.onAudited(storeId, await auditor.auditStore(storeId));
          const workMs = clock.monotonicMs() - startedMs;
          await createAlarm(Math.max(pauseMs, PAUSES_PER_WORK * workMs), signal).next();
          if (signal.aborted) return;
        }
        if (stores.length === 0) await createAlarm(pauseMs, signal).next();
      }
    },
  };
}
