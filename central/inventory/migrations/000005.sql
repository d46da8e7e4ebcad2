-- The log in runs: one row for the operations that one batch decided of one caller and store, with their events, verdicts,
-- ledger pairs and texts. A row per event, per verdict and per ledger pair cost three inserts and nine index entries for each
-- sale (decision 0015). `events`, `verdicts` and `ledger` are views over it.

create table log_runs (
  first_position bigint primary key check (first_position > 0),
  last_position bigint not null check (last_position >= first_position),
  store_id uuid not null,
  -- Of a till's records; null where a caller of the API, an import or the authority itself acted.
  till_id uuid,
  life int,
  first_sequence bigint,
  last_sequence bigint,
  -- Of an operation that is no record of a till: one to a run.
  operation_id text,
  -- The record of an ended life that the run's one operation takes over: each once.
  salvaged text,
  occurred_at timestamptz not null,
  -- A JSON array of events, in order of position. Text: Postgres need not parse what it only keeps.
  events text not null,
  -- A JSON array with hash, text and place (in `events`, from 0) of each operation decided.
  operations text not null,
  verdicts text[] not null check (verdicts <@ array['ACCEPTED', 'REJECTED', 'RECORDED', 'QUARANTINED']),
  -- Ledger pairs: each moves a quantity from one account to another, so no entry can be unbalanced. `places` from 0.
  skus text[] not null,
  places int[] not null,
  from_accounts text[] not null check (from_accounts <@ array['F', 'V', 'Q', 'X', 'D', 'W']),
  to_accounts text[] not null check (to_accounts <@ array['F', 'V', 'Q', 'X', 'D', 'W']),
  quantities bigint[] not null check (0 < all (quantities)),
  check (cardinality(skus) = cardinality(quantities) and cardinality(places) = cardinality(quantities)
    and cardinality(from_accounts) = cardinality(quantities) and cardinality(to_accounts) = cardinality(quantities)),
  check ((till_id is null) = (life is null) and (till_id is null) = (first_sequence is null)
    and (till_id is null) = (last_sequence is null)),
  check (last_sequence - first_sequence + 1 = cardinality(verdicts)),
  check (operation_id is null or cardinality(verdicts) = 1),
  check (cardinality(verdicts) = 0 or till_id is not null or operation_id is not null),
  unique (till_id, life, first_sequence)
);
-- Kept as they are: pglz takes 20 µs per kB, more than all other work of the row, and lz4 is not in every build of Postgres.
alter table log_runs alter column events set storage external, alter column operations set storage external;

insert into log_runs
select e.position, e.position, e.store_id, v.till_id, v.life, v.sequence, v.sequence,
  case when v.till_id is null then v.operation_id end, v.salvaged, e.occurred_at,
  jsonb_build_array(e.event)::text,
  case when v.operation_id is null then '[]' else jsonb_build_array(jsonb_build_object('contentHash', v.content_hash,
    'recordedAt', v.recorded_at, 'raw', v.raw, 'place', 0))::text end,
  case when v.operation_id is null then '{}' else array[v.verdict] end,
  coalesce(l.skus, '{}'), coalesce(l.places, '{}'), coalesce(l.from_accounts, '{}'), coalesce(l.to_accounts, '{}'),
  coalesce(l.quantities, '{}')
from events e
left join verdicts v on v.position = e.position
left join (
  select position, array_agg(sku order by entry) as skus, array_agg(0 order by entry) as places,
    array_agg(from_account order by entry) as from_accounts, array_agg(to_account order by entry) as to_accounts,
    array_agg(quantity order by entry) as quantities
  from ledger group by position) l on l.position = e.position;

alter table item_policies drop constraint item_policies_position_fkey;
drop table ledger;
drop table verdicts;
drop table events;
drop function refuse_gap;

create unique index log_runs_of_operation on log_runs (operation_id) where operation_id is not null;
create unique index log_runs_of_salvaged on log_runs (salvaged) where salvaged is not null;
create index log_runs_of_store on log_runs (store_id, last_position);
create index log_runs_of_life on log_runs (till_id, life, last_position) where till_id is not null;

-- Written with every batch: room for new versions on the same page, and short chains to the newest.
alter table log set (fillfactor = 10);
alter table journal_heads set (fillfactor = 50);

create view events as
select r.first_position + e.number - 1 as position, r.store_id, e.event ->> 'sku' as sku, e.event ->> 'type' as type,
  e.event ->> 'operationId' as operation_id, r.occurred_at, e.event
from log_runs r cross join lateral jsonb_array_elements(r.events::jsonb) with ordinality as e (event, number);

create view ledger as
select r.store_id, l.sku, r.first_position + l.place as position, l.from_account, l.to_account, l.quantity
from log_runs r cross join lateral unnest(r.skus, r.places, r.from_accounts, r.to_accounts, r.quantities)
  as l (sku, place, from_account, to_account, quantity);

create view verdicts as
select r.store_id, d.event ->> 'operationId' as operation_id, o.operation ->> 'contentHash' as content_hash, r.till_id, r.life,
  (d.event ->> 'sequence')::bigint as sequence, d.event ->> 'operationType' as operation_type, d.event ->> 'label' as label,
  r.verdicts[o.number] as verdict, d.event ->> 'reason' as reason, (d.event ->> 'reservationId')::uuid as reservation_id,
  (d.event ->> 'expiresAt')::timestamptz as expires_at, d.event -> 'excess' as excess, r.occurred_at as decided_at,
  (o.operation ->> 'recordedAt')::timestamptz as recorded_at, o.operation ->> 'raw' as raw, r.salvaged,
  r.first_position + (o.operation ->> 'place')::bigint as position
from log_runs r
  -- Offset 0: parsed once for all operations of the run.
  cross join lateral (select r.events::jsonb as events offset 0) e
  cross join lateral jsonb_array_elements(r.operations::jsonb) with ordinality as o (operation, number)
  cross join lateral (select e.events -> (o.operation ->> 'place')::int as event) d;

-- Positions are dense, and no record of a life is decided twice, whatever the program believes.
create function refuse_broken_run() returns trigger language plpgsql as $$
declare
  head bigint;
  first bigint;
begin
  select position into head from log;
  select min(first_position) into first from added;
  if first is null then
    return null;
  end if;
  if exists (select from (select last_position, lead(first_position, 1, head + 1) over (order by first_position) as next from added) a
      where next <> last_position + 1)
    or coalesce((select last_position from log_runs where first_position < first order by first_position desc limit 1), 0) <> first - 1
  then
    raise exception 'the runs of a batch must follow each other without a gap and end at the log''s position %', head;
  end if;
  if exists (select from added a where a.till_id is not null and a.first_sequence <= (
      select b.last_sequence from log_runs b
      where b.till_id = a.till_id and b.life = a.life and b.first_sequence <= a.last_sequence and b.first_position <> a.first_position
      order by b.first_sequence desc limit 1))
  then
    raise unique_violation using message = 'a record of a till was decided before';
  end if;
  return null;
end $$;
create trigger log_runs_follow after insert on log_runs
  referencing new table as added for each statement execute function refuse_broken_run();

grant select, insert on log_runs to gondola_inventory_runtime;
grant select on events, ledger, verdicts to gondola_inventory_runtime;
