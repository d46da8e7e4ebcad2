-- The feed of one store, newest first.
create index feed_of_store on feed (store_id, position desc);
