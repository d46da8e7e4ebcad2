/**
 * The relay's place in its log, in the publishing service's own table `relay_cursors`.
 *
 * One holder at a time by a lease on the database's clock; each change of holder raises the epoch, and a
 * cursor moves only for the newest epoch. So a relay that was stopped and wakes late can publish an old
 * event again (inboxes know it) and can never move the cursor.
 */
import type { Pool } from '../platform/postgres.ts';
import type { RelayCursor } from './ports.ts';

const leaseSeconds = 10;

/** `holder` names this process and no other, ever: a fresh UUID. */
export function createRelayCursor(pool: Pool, relay: string, holder: string): RelayCursor {
  return {
    claim: async () => {
      await pool.query('insert into relay_cursors (relay) values ($1) on conflict do nothing', [relay]);
      const { rows } = await pool.query<{ epoch: number; position: number }>(
        `update relay_cursors
            set epoch = epoch + case when holder = $2 and lease_until > now() then 0 else 1 end,
                holder = $2, lease_until = now() + make_interval(secs => $3)
          where relay = $1 and (holder is null or holder = $2 or lease_until <= now())
         returning epoch, position`,
        [relay, holder, leaseSeconds],
      );
      return rows[0] ?? null;
    },
    advance: async (epoch, position) => {
      const { rowCount } = await pool.query(
        `update relay_cursors set position = $3, lease_until = now() + make_interval(secs => $4)
          where relay = $1 and epoch = $2 and position <= $3`,
        [relay, epoch, position, leaseSeconds],
      );
      return rowCount === 1;
    },
    release: async (epoch) => {
      await pool.query('update relay_cursors set lease_until = now() where relay = $1 and epoch = $2', [
        relay,
        epoch,
      ]);
    },
  };
}
