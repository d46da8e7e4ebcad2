/** The statements of the usual design, over the driver that most programs of Node use. */
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import pg from 'pg';

/**
 * A statement for each step, or one statement for all three, which hardly anybody writes but which costs least. Both are
 * one transaction: the row's update, the reservation's insert and the outbox's insert.
 */
export type BaselineForm = 'five-statements' | 'one-statement';

export interface Reservation {
  readonly store: number;
  readonly item: number;
  readonly quantity: number;
}

export interface BaselineConnection {
  reserve(form: BaselineForm, reservation: Reservation): Promise<void>;
  close(): Promise<void>;
}

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

export async function connectBaseline(connectionString: string): Promise<BaselineConnection> {
  const socket = new Socket();
  const client = new pg.Client({ connectionString, pipeline: true, stream: () => socket });
  // A server that ends fails the next statement, with a sentence and in its place.
  client.on('error', () => undefined);
  await client.connect();
  return {
    reserve: (form, reservation) =>
      form === 'one-statement'
        ? reserveByOne(client, reservation)
        : reserveByFive(client, socket, reservation),
    close: () => client.end(),
  };
}

/**
 * All five statements go by one write and are answered in order, one round trip instead of five: a stock that does not
 * suffice fails the check and thereby all.
 */
async function reserveByFive(client: pg.Client, socket: Socket, reservation: Reservation): Promise<void> {
  const { store, item, quantity } = reservation;
  const reservationId = randomUUID();
  const event = eventOf(reservationId, reservation);
  socket.cork();
  const answers = [
    client.query(BEGIN),
    client.query({ ...RESERVE, values: [store, item, quantity] }),
    client.query({ ...INSERT_RESERVATION, values: [reservationId, store, item, quantity] }),
    client.query({ ...INSERT_OUTBOX, values: [event] }),
    client.query(COMMIT),
  ];
  socket.uncork();
  await Promise.all(answers);
}

async function reserveByOne(client: pg.Client, reservation: Reservation): Promise<void> {
  const { store, item, quantity } = reservation;
  const reservationId = randomUUID();
  const { rowCount } = await client.query({
    ...RESERVE_WHOLE,
    values: [store, item, quantity, reservationId, eventOf(reservationId, reservation)],
  });
  if (rowCount !== 1) throw new Error('the usual design ran out of stock');
}

function eventOf(reservationId: string, { store, item, quantity }: Reservation): string {
  return JSON.stringify({ type: 'ReservationHeld', reservationId, store, item, quantity });
}
