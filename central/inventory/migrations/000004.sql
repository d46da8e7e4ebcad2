-- What people decide beside the authority's batches: item policies, what was done about conflicts, kept answers of the API.

create table item_policies (
  store_id uuid not null,
  sku text not null,
  -- null: no bound.
  provisional_max_units bigint check (provisional_max_units >= 0),
  version bigint not null check (version > 0),
  changed_by text not null,
  position bigint not null references events (position),
  primary key (store_id, sku)
);
create index item_policies_by_position on item_policies (store_id, position);

alter table conflicts
  add column act text check (act in ('re-source', 'transfer', 'substitute', 'count', 'other')),
  add column transfer_id uuid,
  add column compensated_by text,
  -- Two workers, or a worker and a person, never compensate one conflict twice.
  add constraint conflict_compensated_by_somebody check ((transfer_id is null) = (compensated_by is null));
create index conflicts_open on conflicts (position) where state = 'OPEN';

-- Answers to requests that are not operations of the log, so that a repeat with the same Idempotency-Key gets the same.
create table kept_answers (
  caller text not null,
  idempotency_key text not null,
  content_hash text not null,
  answer jsonb not null,
  kept_at timestamptz not null default clock_timestamp(),
  primary key (caller, idempotency_key)
);

grant select, insert, update on item_policies to gondola_inventory_runtime;
grant select, insert on kept_answers to gondola_inventory_runtime;
