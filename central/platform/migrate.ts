/**
 * Numbered plain SQL, applied once each, in order.
 *
 * A file `000007.sql` runs in one transaction with the row that records it and its hash. An advisory lock
 * keeps racing processes apart: the loser waits, then finds nothing to do. A file that was edited after it
 * had been applied is refused, since no two databases would be alike again.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { reasonOf, StartupProblem } from './startup-problem.ts';

export interface MigrateOptions {
  /** The service's owner, see databases.ts. */
  readonly ownerUrl: string;
  /** Folder with 000001.sql, 000002.sql, … */
  readonly folder: string;
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

const lockKey = 4_736_127_002;

/** Brings a database up to date; answers how many files were applied now. */
export async function migrate(options: MigrateOptions): Promise<number> {
  const migrations = await readMigrations(options.folder);
  const owner = new pg.Client({ connectionString: options.ownerUrl, application_name: 'gondola migrate' });
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    await owner.query('select pg_advisory_lock($1)', [lockKey]);
    await owner.query(
      `create table if not exists applied_migrations (
         number int primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const found = await owner.query<{ number: number; sha256: string }>(
      'select number, sha256 from applied_migrations order by number',
    );
    const applied = new Map(found.rows.map((row) => [row.number, row.sha256]));
    checkApplied(migrations, applied, options.folder);
    const waiting = migrations.filter((migration) => !applied.has(migration.number));
    for (const migration of waiting) await apply(owner, migration, options.folder);
    return waiting.length;
  } finally {
    await owner.end().catch(() => undefined);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      if (name !== `${String(index + 1).padStart(6, '0')}.sql`) {
        throw new StartupProblem(
          `The migration ${name} in ${folder} breaks the numbering: file ${index + 1} must be ${String(index + 1).padStart(6, '0')}.sql.`,
        );
      }
      const sql = await readFile(path.join(folder, name), 'utf8');
      return { number: index + 1, name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function checkApplied(
  migrations: readonly Migration[],
  applied: ReadonlyMap<number, string>,
  folder: string,
): void {
  for (const [number, hash] of applied) {
    const migration = migrations[number - 1];
    if (migration === undefined) {
      throw new StartupProblem(
        `The database was migrated by a newer Gondola (it has migration ${number} of ${folder}): start that version, or a later one.`,
      );
    }
    if (migration.hash !== hash) {
      throw new StartupProblem(
        `The migration ${migration.name} in ${folder} was edited after it had been applied: put it back and write the change as a new file.`,
      );
    }
  }
}

async function apply(owner: pg.Client, migration: Migration, folder: string): Promise<void> {
  await owner.query('begin');
  try {
    await owner.query(migration.sql);
    await owner.query('insert into applied_migrations (number, name, sha256) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.hash,
    ]);
    await owner.query('commit');
  } catch (cause) {
    await owner.query('rollback').catch(() => undefined);
    throw new StartupProblem(
      `The migration ${migration.name} in ${folder} failed and was rolled back (${reasonOf(cause)}): correct the file.`,
      { cause },
    );
  }
}
