import pg from 'pg';

/** What the authority's tables say, read behind its back after the run. */
export interface Truth {
  readonly head: number;
  readonly balances: ReadonlyMap<string, Buckets>;
  readonly ledgerSums: ReadonlyMap<string, Buckets>;
  readonly events: readonly LoggedEvent[];
  /** Content hash by operation id. */
  readonly verdicts: ReadonlyMap<string, string>;
}

export interface Buckets {
  readonly free: number;
  readonly held: number;
  readonly allotted: number;
  readonly inDoubt: number;
  readonly deficit: number;
}

export interface LoggedEvent {
  readonly position: number;
  readonly event: Readonly<Record<string, unknown>> & { readonly type: string };
}

/** A connection of the superuser to the inventory's database; tests plant faults through it. */
export async function openTruth(
  adminUrl: string,
): Promise<{ query: pg.Client['query']; close(): Promise<void> }> {
  const url = new URL(adminUrl);
  url.pathname = '/gondola_inventory';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return { query: client.query.bind(client) as pg.Client['query'], close: () => client.end() };
}

export async function readHead(adminUrl: string): Promise<number> {
  const truth = await openTruth(adminUrl);
  try {
    const { rows } = await truth.query('select position from log');
    return Number(rows[0]?.position);
  } finally {
    await truth.close();
  }
}

export async function readTruth(adminUrl: string): Promise<Truth> {
  const truth = await openTruth(adminUrl);
  try {
    await truth.query('begin isolation level repeatable read read only');
    const log = await truth.query('select position from log');
    const pools = await truth.query(
      'select store_id, sku, free, held, allotted, in_doubt, deficit from pools',
    );
    const sums = await truth.query(`
      select store_id, sku,
        sum(case when to_account = 'F' then quantity when from_account = 'F' then -quantity else 0 end) as free,
        sum(case when to_account = 'V' then quantity when from_account = 'V' then -quantity else 0 end) as held,
        sum(case when to_account = 'Q' then quantity when from_account = 'Q' then -quantity else 0 end) as allotted,
        sum(case when to_account = 'X' then quantity when from_account = 'X' then -quantity else 0 end) as in_doubt,
        sum(case when from_account = 'D' then quantity when to_account = 'D' then -quantity else 0 end) as deficit
      from ledger group by store_id, sku`);
    const events = await truth.query('select position, event from events order by position');
    const verdicts = await truth.query('select operation_id, content_hash from verdicts');
    return {
      head: Number(log.rows[0]?.position),
      balances: bucketsByPool(pools.rows),
      ledgerSums: bucketsByPool(sums.rows),
      events: events.rows.map((row) => ({ position: Number(row.position), event: row.event })),
      verdicts: new Map(verdicts.rows.map((row) => [row.operation_id, row.content_hash])),
    };
  } finally {
    await truth.close();
  }
}

function bucketsByPool(rows: readonly Record<string, unknown>[]): Map<string, Buckets> {
  return new Map(
    rows.map((row) => [
      `${row.store_id}/${row.sku}`,
      {
        free: Number(row.free),
        held: Number(row.held),
        allotted: Number(row.allotted),
        inDoubt: Number(row.in_doubt),
        deficit: Number(row.deficit),
      },
    ]),
  );
}
