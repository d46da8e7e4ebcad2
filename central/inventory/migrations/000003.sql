-- Who does the work that only one process may do at a time, fenced by an epoch (central/platform/fenced-lease.ts).
create table worker_leases (
  worker text primary key,
  epoch bigint not null,
  holder text not null,
  lease_until timestamptz not null
);
grant select, insert, update on worker_leases to gondola_inventory_runtime;
