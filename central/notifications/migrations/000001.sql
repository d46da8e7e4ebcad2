-- What people must hear of, from the inventory's events.

create table notices (
  notice_id text primary key,
  store_id uuid not null,
  kind text not null check (kind in ('conflict-opened', 'deficit-raised', 'low-stock')),
  sku text,
  quantity bigint,
  at timestamptz not null,
  log_id uuid not null,
  position bigint not null
);
create index notices_newest on notices (at desc, notice_id);
create index notices_of_store on notices (store_id, at desc);

-- What each pool has free, and the level it was last filled to: low is a part of that.
create table levels (
  store_id uuid not null,
  sku text not null,
  free bigint not null,
  filled_to bigint not null,
  told_low boolean not null,
  primary key (store_id, sku)
);

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

grant select, insert on notices, inbox, parked_events to gondola_notifications_runtime;
grant select, insert, update on levels, bus_cursors to gondola_notifications_runtime;
