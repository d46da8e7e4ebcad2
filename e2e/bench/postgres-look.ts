/** Looks behind central's back, as the superuser. */
import pg from 'pg';

/** Operations of tills by their verdict. */
export interface VerdictCounts {
  readonly operations: number;
  readonly accepted: number;
  readonly byVerdict: Readonly<Record<string, number>>;
}

export interface Look {
  readonly logId: string;
  /** Events that are written and not yet read by every consumer of central. */
  lagEvents(): Promise<number>;
  position(): Promise<number>;
  verdicts(): Promise<VerdictCounts>;
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
       count(*) as count, bool_and(verdict in ('ACCEPTED', 'RECORDED') and excess = '[]') as accepted
     from verdicts where till_id is not null group by word order by word`,
  );
  const sum = (some: readonly { count: string }[]) =>
    some.reduce((total, { count }) => total + Number(count), 0);
  return {
    operations: sum(rows),
    accepted: sum(rows.filter((row) => row.accepted)),
    byVerdict: Object.fromEntries(rows.map((row) => [row.word, Number(row.count)])),
  };
}

/** A connection of the superuser to one database of the server. */
export async function connectTo(adminUrl: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(adminUrl, database) });
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
