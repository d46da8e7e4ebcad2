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
select 'stores', 'inventory', log_id, max(position)
  from (select log_id, position, row_number() over (partition by log_id order by position) as number from inbox) i
 where position = number and log_id = coalesce(
   (select log_id from bus_cursors where consumer = 'stores' and source = 'inventory'),
   (select log_id from inbox group by log_id order by count(*) desc limit 1))
 group by log_id
on conflict (consumer, source, partition) do update set position = greatest(c.position, excluded.position);

-- Not in two releases: a program of before this migration must not apply events beside one of after it, and without its inbox it
-- applies none.
drop table inbox;

-- The units change with every sale: without them in an index, and with room in its page, a row is changed where it stands. The best
-- sellers of a store are sorted when they are asked for.
drop index best_sellers;
alter table sold set (fillfactor = 80);

grant select, insert on replaced_logs to gondola_stores_runtime;
-- The counts, and the places in a broker, belong to the log that they were made from.
grant delete on bus_cursors to gondola_stores_runtime;
grant truncate on sold to gondola_stores_runtime;
