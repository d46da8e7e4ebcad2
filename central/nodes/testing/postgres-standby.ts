/** A physical standby of a running embedded Postgres: a base backup by hand, then streaming, as a real read replica has it. */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findNativeFolder, openPrograms } from '../../platform/postgres-binaries.ts';
import { freePort } from '../../platform/postgres-cluster.ts';

export interface Standby {
  /** One statement as the superuser. */
  ask<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]>;
  /** The postmaster and everybody who serves that application stop in the middle of what they do. */
  freeze(applicationName: string): Promise<void>;
  thaw(): void;
  /** Ends the server at once, as a crash would. Safe to call twice. */
  stop(): Promise<void>;
}

export { freePort };

/** Copies the server of that superuser and follows it on this port. */
export async function startStandby(adminUrl: string, port: number): Promise<Standby> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-standby-'));
  await chmod(folder, 0o755);
  const data = path.join(folder, 'data');
  await copyServer(adminUrl, data);
  const programs = await openPrograms(findNativeFolder(), folder);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
    'max_connections=200',
  ];
  const log = path.join(folder, 'server.log');
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  const started = await programs.run('pg_ctl', ['start', '-w', '-D', data, '-l', log, '-o', options]);
  if (started.code !== 0) throw new Error(`the standby does not start: ${started.output}`);
  const ask = async <Row extends pg.QueryResultRow>(statement: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: urlAt(adminUrl, port) });
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const [postmaster] = await ask<{ pid: number }>(
    `select (string_to_array(pg_read_file('postmaster.pid'), E'\\n'))[1]::int as pid`,
  );
  const frozen: number[] = [];
  const thaw = (): void => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
  };
  let running = true;
  return {
    ask,
    freeze: async (applicationName) => {
      const serving = await ask<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = '${applicationName}'`,
      );
      for (const { pid } of [...(postmaster === undefined ? [] : [postmaster]), ...serving]) {
        process.kill(pid, 'SIGSTOP');
        frozen.push(pid);
      }
    },
    thaw,
    stop: async () => {
      if (!running) return;
      running = false;
      thaw();
      await programs.run('pg_ctl', ['stop', '-w', '-m', 'immediate', '-D', data]);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function urlAt(adminUrl: string, port: number): string {
  return Object.assign(new URL(adminUrl), { port: String(port) }).href;
}

/** The files between the two words of a backup, with the label that says where replay begins. */
async function copyServer(adminUrl: string, data: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows: shown } = await admin.query<{ data_directory: string }>('show data_directory');
    const source = shown[0]?.data_directory ?? '';
    await admin.query("select pg_backup_start('standby', true)");
    // A file that goes while it is copied is put right by what is replayed.
    await promisify(execFile)('cp', ['-a', source, data]).catch(() => undefined);
    const { rows: stopped } = await admin.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(false)',
    );
    await rm(path.join(data, 'postmaster.pid'), { force: true });
    const { uid, gid } = await stat(source);
    const write = async (name: string, text: string): Promise<void> => {
      await writeFile(path.join(data, name), text, { mode: 0o600 });
      if (process.getuid?.() === 0) await chown(path.join(data, name), uid, gid);
    };
    await write('backup_label', stopped[0]?.labelfile ?? '');
    await write('standby.signal', '');
    const { hostname, port, username, password } = new URL(adminUrl);
    const secret = decodeURIComponent(password);
    await write(
      'postgresql.auto.conf',
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${secret}'\n`,
    );
  } finally {
    await admin.end();
  }
}
