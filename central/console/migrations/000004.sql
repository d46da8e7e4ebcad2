-- Effect once by the group's place, moved in the transaction of the effect, instead of a row per event. Partition -1: the log itself.
alter table bus_cursors
  add column partition int not null default -1 check (partition >= -1),
  drop constraint bus_cursors_pkey,
  add primary key (consumer, source, partition);

-- Logs that another one took the place of: what a broker still brings of them is not for us.
create table replaced_logs (
  consumer text not null,
  source text not null,
  log_id uuid not null,
  primary key (consumer, source, log_id)
);

-- What the inbox says, as far as it has no gap, becomes the place. With the embedded bus that is all of it; a group that reads from
-- Kafka must have read to the end before this migration.
insert into bus_cursors as c (consumer, source, log_id, position)
select 'console', 'inventory', log_id, max(position)
  from (select log_id, position, row_number() over (partition by log_id order by position) as number from inbox) i
 where position = number and log_id = coalesce(
   (select log_id from bus_cursors where consumer = 'console' and source = 'inventory'),
   (select log_id from inbox group by log_id order by count(*) desc limit 1))
 group by log_id
on conflict (consumer, source, partition) do update set position = greatest(c.position, excluded.position);

-- Not in two releases: a program of before this migration must not apply events beside one of after it, and without its inbox it
-- applies none.
drop table inbox;

-- The feed in pages: a row of its own for each event, with three index entries, cost more than the pool it told of.
create table feed_pages (
  last_position bigint primary key,
  -- Pages of a broker's partitions overlap.
  first_position bigint not null,
  log_id uuid not null,
  -- Hashes of what its events can be looked for by (feed-pages.ts); null: made from the feed of before, may hold anything.
  keys int[],
  -- A JSON array of position, occurredAt, onHandAfter, event; compressed by zstd when its first byte is not "[".
  events bytea not null
);
alter table feed_pages alter column events set storage external;
insert into feed_pages (last_position, first_position, log_id, events)
select max(position), min(position), log_id,
       convert_to(jsonb_agg(jsonb_build_object('position', position, 'occurredAt', event -> 'time', 'onHandAfter', on_hand_after,
                                               'event', event -> 'data') order by position)::text, 'UTF8')
  from (select * from feed where log_id = (select log_id from bus_cursors where consumer = 'console' and source = 'inventory')
         order by position desc limit 100000) f
 group by log_id, (position - 1) / 100;
drop table feed;

-- Pools whose events cannot be folded, from which event on; a person has them folded again when the reason is mended.
create table parked_pools (
  store_id uuid not null,
  sku text not null,
  log_id uuid not null,
  position bigint not null,
  -- Where the group read it: how far it has read decides how far the pool is folded again.
  partition int not null,
  reason text not null,
  parked_at timestamptz not null default now(),
  primary key (store_id, sku)
);

-- Pools change with every event: with room in its page, a row is changed where it stands.
alter table pools set (fillfactor = 80);

grant select, insert on replaced_logs to gondola_console_runtime;
grant select, insert, delete on feed_pages, parked_pools to gondola_console_runtime;
-- The whole read model, and the places in a broker, belong to the log that they were made from.
grant delete on bus_cursors to gondola_console_runtime;
grant truncate on pools, reservations, conflicts, conflict_closings, conflict_moves, verdict_counts, feed_pages, parked_pools
  to gondola_console_runtime;
