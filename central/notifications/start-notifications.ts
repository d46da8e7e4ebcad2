/** Builds the notifications service: conflicts, deficits and low stock, told once each. */
import path from 'node:path';
import type { EventBus } from '../events/ports.ts';
import { createCursorStore } from '../events/postgres-places.ts';
import type { ServiceUrls } from '../platform/databases.ts';
import { migrate } from '../platform/migrate.ts';
import { createPool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import { latestNotices, noticeOnce, type ShownNotice } from './postgres-notices.ts';

export interface NotificationsService {
  readonly latest: (rowsMax: number) => Promise<readonly ShownNotice[]>;
  readonly parts: (bus: EventBus) => readonly Part[];
  /** A real query, for readiness. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const connectionsMax = 4;

/** Ready to use when it resolves; run `parts` under the supervisor, and `close` last. */
export async function startNotifications(options: {
  readonly urls: ServiceUrls;
  readonly onIdleError?: (error: Error) => void;
}): Promise<NotificationsService> {
  await migrate({ ownerUrl: options.urls.ownerUrl, folder: path.join(import.meta.dirname, 'migrations') });
  const { onIdleError = () => undefined } = options;
  const pool = createPool(options.urls.runtimeUrl, {
    max: connectionsMax,
    applicationName: 'gondola notifications',
    onIdleError,
  });
  return {
    latest: (rowsMax) => latestNotices(pool, rowsMax),
    parts: (bus) => [
      bus.subscribe({
        group: 'notifications',
        sources: ['inventory'],
        handle: noticeOnce(pool),
        cursors: createCursorStore(pool),
      }),
    ],
    check: async () => {
      await pool.query('select 1 from notices limit 1');
    },
    close: () => pool.end(),
  };
}
