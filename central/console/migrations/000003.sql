-- Conflicts that wait for other tills, and what became of them; holds inside allotments.
alter table conflicts add column state text not null default 'OPEN' check (state in ('PENDING', 'OPEN'));

-- Apart from the conflict, as its closing is: a broker may bring either first.
create table conflict_moves (
  conflict_id uuid not null,
  position bigint not null,
  -- How much remained when the other tills had settled; null of a move that does not say so.
  due_quantity bigint,
  primary key (conflict_id, position)
);
grant select, insert on conflict_moves to gondola_console_runtime;

alter table reservations add column allotted_life int;
