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
  /** Pools whose allotted or in-doubt units are not what their tills' allotments have unspent. */
  readonly allotmentMismatches: number;
  /** Pools whose held units are not those of the holds and requested transfers that stand. */
  readonly heldMismatches: number;
  /** Pools whose version is not the number of their events. */
  readonly versionMismatches: number;
  /** Missing positions in the log. */
  readonly gaps: number;
  /** Operations whose verdict is not that of their OperationDecided event, or whose text is not what was hashed. */
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

const FROM_LEDGER = (where: string) =>
  `select store_id, sku, from_account, to_account, quantity from ledger where ${where}`;
const FROM_EVENTS = (where: string) => `
  select store_id, sku, m ->> 'from' as from_account, m ->> 'to' as to_account, (m ->> 'quantity')::bigint as quantity
  from events, jsonb_array_elements(event -> 'movements') as m where sku is not null and event ? 'movements' and ${where}`;
const FROM_ALLOTMENTS = (where: string) => `
  select store_id, sku, sum(unspent) filter (where state in ('ACTIVE', 'CLOSING')) as allotted,
    sum(unspent) filter (where state = 'EXPIRED') as in_doubt
  from (select *, granted - consumed - held - surrendered as unspent from allotments where ${where}) as a
  group by store_id, sku`;
const FROM_HOLDS = (where: string) => `
  select store_id, sku, sum(quantity) as held from (
    select store_id, sku, quantity from reservations where state = 'HELD' and ${where}
    union all
    select from_store_id, line ->> 'sku', (line ->> 'requested')::bigint
    from (select *, from_store_id as store_id from transfers where state = 'REQUESTED') as t,
      jsonb_array_elements(lines) as line where ${where}) as h
  group by store_id, sku`;

/** Pools in scope of which one of the columns differs from the sums; a pool that only one side knows counts as zero. */
function different(sums: string, columns: readonly string[], where: string): string {
  const side = (name: string) => columns.map((column) => `coalesce(${name}.${column}, 0)`).join(', ');
  return `
    select coalesce(p.store_id, s.store_id) as store_id, coalesce(p.sku, s.sku) as sku
    from (select * from pools where ${where}) p
    full join (${sums}) s on s.store_id = p.store_id and s.sku = p.sku
    where (${side('p')}) is distinct from (${side('s')})`;
}

const BALANCES = ['free', 'held', 'allotted', 'in_doubt', 'deficit'];

function recounts(where: string) {
  return {
    ledger: different(SUMS(FROM_LEDGER(where)), BALANCES, where),
    events: different(SUMS(FROM_EVENTS(where)), BALANCES, where),
    allotments: different(FROM_ALLOTMENTS(where), ['allotted', 'in_doubt'], where),
    holds: different(FROM_HOLDS(where), ['held'], where),
  };
}

/** A text that Postgres could not keep whole has U+FFFD in it, and another hash. */
const WRONG_VERDICTS = `
  select r.first_position from log_runs r
    cross join lateral (select r.events::jsonb as events offset 0) e
    cross join lateral jsonb_array_elements(r.operations::jsonb) with ordinality as o (operation, number)
    cross join lateral (select e.events -> (o.operation ->> 'place')::int as event) d
  where d.event ->> 'type' is distinct from 'OperationDecided' or d.event ->> 'verdict' is distinct from r.verdicts[o.number]
    or r.till_id is not null and position(U&'\\FFFD' in o.operation ->> 'raw') = 0
      and encode(sha256(convert_to(o.operation ->> 'raw', 'UTF8')), 'hex') <> o.operation ->> 'contentHash'
  union all
  select first_position from log_runs
  where jsonb_array_length(operations::jsonb) <> cardinality(verdicts)
    or (select count(*) from jsonb_array_elements(events::jsonb) as e where e ->> 'type' = 'OperationDecided') <> cardinality(verdicts)`;

/** Recounts everything in one snapshot: it reads the whole log. */
export function audit(pool: Pool): Promise<AuditReport> {
  const whole = recounts('true');
  return withTransaction(pool, { isolation: 'repeatable read', readOnly: true }, async (tx) => {
    await tx.query("set local statement_timeout = '300s'");
    const { rows } = await tx.query<AuditReport>(`
      select
        (select count(*)::int from pools where version > 0) as pools,
        (select count(*)::int from events) as events,
        (select count(*)::int from (${whole.ledger}) x) as "ledgerMismatches",
        (select count(*)::int from (${whole.events}) x) as "eventMismatches",
        (select count(*)::int from (${whole.allotments}) x) as "allotmentMismatches",
        (select count(*)::int from (${whole.holds}) x) as "heldMismatches",
        (select count(*)::int from pools p full join
           (select store_id, sku, count(*) as events from events where sku is not null and event ? 'movements' group by 1, 2) e
             on e.store_id = p.store_id and e.sku = p.sku
         where coalesce(p.version, 0) <> coalesce(e.events, 0)) as "versionMismatches",
        (select (select position from log) - coalesce(sum(last_position - first_position + 1), 0) from log_runs)::int as gaps,
        (select count(*)::int from (${WRONG_VERDICTS}) x) as "verdictMismatches"`);
    return must(rows[0], 'an aggregate query returns one row');
  });
}

const STORE = recounts('store_id = $1');

/** Pools of one store that any recount disagrees about. Reads that store's part of the log only. */
export async function auditStore(pool: Pool, storeId: string): Promise<number> {
  const { rows } = await pool.query<{ mismatches: number }>({
    name: 'audit store',
    text: `select count(distinct sku)::int as mismatches from (
      ${[STORE.ledger, STORE.events, STORE.allotments, STORE.holds].join(' union all ')}) as x`,
    values: [storeId],
  });
  return must(rows[0], 'an aggregate query returns one row').mismatches;
}

export async function listAuditedStores(pool: Pool): Promise<readonly string[]> {
  // Walks the index store by store: a distinct over all pools would read every row.
  const { rows } = await pool.query<{ store_id: string }>(`
    with recursive stores as (
      (select store_id from pools order by store_id limit 1)
      union all
      select (select store_id from pools where store_id > stores.store_id order by store_id limit 1) from stores
      where stores.store_id is not null)
    select store_id from stores where store_id is not null`);
  return rows.map((row) => row.store_id);
}
