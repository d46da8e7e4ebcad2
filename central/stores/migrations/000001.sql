-- Stores, tills, access and the catalogue.

-- One row: the log's identity, its last position and the size of the catalogue. Locked last by every writer.
create table log (
  only_row boolean primary key default true check (only_row),
  log_id uuid not null default gen_random_uuid(),
  position bigint not null default 0 check (position >= 0),
  products bigint not null default 0 check (products >= 0)
);
insert into log default values;

create table events (
  position bigint primary key check (position > 0),
  type text not null,
  occurred_at timestamptz not null,
  event jsonb not null
);

create table stores (
  store_id uuid primary key,
  number text not null unique,
  name text not null,
  opened_at timestamptz not null
);

create table tills (
  till_id uuid primary key,
  store_id uuid not null references stores,
  name text not null,
  life int not null check (life >= 1),
  state text not null check (state in ('ACTIVE', 'REVOKED')),
  -- SHA-256 of the bearer token; the token itself is known to the till alone.
  token_hash bytea not null unique,
  enrolled_at timestamptz not null,
  last_contact_at timestamptz,
  connected boolean not null default false,
  waiting int not null default 0 check (waiting >= 0),
  oldest_waiting_at timestamptz,
  -- The till's wall clock minus ours, measured at its last hello.
  clock_error_ms bigint
);
create unique index active_till_name on tills (store_id, lower(name)) where state = 'ACTIVE';

create table enrolment_codes (
  code_hash bytea primary key,
  store_id uuid not null references stores,
  -- Set when the code gives an existing till a new life.
  till_id uuid references tills,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_keys (
  api_key_id uuid primary key,
  name text not null,
  scopes text[] not null,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table console_links (
  link_hash bytea primary key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table console_sessions (
  session_id uuid primary key,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

-- position: that of the last event that changed the row. A null price: not sellable yet.
create table products (
  sku text primary key,
  name text not null,
  department text not null,
  category text not null,
  package_size text not null,
  brand text not null,
  ean text not null,
  price_minor bigint check (price_minor >= 0),
  position bigint not null
);
create unique index products_by_position on products (position);
create unique index products_by_ean on products (ean) where ean <> '';

-- Units sold, from the inventory's events: what a till's favourites are made of.
create table sold (
  store_id uuid not null,
  sku text not null,
  units bigint not null,
  primary key (store_id, sku)
);
create index best_sellers on sold (store_id, units desc);

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

-- How far each relay has published, fenced by an epoch.
create table relay_cursors (
  relay text primary key,
  position bigint not null default 0,
  epoch bigint not null default 0,
  holder text,
  lease_until timestamptz
);

-- Least privilege: the log can be added to and never changed; nothing at all can be deleted.
grant select, update on log to gondola_stores_runtime;
grant select, insert on events, inbox, parked_events to gondola_stores_runtime;
grant select, insert, update on stores, tills, enrolment_codes, api_keys, console_links, console_sessions, products, sold, bus_cursors, relay_cursors
  to gondola_stores_runtime;
