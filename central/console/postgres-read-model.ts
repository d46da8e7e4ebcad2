/** The read model in Postgres: each batch is loaded, folded by project.ts and written in one transaction. */
import type { CloudEvent } from '@gondola/shared/schemas/topics.ts';
import type { SubscribeOptions } from '../events/ports.ts';
import { applyOnce, type Consumer } from '../events/postgres-inbox.ts';
import type { Pool } from '../platform/postgres.ts';
import { pagesOf } from './feed-pages.ts';
import { feedEffectsOf } from './postgres-feed.ts';
import { loadRows } from './postgres-load-rows.ts';
import { effectsOf } from './postgres-write-model.ts';
import { project, touchedRows } from './project.ts';

const projecting: Consumer = {
  fold: async (db, events, { partition, holdsPlace }) => {
    const inventory = events.flatMap((each) => (each.source === 'inventory' ? [each] : []));
    const before = await loadRows(db, touchedRows(inventory));
    // A person may have a parked pool folded again at any moment.
    if (before.parked.length > 0 && !holdsPlace) return 'hold-place';
    const projection = project(inventory, before);
    return [
      ...effectsOf(projection, partition),
      ...feedEffectsOf(pagesOf(inventory, projection.onHandAfter)),
    ];
  },
  clear: async (transaction) => {
    await transaction.query(
      'truncate pools, reservations, conflicts, conflict_closings, conflict_moves, verdict_counts, feed_pages, parked_pools',
    );
  },
};

/** The handler of the bus; `onEvents` hears what was new, after its commit, for the live feed. */
export function projectOnce(
  pool: Pool,
  onEvents: (events: readonly CloudEvent[]) => void,
): SubscribeOptions['handle'] {
  return async (events, delivery) => {
    const applied = await applyOnce(pool, projecting, events, delivery);
    if (applied.length > 0) onEvents(applied.map(({ cloudEvent }) => cloudEvent));
  };
}
