-- The authority's memory. Every table begins with store_id where it has one, so that a distributed Postgres can shard by it.

-- One row: the log's identity and its last position. Locked last by each batch, which makes position order commit order.
create table log (
  only_row boolean primary key default true check (only_row),
  log_id uuid not null default gen_random_uuid(),
  position bigint not null default 0 check (position >= 0)
);
insert into log default values;

-- Outbox, audit trail and source of every fold at once. Positions are dense.
create table events (
  position bigint primary key check (position > 0),
  store_id uuid not null,
  sku text,
  type text not null,
  operation_id text,
  occurred_at timestamptz not null,
  event jsonb not null
);
create index events_of_pool on events (store_id, sku, position) where sku is not null;

-- Ledger pairs: a row moves a quantity from one account to another, so no entry can be unbalanced.
create table ledger (
  store_id uuid not null,
  sku text not null,
  position bigint not null references events (position),
  entry smallint not null,
  from_account text not null check (from_account in ('F', 'V', 'Q', 'X', 'D', 'W')),
  to_account text not null check (to_account in ('F', 'V', 'Q', 'X', 'D', 'W') and to_account <> from_account),
  quantity bigint not null check (quantity > 0),
  primary key (store_id, sku, position, entry)
);

create table pools (
  store_id uuid not null,
  sku text not null,
  free bigint not null default 0 check (free >= 0),
  held bigint not null default 0 check (held >= 0),
  allotted bigint not null default 0 check (allotted >= 0),
  in_doubt bigint not null default 0 check (in_doubt >= 0),
  deficit bigint not null default 0 check (deficit >= 0),
  version bigint not null default 0,
  recount_needed boolean not null default false,
  counted_at timestamptz,
  counted_by uuid,
  position bigint not null default 0,
  primary key (store_id, sku),
  check (free = 0 or deficit = 0)
);
create index pools_by_position on pools (store_id, position);

create table reservations (
  store_id uuid not null,
  reservation_id uuid primary key,
  sku text not null,
  quantity bigint not null check (quantity > 0),
  state text not null check (state in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  till_id uuid,
  held_at timestamptz not null,
  expires_at timestamptz not null,
  position bigint not null
);
create index reservations_by_position on reservations (store_id, position);
create index reservations_held on reservations (store_id, sku, expires_at) where state = 'HELD';
create index reservations_overdue on reservations (expires_at) where state = 'HELD';

-- An ended reservation never changes again, whatever the program believes.
create function refuse_second_end() returns trigger language plpgsql as $$
begin
  if old.state <> 'HELD' and new.state <> old.state then
    raise exception 'reservation % has ended as % and cannot become %', old.reservation_id, old.state, new.state;
  end if;
  return new;
end $$;
create trigger reservation_ends_once before update on reservations
  for each row execute function refuse_second_end();

-- One final word per operation, with the bytes that were hashed.
create table verdicts (
  store_id uuid not null,
  operation_id text primary key,
  content_hash text not null,
  till_id uuid,
  life int,
  sequence bigint,
  operation_type text not null,
  label text,
  verdict text not null check (verdict in ('ACCEPTED', 'REJECTED', 'RECORDED', 'QUARANTINED')),
  reason text,
  reservation_id uuid,
  expires_at timestamptz,
  excess jsonb not null,
  decided_at timestamptz not null,
  recorded_at timestamptz,
  raw text not null,
  position bigint not null unique references events (position),
  unique (till_id, life, sequence)
);
create index verdicts_of_life on verdicts (till_id, life, position);

-- How far each life of each till has been decided.
create table journal_heads (
  store_id uuid not null,
  till_id uuid not null,
  life int not null,
  sequence bigint not null default 0,
  hash text not null,
  primary key (till_id, life)
);

create table conflicts (
  store_id uuid not null,
  conflict_id uuid primary key,
  till_id uuid,
  operation_id text not null references verdicts (operation_id) deferrable initially deferred,
  operation_type text not null,
  kind text not null check (kind in ('provisional-refused', 'deficit')),
  state text not null default 'OPEN' check (state in ('OPEN', 'CLOSED')),
  label text,
  reason text not null,
  sku text,
  quantity bigint not null,
  recorded_at timestamptz,
  seen_position bigint,
  free_at_decision bigint,
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  closing_reason text,
  position bigint not null
);
create index conflicts_by_position on conflicts (store_id, position);

-- How far each relay has published, fenced by an epoch.
create table relay_cursors (
  relay text primary key,
  position bigint not null default 0,
  epoch bigint not null default 0,
  holder text,
  lease_until timestamptz
);

-- Least privilege: the running program can add to the log and never change or delete what it says.
grant usage on schema public to gondola_inventory_runtime;
grant select, update on log to gondola_inventory_runtime;
grant select, insert on events, ledger, verdicts to gondola_inventory_runtime;
grant select, insert, update on pools, reservations, journal_heads, conflicts, relay_cursors to gondola_inventory_runtime;
