/** Several central processes over one Postgres of the test's own, with a chain imported by the command that chains use. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { must } from '@gondola/shared/lib/assert.ts';
import { type DatabaseUrls, prepareDatabases } from '../../platform/databases.ts';
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { type Program, repository, startProgram } from './programs.ts';

export interface ChainOptions {
  readonly nodes: number;
  /** Opening stock of the first store. */
  readonly stock: ReadonlyMap<string, number>;
  /** Each node has a data folder of its own, with a copy of `secrets.json`. [one folder for all] */
  readonly ownFolders?: boolean;
  /** [relaxed] `full`: the server flushes as in production, for figures of time. */
  readonly durability?: 'full' | 'relaxed';
  readonly reservationTimeoutSeconds?: number;
  /** A second store, number 2, with nothing on its shelves. [false] */
  readonly secondStore?: boolean;
  /** More settings for every node, such as READ_DATABASE_URL. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CentralNode {
  readonly program: Program;
  readonly url: string;
  /** One for all nodes: an idempotency key belongs to the API key that sent it. */
  readonly apiKey: string;
}

export interface ChainOfNodes {
  readonly nodes: readonly CentralNode[];
  readonly urls: DatabaseUrls;
  /** The server's own superuser, for what a test does behind the nodes' back. */
  readonly adminUrl: string;
  /** The node of that index again, after its process has ended: on the same folder, at another port. */
  startAgain(index: number): Promise<CentralNode>;
  /** How often the server saw a deadlock and ended one of its transactions. */
  deadlocks(): Promise<number>;
  /** Stops the nodes and the server, and removes all. */
  stop(): Promise<void>;
}

/** Starts Postgres, then all nodes at once, then imports. */
export async function startChain(options: ChainOptions): Promise<ChainOfNodes> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-nodes-'));
  await chmod(folder, 0o755); // Postgres does not run as root: its user must come through
  const makeSecret = (): string => randomBytes(24).toString('base64url');
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    purpose: 'npm test',
    durability: options.durability ?? 'relaxed',
    makeSecret,
  });
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.end('SIGTERM')));
    await postgres.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const first = environmentOf(path.join(folder, 'node'), postgres.adminUrl, options);
    const secretsFile = path.join(folder, 'node', 'secrets.json');
    await mkdir(path.dirname(secretsFile));
    const database = { adminUrl: postgres.adminUrl, secretsFile, makeSecret, ownsServer: false };
    const ownFolders = options.ownFolders === true;
    const urls = ownFolders ? await prepareDatabases(database) : null;
    const folderOf = (index: number) =>
      ownFolders && index > 0 ? `${folder}/node-${index}` : first.GONDOLA_DATA_DIR;
    const start = (index: number): Program => {
      const environment = { ...first, GONDOLA_DATA_DIR: folderOf(index) };
      const program = startProgram(['central/start.ts', '--json', '--no-sample'], environment);
      programs.push(program);
      return program;
    };
    for (let index = 0; index < options.nodes; index += 1) {
      if (folderOf(index) !== first.GONDOLA_DATA_DIR)
        await cp(first.GONDOLA_DATA_DIR, folderOf(index), { recursive: true });
      start(index);
    }
    const nodes = shareKey(await Promise.all(programs.map(nodeOf)));
    await importChain(folder, first, options);
    return {
      nodes,
      urls: urls ?? (await prepareDatabases(database)),
      adminUrl: postgres.adminUrl,
      startAgain: async (index) => {
        const [again] = shareKey([...nodes.slice(0, 1), await nodeOf(start(index))]).slice(1);
        return must(again, 'a node that was started');
      },
      deadlocks: async () =>
        (await readFile(path.join(folder, 'postgres/server.log'), 'utf8')).split('deadlock detected').length -
        1,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentOf(dataDir: string, adminUrl: string, options: ChainOptions) {
  return {
    PORT: '0',
    GONDOLA_DATA_DIR: dataDir,
    DATABASE_URL: adminUrl,
    LOG_LEVEL: 'warn',
    RESERVATION_TIMEOUT_SECONDS: String(options.reservationTimeoutSeconds ?? 300),
    ...options.environment,
  };
}

async function nodeOf(program: Program): Promise<CentralNode> {
  const { url, apiKey } = await program.hear((line) => 'apiKey' in line);
  return { program, url: String(url), apiKey: String(apiKey) };
}

/** Nodes that are first started at the same moment make a key each. */
function shareKey(nodes: readonly CentralNode[]): CentralNode[] {
  return nodes.map((node) => ({ ...node, apiKey: nodes[0]?.apiKey ?? node.apiKey }));
}

async function importChain(
  folder: string,
  environment: NodeJS.ProcessEnv,
  { stock, secondStore = false }: Pick<ChainOptions, 'stock' | 'secondStore'>,
): Promise<void> {
  const write = async (name: string, lines: readonly string[]): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `${lines.join('\n')}\n`);
    return file;
  };
  const products = await write('products.csv', [
    'product_id,name,unit_cents',
    ...[...stock.keys()].map((sku) => `${sku},Article ${sku},100`),
  ]);
  const stores = await write('stores.csv', [
    'store_number,name',
    '1,North Street',
    ...(secondStore ? ['2,South Street'] : []),
  ]);
  const opening = await write('stock.csv', [
    'store_number,product_id,quantity',
    ...[...stock].map(([sku, quantity]) => `1,${sku},${quantity}`),
  ]);
  const files = ['--products', products, '--stores', stores, '--stock', opening];
  await promisify(execFile)(process.execPath, ['central/import.ts', ...files], {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
}
