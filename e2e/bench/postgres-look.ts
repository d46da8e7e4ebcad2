/** Looks behind central's back, as the superuser. */
import pg from 'pg';

/** Operations of tills by their verdict. */
export interface VerdictCounts {
  readonly operations: number;
  readonly accepted: number;
  /** Labelled GUARANTEED by their tills and not accepted as they stood. */
  readonly guaranteedBroken: number;
  readonly byVerdict: Readonly<Record<string, number>>;
}

/** What the authority booked of what tills charged. */
export interface InsideCounts {
  readonly operations: number;
  /** Sales wholly out of allotments, holds inside allotments, and commits of such holds. */
  readonly inside: number;
}

export interface Look {
  readonly logId: string;
  /** Events that are written and not yet read by every consumer of central. */
  lagEvents(): Promise<number>;
  position(): Promise<number>;
  /** The server's processes that work for the authority's batches, and for nothing else. */
  decidingPids(): Promise<readonly number[]>;
  verdicts(): Promise<VerdictCounts>;
  /** Of the operations of tills decided behind a position. */
  inside(afterPosition: number): Promise<InsideCounts>;
  /** Allotments that tills may spend. */
  activeAllotments(): Promise<number>;
  /** Bytes of the four databases. */
  sizeBytes(): Promise<number>;
  /** Writes all dirty pages, so that no window pays for the one before. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

const CONSUMERS = ['gondola_stores', 'gondola_notifications', 'gondola_console'];

export async function openLook(adminUrl: string): Promise<Look> {
  const inventory = await connectTo(adminUrl, 'gondola_inventory');
  const consumers = await Promise.all(CONSUMERS.map((database) => connectTo(adminUrl, database)));
  const log = await inventory.query('select log_id from log');
  const position = async () => Number((await inventory.query('select position from log')).rows[0]?.position);
  return {
    logId: String(log.rows[0]?.log_id),
    position,
    decidingPids: async () => {
      const { rows } = await inventory.query(
        "select pid from pg_stat_activity where application_name = 'gondola inventory decides'",
      );
      return rows.map(({ pid }) => Number(pid));
    },
    lagEvents: async () => {
      const head = await position();
      const places = await Promise.all(
        consumers.map((consumer) =>
          consumer.query(
            "select coalesce(min(position), 0) as position from bus_cursors where source = 'inventory'",
          ),
        ),
      );
      return head - Math.min(...places.map(({ rows }) => Number(rows[0]?.position)));
    },
    verdicts: async () => countVerdicts(inventory),
    inside: async (afterPosition) => countInside(inventory, afterPosition),
    activeAllotments: async () =>
      Number(
        (await inventory.query("select count(*) from allotments where state = 'ACTIVE'")).rows[0]?.count,
      ),
    sizeBytes: async () => {
      const { rows } = await inventory.query(
        "select sum(pg_database_size(datname))::bigint as bytes from pg_database where datname like 'gondola\\_%'",
      );
      return Number(rows[0]?.bytes);
    },
    checkpoint: async () => void (await inventory.query('checkpoint')),
    close: async () => {
      await Promise.all([inventory, ...consumers].map((client) => client.end()));
    },
  };
}

async function countVerdicts(inventory: pg.Client): Promise<VerdictCounts> {
  const { rows } = await inventory.query(
    `select verdict || coalesce(' ' || reason, '') || case when excess = '[]' then '' else ' with excess' end as word,
       count(*) as count, count(*) filter (where label = 'GUARANTEED') as guaranteed,
       bool_and(verdict in ('ACCEPTED', 'RECORDED') and excess = '[]') as accepted
     from verdicts where till_id is not null group by word order by word`,
  );
  const sum = (some: readonly { count: string }[]) =>
    some.reduce((total, { count }) => total + Number(count), 0);
  return {
    operations: sum(rows),
    accepted: sum(rows.filter((row) => row.accepted)),
    guaranteedBroken: rows
      .filter((row) => !row.accepted)
      .reduce((total, { guaranteed }) => total + Number(guaranteed), 0),
    byVerdict: Object.fromEntries(rows.map((row) => [row.word, Number(row.count)])),
  };
}

async function countInside(inventory: pg.Client, afterPosition: number): Promise<InsideCounts> {
  const decided = await inventory.query(
    'select count(*) as count from verdicts where till_id is not null and position > $1',
    [afterPosition],
  );
  const inside = await inventory.query(
    `select count(*) as count from events
     where position > $1 and (type = 'ItemsSold' and event -> 'allottedQuantity' = event -> 'quantity'
       or type in ('ReservationHeld', 'ReservationCommitted') and event ->> 'allottee' is not null)`,
    [afterPosition],
  );
  return { operations: Number(decided.rows[0]?.count), inside: Number(inside.rows[0]?.count) };
}

/** A connection of the superuser to one database of the server. */
export async function connectTo(adminUrl: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(adminUrl, database) });
  // A server that ends fails the next statement, with a sentence and in its place.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement in the server's own database. */
export async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = await connectTo(adminUrl, 'postgres');
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
