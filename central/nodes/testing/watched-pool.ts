/** A pool that tells of each statement before it is sent and after its answer has come, and waits for leave to go on. */
import type { Pool, Transaction } from '../../platform/postgres.ts';

export type Point = 'before' | 'after';

export interface Statement {
  /** From 1, over all connections of the pool. */
  readonly number: number;
  /** Its first words. */
  readonly text: string;
}

export type Watch = (point: Point, statement: Statement) => Promise<void>;

type Answered = (error: unknown, answer?: unknown) => void;
type Query = (...args: unknown[]) => Promise<unknown>;

const textCharactersMax = 60;

/** Watches every connection that the pool opens from now on. */
export function watchPool(pool: Pool, watch: Watch): void {
  let number = 0;
  pool.on('connect', (client: Transaction) => {
    const send = client.query.bind(client) as unknown as Query;
    const query = (...args: unknown[]): Promise<unknown> | undefined => {
      number += 1;
      const statement = { number, text: textOf(args[0]) };
      const answered = typeof args.at(-1) === 'function' ? (args.pop() as Answered) : null;
      const done = run(send, args, statement, watch);
      if (answered === null) return done;
      done.then(
        (answer) => answered(null, answer),
        (error: unknown) => answered(error),
      );
      return undefined;
    };
    Object.assign(client, { query });
  });
}

async function run(send: Query, args: unknown[], statement: Statement, watch: Watch): Promise<unknown> {
  await watch('before', statement);
  try {
    return await send(...args);
  } finally {
    await watch('after', statement);
  }
}

function textOf(asked: unknown): string {
  const text = typeof asked === 'string' ? asked : (asked as { text: string }).text;
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, textCharactersMax);
}
