-- Allotments (units leased to one life of a till), terms and retirement of lives, transfers between stores.

alter table pools
  add column web_units double precision not null default 0,
  add column web_largest_line double precision not null default 0,
  add column web_at timestamptz;

alter table reservations add column allotted_life int;
drop index reservations_overdue;
create index reservations_overdue on reservations (expires_at) where state = 'HELD' and allotted_life is null;
create index reservations_in_allotment on reservations (till_id, allotted_life) where state = 'HELD' and allotted_life is not null;

-- One row per life and pool: what it was granted and what became of it. The log holds the history of earlier numbers.
create table allotments (
  store_id uuid not null,
  sku text not null,
  till_id uuid not null,
  life int not null,
  -- 0: never granted; the row only remembers what the till sold.
  number int not null check (number >= 0),
  state text not null check (state in ('ACTIVE', 'CLOSING', 'EXPIRED', 'FORCED', 'SETTLED')),
  mode text not null check (mode in ('settlement-only', 'report-deadline')),
  granted bigint not null check (granted >= 0),
  consumed bigint not null check (consumed >= 0),
  held bigint not null check (held >= 0),
  surrendered bigint not null check (surrendered >= 0),
  recalled bigint not null default 0 check (recalled >= 0),
  demand_units double precision not null default 0,
  demand_largest_line double precision not null default 0,
  demand_at timestamptz,
  -- When the units went in doubt: a report deadline counts from it.
  expired_at timestamptz,
  position bigint not null,
  primary key (store_id, sku, till_id, life),
  check (consumed + held + surrendered <= granted)
);
create index allotments_by_position on allotments (till_id, life, position);
create index allotments_spendable on allotments (till_id, life) where state in ('ACTIVE', 'CLOSING');
create index allotments_in_doubt on allotments (expired_at) where state = 'EXPIRED';

-- A life's term: how long it may spend. One row per life, so that one heartbeat renews all its allotments.
alter table journal_heads
  add column term_ends_at timestamptz,
  add column heard_at timestamptz,
  add column retired_at timestamptz;
create index journal_heads_heard on journal_heads (store_id, heard_at) where retired_at is null;
create index journal_heads_term on journal_heads (term_ends_at) where term_ends_at is not null;

-- A retired life stays retired.
create function refuse_revival() returns trigger language plpgsql as $$
begin
  if old.retired_at is not null and new.retired_at is distinct from old.retired_at then
    raise exception 'life % of till % is retired', old.life, old.till_id;
  end if;
  if new.sequence < old.sequence then
    raise exception 'the decided head of till % cannot go back from % to %', old.till_id, old.sequence, new.sequence;
  end if;
  return new;
end $$;
create trigger life_retires_once before update on journal_heads
  for each row execute function refuse_revival();

-- The record of an ended life that this operation carries: each is taken over once.
alter table verdicts add column salvaged text;
create unique index verdicts_salvaged on verdicts (salvaged) where salvaged is not null;

create table transfers (
  transfer_id uuid primary key,
  from_store_id uuid not null,
  to_store_id uuid not null check (to_store_id <> from_store_id),
  state text not null check (state in ('REQUESTED', 'DISPATCHED', 'RECEIVED', 'RETURNED', 'CANCELLED')),
  lines jsonb not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  reason text,
  position bigint not null
);
create index transfers_from on transfers (from_store_id, position);
create index transfers_to on transfers (to_store_id, position);
create index transfers_overdue on transfers (expires_at) where state = 'REQUESTED';

create function refuse_transfer_after_end() returns trigger language plpgsql as $$
begin
  if old.state in ('RECEIVED', 'RETURNED') and new.state <> old.state then
    raise exception 'transfer % has ended as % and cannot become %', old.transfer_id, old.state, new.state;
  end if;
  return new;
end $$;
create trigger transfer_ends_once before update on transfers
  for each row execute function refuse_transfer_after_end();

-- A conflict may concern a till's life and no operation, and may wait for sibling tills.
alter table conflicts drop constraint conflicts_operation_id_fkey;
alter table conflicts drop constraint conflicts_kind_check;
alter table conflicts add constraint conflicts_kind_check check (kind in ('provisional-refused', 'deficit', 'life-forked',
  'settlement-differs', 'transfer-short', 'transfer-over', 'transfer-unannounced'));
alter table conflicts drop constraint conflicts_state_check;
alter table conflicts add constraint conflicts_state_check check (state in ('PENDING', 'OPEN', 'CLOSED'));
create index conflicts_pending on conflicts (store_id, sku) where state = 'PENDING';

-- Positions are dense: an event takes the place right behind the last one, whatever the program believes.
create function refuse_gap() returns trigger language plpgsql as $$
declare
  expected bigint;
  given bigint;
begin
  select position into expected from log;
  select count(*) into given from added;
  if given > 0 and ((select max(position) from added) <> expected or (select min(position) from added) <> expected - given + 1) then
    raise exception 'events % must end at the log''s position % without a gap', given, expected;
  end if;
  return null;
end $$;
create trigger events_are_dense after insert on events
  referencing new table as added for each statement execute function refuse_gap();

grant select, insert, update on allotments, transfers to gondola_inventory_runtime;

-- The authority's key for grant sheets; tills pin its public half when they are enrolled.
create table signing_keys (
  slot int primary key check (slot = 1),
  private_key text not null,
  created_at timestamptz not null default clock_timestamp()
);
grant select, insert on signing_keys to gondola_inventory_runtime;
