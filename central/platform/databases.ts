/**
 * A database and two roles for each service: an owner who migrates, and a runtime role that may do what
 * the migrations grant and nothing else. Nobody but its own two roles can connect to a service's database.
 *
 * Passwords are random and live in `secrets.json` (0600) in the data folder. They are written before the
 * role is made, so a crash in between is cured by the next start. Several nodes over one Postgres share
 * the file; a node that lacks it is told so, and never changes a password under a running node.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { z } from 'zod';
import { quoteName, quoteText } from './postgres.ts';
import { reasonOf, StartupProblem } from './startup-problem.ts';

/** The services that have a database. */
export const databaseServices = ['inventory', 'stores', 'notifications', 'console'] as const;
export type DatabaseService = (typeof databaseServices)[number];

/** How one service reaches its database: the owner for migrations, the runtime role for everything else. */
export interface ServiceUrls {
  readonly ownerUrl: string;
  readonly runtimeUrl: string;
}
export type DatabaseUrls = Readonly<Record<DatabaseService, ServiceUrls>>;

export interface PrepareOptions {
  /** A role that may create databases and roles. */
  readonly adminUrl: string;
  /** `secrets.json` in GONDOLA_DATA_DIR. */
  readonly secretsFile: string;
  readonly makeSecret: () => string;
  /** The server is embedded and ours alone: lost passwords may simply be renewed. */
  readonly ownsServer: boolean;
  /** Databases are `<prefix>_<service>`; tests use others. Roles are always `gondola_<service>_…`. [gondola] */
  readonly prefix?: string;
}

const secretsSchema = z.object({ roles: z.record(z.string(), z.string().min(16)) });
type Secrets = z.infer<typeof secretsSchema>;

const roleKinds = ['owner', 'runtime'] as const;
const lockKey = 4_736_127_001; // any constant: serialises prepareDatabases over one server

/** Makes what is missing and answers the URLs. Idempotent, and safe when several processes start at once. */
export async function prepareDatabases(options: PrepareOptions): Promise<DatabaseUrls> {
  const admin = new pg.Client({
    connectionString: options.adminUrl,
    application_name: 'gondola prepare',
    connectionTimeoutMillis: 10_000,
  });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
  } catch (cause) {
    throw new StartupProblem(
      `The database server at ${hostOf(options.adminUrl)} does not accept the connection (${reasonOf(cause)}): check DATABASE_URL and that Postgres runs.`,
      { cause },
    );
  }
  try {
    await admin.query('select pg_advisory_lock($1)', [lockKey]); // ends with the connection
    const secrets = await prepareRoles(admin, options);
    for (const service of databaseServices) await prepareDatabase(admin, service, options);
    const urls = urlsOf(options, secrets);
    for (const service of databaseServices) await prepareSchema(service, urls[service].ownerUrl);
    return urls;
  } catch (cause) {
    if (cause instanceof StartupProblem || (cause as { code?: string }).code !== '42501') throw cause;
    throw new StartupProblem(
      `The user of DATABASE_URL may not create databases and roles (${reasonOf(cause)}): give it CREATEDB and CREATEROLE.`,
      { cause },
    );
  } finally {
    await admin.end().catch(() => undefined);
  }
}

/** `gondola_inventory_runtime` and its like: the names that migrations grant to. */
export function roleName(service: DatabaseService, kind: 'owner' | 'runtime'): string {
  return `gondola_${service}_${kind}`;
}

async function prepareRoles(admin: pg.Client, options: PrepareOptions): Promise<Secrets> {
  const names = databaseServices.flatMap((service) => roleKinds.map((kind) => roleName(service, kind)));
  const found = await admin.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1)',
    [names],
  );
  const existing = new Set(found.rows.map((row) => row.rolname));
  const known = (await readSecrets(options.secretsFile)).roles;
  const lost = names.filter((name) => existing.has(name) && known[name] === undefined);
  if (lost.length > 0 && !options.ownsServer) {
    throw new StartupProblem(
      `The role ${lost[0]} exists already, but ${options.secretsFile} does not hold its password: copy that file from the node that made it, or drop the gondola roles.`,
    );
  }
  const roles = Object.fromEntries(names.map((name) => [name, known[name] ?? options.makeSecret()]));
  if (names.some((name) => known[name] === undefined)) {
    await writeSecrets(options.secretsFile, { roles: { ...known, ...roles } });
  }
  for (const name of names) {
    const password = quoteText(roles[name] ?? '');
    if (!existing.has(name)) await createRole(admin, name, password);
    else if (lost.includes(name)) await admin.query(`alter role ${quoteName(name)} password ${password}`);
  }
  return { roles };
}

async function createRole(admin: pg.Client, name: string, password: string): Promise<void> {
  const role = quoteName(name);
  await admin.query(
    `create role ${role} login nosuperuser nocreatedb nocreaterole noinherit password ${password}`,
  );
  await admin.query(`alter role ${role} set idle_in_transaction_session_timeout = '2s'`);
}

async function prepareDatabase(
  admin: pg.Client,
  service: DatabaseService,
  options: PrepareOptions,
): Promise<void> {
  const database = databaseName(service, options);
  const owner = quoteName(roleName(service, 'owner'));
  const found = await admin.query('select 1 from pg_database where datname = $1', [database]);
  if (found.rowCount === 0) {
    // An admin who is no superuser needs the role's membership to give it a database.
    await admin.query(`grant ${owner} to current_user with set true, inherit true`);
    await admin.query(
      `create database ${quoteName(database)} owner ${owner} template template0 encoding 'UTF8' locale 'C.UTF-8'`,
    );
  }
  await closeToOthers(admin, database, service);
}

/** Only the service's own two roles may connect; nobody makes temporary tables but the owner. */
export async function closeToOthers(
  admin: pg.Client,
  database: string,
  service: DatabaseService,
): Promise<void> {
  const name = quoteName(database);
  await admin.query(`revoke all on database ${name} from public`);
  await admin.query(`grant connect on database ${name} to ${quoteName(roleName(service, 'runtime'))}`);
}

async function prepareSchema(service: DatabaseService, ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'gondola prepare' });
  await owner.connect();
  try {
    await owner.query('revoke all on schema public from public');
    await owner.query(`grant usage on schema public to ${quoteName(roleName(service, 'runtime'))}`);
  } finally {
    await owner.end();
  }
}

function urlsOf(options: PrepareOptions, secrets: Secrets): DatabaseUrls {
  const url = (service: DatabaseService, kind: 'owner' | 'runtime'): string => {
    const made = new URL(options.adminUrl);
    made.username = roleName(service, kind);
    made.password = secrets.roles[roleName(service, kind)] ?? '';
    made.pathname = `/${databaseName(service, options)}`;
    return made.href;
  };
  const pairs = databaseServices.map((service) => [
    service,
    { ownerUrl: url(service, 'owner'), runtimeUrl: url(service, 'runtime') },
  ]);
  return Object.fromEntries(pairs) as DatabaseUrls;
}

function databaseName(service: DatabaseService, options: PrepareOptions): string {
  return `${options.prefix ?? 'gondola'}_${service}`;
}

async function readSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"roles":{}}';
    throw new StartupProblem(
      `The file ${file} cannot be read (${reasonOf(error)}): start as the user who made it.`,
      { cause: error },
    );
  });
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartupProblem(
      `The file ${file} is damaged: put it back from a backup, or delete it when the database is the embedded one.`,
      { cause },
    );
  }
}

async function writeSecrets(file: string, secrets: Secrets): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'DATABASE_URL';
}
