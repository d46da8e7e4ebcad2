-- The console's read model, folded from the inventory's events; it can be dropped and folded again.

create table pools (
  store_id uuid not null,
  sku text not null,
  free bigint not null,
  held bigint not null,
  allotted bigint not null,
  in_doubt bigint not null,
  deficit bigint not null,
  version bigint not null,
  recount_needed boolean not null,
  position bigint not null,
  primary key (store_id, sku)
);
create index pools_by_sku on pools (sku);
create index pools_in_deficit on pools (store_id) where deficit > 0;

create table reservations (
  reservation_id uuid primary key,
  store_id uuid not null,
  sku text not null,
  quantity bigint not null,
  state text not null check (state in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  till_id uuid,
  held_at timestamptz not null,
  expires_at timestamptz not null,
  position bigint not null
);
create index reservations_newest on reservations (position desc);
create index reservations_of_pool on reservations (store_id, sku, position desc);
create index reservations_held on reservations (expires_at) where state = 'HELD';

-- Opened and closed apart: a broker may bring the closing first.
create table conflicts (
  conflict_id uuid primary key,
  store_id uuid not null,
  till_id uuid,
  operation_id text not null,
  kind text not null,
  operation_type text not null,
  label text,
  reason text not null,
  sku text,
  quantity bigint not null,
  recorded_at timestamptz,
  seen_position bigint,
  free_at_decision bigint,
  opened_at timestamptz not null,
  position bigint not null
);
create index conflicts_newest on conflicts (position desc);
create table conflict_closings (
  conflict_id uuid primary key,
  closed_at timestamptz not null,
  closed_by text not null,
  closing_reason text not null,
  position bigint not null
);

create table verdict_counts (verdict text primary key, operations bigint not null);

-- The feed: every event as it came, and what a pool had after it.
create table feed (
  log_id uuid not null,
  position bigint not null,
  store_id uuid not null,
  sku text,
  type text not null,
  on_hand_after bigint,
  event jsonb not null,
  primary key (position, log_id)
);
create index feed_of_pool on feed (store_id, sku, position desc);

create table inbox (
  log_id uuid not null,
  position bigint not null,
  primary key (log_id, position)
);
create table bus_cursors (
  consumer text not null,
  source text not null,
  log_id uuid not null,
  position bigint not null,
  primary key (consumer, source)
);
create table parked_events (
  log_id uuid not null,
  position bigint not null,
  reason text not null,
  event jsonb not null,
  parked_at timestamptz not null default now(),
  primary key (log_id, position)
);

grant select, insert on conflicts, conflict_closings, feed, inbox, parked_events to gondola_console_runtime;
grant select, insert, update on pools, reservations, verdict_counts, bus_cursors to gondola_console_runtime;
