/** The usual design, as strong as it can be made: one short transaction per reservation over prepared statements. */
import type { BaselineAnswer, BaselineRequest } from './baseline-messages.ts';
import type { ChainSize } from './chain.ts';
import { startChild } from './child-process.ts';
import { administer, connectTo, databaseUrl } from './postgres-look.ts';
import type { BaselineForm } from './postgres-reserve.ts';

/** How many clients there are, and in how many processes of Node. */
export interface BaselineClients {
  readonly processes: number;
  /** In all; each process has its part. */
  readonly connections: number;
}

export interface Baseline {
  /** Connects, warms up, and writes all dirty pages. */
  open(form: BaselineForm, clients: BaselineClients): Promise<void>;
  /** Reservations per second of the clients that were opened last. */
  run(clients: BaselineClients, seconds: number): Promise<number>;
  close(): Promise<void>;
}

const DATABASE = 'bench_baseline';
export const BASELINE_PROCESSES_MAX = 2;

const TABLES = `
  create table stock (
    store_id int not null, item_id int not null, free bigint not null check (free >= 0), held bigint not null,
    version bigint not null, primary key (store_id, item_id));
  create table reservations (
    reservation_id uuid primary key, store_id int not null, item_id int not null, quantity bigint not null,
    state text not null, expires_at timestamptz not null);
  create table outbox (
    position bigint primary key generated always as identity, event jsonb not null);`;

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
  const url = databaseUrl(adminUrl, DATABASE);
  const children = Array.from({ length: BASELINE_PROCESSES_MAX }, () =>
    startChild<BaselineRequest, BaselineAnswer>('baseline-process.ts'),
  );
  return {
    open: async (form, { processes, connections }) => {
      await Promise.all(
        children.slice(0, processes).map(({ ask }, index) =>
          ask({
            ...{ kind: 'open', url, size, form, seed: seed + index },
            connections: Math.ceil(connections / processes),
          }),
        ),
      );
      await owner.query('checkpoint');
    },
    run: async ({ processes }, seconds) => {
      const working = children.slice(0, processes);
      const answers = await Promise.all(working.map(({ ask }) => ask({ kind: 'run', seconds })));
      return answers.reduce((sum, answer) => sum + (answer.kind === 'ran' ? answer.perSecond : 0), 0);
    },
    close: async () => {
      await Promise.all(children.map(({ stop }) => stop()));
      await owner.end();
      await administer(adminUrl, `drop database ${DATABASE} with (force)`);
    },
  };
}
