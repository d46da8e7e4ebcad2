/** What must be true of the inventory database after every experiment, whatever happened in it. */
import { expect } from 'vitest';
import { audit } from '../../inventory/postgres-audit.ts';
import type { Pool } from '../../platform/postgres.ts';

/** Sums over the raw tables that share no code with the auditor: density, one word per operation, one end per hold. */
const OWN_RECOUNT = `
  select
    (select count(*)::int from (select position, row_number() over (order by position) as place from events) as e
      where position <> place) as "positionsNotDense",
    (select count(*)::int from (select operation_id from events where type = 'OperationDecided'
      group by operation_id having count(*) > 1) as twice) as "operationsDecidedTwice",
    (select count(*)::int from (select event ->> 'reservationId' from events
      where type in ('ReservationCommitted', 'ReservationReleased', 'ReservationExpired')
      group by 1 having count(*) > 1) as twice) as "reservationsEndedTwice",
    (select count(*)::int from pools p where p.held <> (select coalesce(sum(quantity), 0) from reservations r
      where r.store_id = p.store_id and r.sku = p.sku and r.state = 'HELD')) as "heldNotSumOfHolds",
    (select count(*)::int from journal_heads h where h.sequence <> (select count(*) from verdicts v
      where v.till_id = h.till_id and v.life = h.life)) as "headsNotCountOfVerdicts"`;

/** Fails unless the auditor's figures and this file's own are all zero. */
export async function expectCleanRecount(pool: Pool): Promise<void> {
  const { pools: _pools, events: _events, ...mismatches } = await audit(pool);
  expect(Object.entries(mismatches).filter(([, found]) => found !== 0)).toEqual([]);
  const { rows } = await pool.query<Record<string, number>>(OWN_RECOUNT);
  expect(rows[0]).toEqual({
    positionsNotDense: 0,
    operationsDecidedTwice: 0,
    reservationsEndedTwice: 0,
    heldNotSumOfHolds: 0,
    headsNotCountOfVerdicts: 0,
  });
}
