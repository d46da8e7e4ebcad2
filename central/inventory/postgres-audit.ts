import { must } from '@gondola/shared/lib/assert.ts';
import { type Pool, withTransaction } from '../platform/postgres.ts';

/** What an independent recount found. Every figure but `pools` and `events` must be 0. */
export interface AuditReport {
  readonly pools: number;
  readonly events: number;
  /** Pools whose balance is not the sum of their ledger pairs. */
  readonly ledgerMismatches: number;
  /** Pools whose balance is not the fold of the movements in their events. */
  readonly eventMismatches: number;
  /** Pools whose version is not the number of their events. */
  readonly versionMismatches: number;
  /** Missing positions in the log. */
  readonly gaps: number;
  /** Positions of verdicts that are not their operation's OperationDecided event. */
  readonly verdictMismatches: number;
}

// The recount is SQL over what was stored and shares no code with the decider or its fold.
const SUMS = (source: string) => `
  select store_id, sku,
    sum((to_account = 'F')::int * quantity - (from_account = 'F')::int * quantity) as free,
    sum((to_account = 'V')::int * quantity - (from_account = 'V')::int * quantity) as held,
    sum((to_account = 'Q')::int * quantity - (from_account = 'Q')::int * quantity) as allotted,
    sum((to_account = 'X')::int * quantity - (from_account = 'X')::int * quantity) as in_doubt,
    sum((from_account = 'D')::int * quantity - (to_account = 'D')::int * quantity) as deficit
  from (${source}) as moved group by store_id, sku`;

const DIFFERENT = (sums: string) =>
  `
  select count(*)::int from pools p full join sums s on s.store_id = p.store_id and s.sku = p.sku
  where (coalesce(p.free, 0), coalesce(p.held, 0), coalesce(p.allotted, 0), coalesce(p.in_doubt, 0), coalesce(p.deficit, 0))
     is distinct from (coalesce(s.free, 0), coalesce(s.held, 0), coalesce(s.allotted, 0), coalesce(s.in_doubt, 0), coalesce(s.deficit, 0))
`.replace('sums s', `(${sums}) s`);

const FROM_LEDGER = 'select store_id, sku, from_account, to_account, quantity from ledger';
const FROM_EVENTS = `
  select store_id, sku, m ->> 'from' as from_account, m ->> 'to' as to_account, (m ->> 'quantity')::bigint as quantity
  from events, jsonb_array_elements(event -> 'movements') as m where event ? 'movements'`;

/** Recounts everything in one snapshot. Meant for an interval of a minute or more: it reads the whole log. */
export function audit(pool: Pool): Promise<AuditReport> {
  return withTransaction(pool, { isolation: 'repeatable read', readOnly: true }, async (tx) => {
    await tx.query("set local statement_timeout = '300s'");
    const { rows } = await tx.query<AuditReport>(`
      select
        (select count(*)::int from pools where version > 0) as pools,
        (select count(*)::int from events) as events,
        (${DIFFERENT(SUMS(FROM_LEDGER))}) as "ledgerMismatches",
        (${DIFFERENT(SUMS(FROM_EVENTS))}) as "eventMismatches",
        (select count(*)::int from pools p where p.version <>
           (select count(*) from events e where e.store_id = p.store_id and e.sku = p.sku and e.event ? 'movements')) as "versionMismatches",
        (select (select position from log) - count(*) from events)::int as gaps,
        (select count(*)::int from verdicts v left join events e on e.position = v.position
         where e.type is distinct from 'OperationDecided' or e.operation_id is distinct from v.operation_id
            or e.event ->> 'verdict' is distinct from v.verdict) as "verdictMismatches"`);
    return must(rows[0], 'an aggregate query returns one row');
  });
}
