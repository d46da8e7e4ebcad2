-- Where stores are, as far as the chain has said: the nearest with stock is offered first.
alter table stores
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  add constraint place_is_whole check ((latitude is null) = (longitude is null));
