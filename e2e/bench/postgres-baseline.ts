/**
 * The usual design, as strong as it can be made: one short transaction per reservation over prepared statements, each with
 * the row's update, the reservation's insert and the outbox's insert. In two forms: a statement for each step, or one
 * statement for all three, which hardly anybody writes but which costs least.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { seededRandom } from '../replay/seeded-random.ts';
import type { ChainSize } from './chain.ts';
import { administer, connectTo, databaseUrl } from './postgres-look.ts';

export interface Baseline {
  /** Reservations per second of this many connections. */
  measure(form: BaselineForm, connections: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

export type BaselineForm = 'five-statements' | 'one-statement';

const DATABASE = 'bench_baseline';

const TABLES = `
  create table stock (
    store_id int not null, item_id int not null, free bigint not null check (free >= 0), held bigint not null,
    version bigint not null, primary key (store_id, item_id));
  create table reservations (
    reservation_id uuid primary key, store_id int not null, item_id int not null, quantity bigint not null,
    state text not null, expires_at timestamptz not null);
  create table outbox (
    position bigint primary key generated always as identity, event jsonb not null);`;

const RESERVE = {
  name: 'reserve',
  text: `update stock set free = free - $3, held = held + $3, version = version + 1
    where store_id = $1 and item_id = $2`,
};
const INSERT_RESERVATION = {
  name: 'insert reservation',
  text: `insert into reservations (reservation_id, store_id, item_id, quantity, state, expires_at)
    values ($1, $2, $3, $4, 'HELD', now() + interval '5 minutes')`,
};
const INSERT_OUTBOX = { name: 'insert outbox', text: 'insert into outbox (event) values ($1)' };
const RESERVE_WHOLE = {
  name: 'reserve whole',
  text: `with taken as (
      update stock set free = free - $3, held = held + $3, version = version + 1
      where store_id = $1 and item_id = $2 and free >= $3 returning store_id, item_id),
    kept as (
      insert into reservations (reservation_id, store_id, item_id, quantity, state, expires_at)
      select $4, store_id, item_id, $3, 'HELD', now() + interval '5 minutes' from taken)
    insert into outbox (event) select $5 from taken`,
};
const BEGIN = { name: 'begin', text: 'begin' };
const COMMIT = { name: 'commit', text: 'commit' };

/** Makes and fills its database. */
export async function openBaseline(adminUrl: string, size: ChainSize, seed: number): Promise<Baseline> {
  await administer(adminUrl, `create database ${DATABASE}`);
  const owner = await connectTo(adminUrl, DATABASE);
  await owner.query(TABLES);
  await owner.query(
    `insert into stock select store, item, 1000000000, 0, 0
     from generate_series(1, $1::int) as store, generate_series(1, $2::int) as item`,
    [size.stores, size.items],
  );
  await owner.query('vacuum analyze');
  return {
    measure: async (form, connections, seconds) => {
      await owner.query('checkpoint');
      return measure(databaseUrl(adminUrl, DATABASE), size, seed, RESERVE_BY[form], connections, seconds);
    },
    close: async () => {
      await owner.end();
      await administer(adminUrl, `drop database ${DATABASE} with (force)`);
    },
  };
}

async function measure(
  url: string,
  size: ChainSize,
  seed: number,
  reserve: Reserve,
  connections: number,
  seconds: number,
): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url, pipeline: true });
      await client.connect();
      return client;
    }),
  );
  const random = seededRandom(seed + connections);
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1_000;
  let done = 0;
  const work = async (client: pg.Client) => {
    while (performance.now() < endMs) {
      const store = 1 + Math.floor(random.next() * size.stores);
      const item = 1 + Math.floor(random.next() * size.items);
      await reserve(client, store, item, 1 + Math.floor(random.next() * 3));
      done += 1;
    }
  };
  await Promise.all(clients.map(work));
  const tookSeconds = (performance.now() - startedMs) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return done / tookSeconds;
}

type Reserve = (client: pg.Client, store: number, item: number, quantity: number) => Promise<void>;

const RESERVE_BY: Readonly<Record<BaselineForm, Reserve>> = {
  'five-statements': reserveByFive,
  'one-statement': reserveByOne,
};

/** All five statements go at once and are answered in order: a stock that does not suffice fails the check and thereby all. */
async function reserveByFive(
  client: pg.Client,
  store: number,
  item: number,
  quantity: number,
): Promise<void> {
  const reservationId = randomUUID();
  const event = eventOf(reservationId, store, item, quantity);
  await Promise.all([
    client.query(BEGIN),
    client.query({ ...RESERVE, values: [store, item, quantity] }),
    client.query({ ...INSERT_RESERVATION, values: [reservationId, store, item, quantity] }),
    client.query({ ...INSERT_OUTBOX, values: [event] }),
    client.query(COMMIT),
  ]);
}

async function reserveByOne(client: pg.Client, store: number, item: number, quantity: number): Promise<void> {
  const reservationId = randomUUID();
  const event = eventOf(reservationId, store, item, quantity);
  const { rowCount } = await client.query({
    ...RESERVE_WHOLE,
    values: [store, item, quantity, reservationId, event],
  });
  if (rowCount !== 1) throw new Error('the usual design ran out of stock');
}

function eventOf(reservationId: string, store: number, item: number, quantity: number): string {
  return JSON.stringify({ type: 'ReservationHeld', reservationId, store, item, quantity });
}
