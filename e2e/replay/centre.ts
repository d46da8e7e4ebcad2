import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '@gondola/central/platform/embedded-postgres.ts';
import { storeIdOfNumber } from '@gondola/central/stores/store-id.ts';
import { z } from 'zod';
import type { Workload } from './workload.ts';

/** A central of the replay's own: a process, on a free port, over a Postgres and a data folder that go with it. */
export interface Centre {
  readonly url: string;
  readonly apiKey: string;
  /** The superuser of its Postgres, for looking behind the scenes. */
  readonly adminUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const repository = path.resolve(import.meta.dirname, '../..');
const readySchema = z.object({ url: z.string(), apiKey: z.string() });
/** Short, so that holds left to expire do so within the run. */
const RESERVATION_TIMEOUT_SECONDS = 2;

export interface CentreOptions {
  readonly makeSecret: () => string;
  readonly productsFile: string;
  readonly workload: Pick<Workload, 'stores' | 'opening'>;
  readonly allotments: 'balanced' | 'off' | 'everything';
  readonly onProgress: (sentence: string) => void;
}

/** Starts it and imports the products, the stores and the opening stock by the import command that a chain uses. */
export async function startCentre(options: CentreOptions): Promise<Centre> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-replay-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    options.onProgress('starting Postgres and central');
    const postgres = await startEmbeddedPostgres({
      dataDir: path.join(folder, 'postgres'),
      purpose: 'npm run replay',
      makeSecret: options.makeSecret,
    });
    closers.push(postgres.stop);
    const environment = {
      ...process.env,
      PORT: '0',
      GONDOLA_DATA_DIR: path.join(folder, 'central'),
      DATABASE_URL: postgres.adminUrl,
      RESERVATION_TIMEOUT_SECONDS: String(RESERVATION_TIMEOUT_SECONDS),
      ALLOTMENTS: options.allotments,
      LOG_LEVEL: 'warn',
    };
    const central = spawn(process.execPath, ['central/start.ts', '--json', '--no-sample'], {
      cwd: repository,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    closers.push(() => endProcess(central));
    const ready = readySchema.parse(JSON.parse(await firstLine(central)));
    options.onProgress('importing products, stores and opening stock');
    await importChain(folder, environment, options);
    return { ...ready, adminUrl: postgres.adminUrl, pid: central.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function importChain(
  folder: string,
  environment: NodeJS.ProcessEnv,
  options: CentreOptions,
): Promise<void> {
  const { stores, opening } = options.workload;
  const storesFile = path.join(folder, 'stores.csv');
  const stockFile = path.join(folder, 'stock.csv');
  await writeFile(
    storesFile,
    ['store_number,name', ...stores.map((number) => `${number},Store ${number}`)].join('\n'),
  );
  const stock = [...opening].flatMap(([store, pools]) =>
    [...pools]
      .filter(([, quantity]) => quantity > 0)
      .map(([sku, quantity]) => `${store},${sku},${quantity},opening`),
  );
  await writeFile(stockFile, ['store_number,product_id,quantity,document', ...stock].join('\n'));
  const importer = spawn(
    process.execPath,
    ['central/import.ts', '--products', options.productsFile, '--stores', storesFile, '--stock', stockFile],
    { cwd: repository, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output: string[] = [];
  for (const stream of [importer.stdout, importer.stderr])
    stream.on('data', (chunk) => output.push(String(chunk)));
  const code = await new Promise<number | null>((resolve) => importer.once('close', resolve));
  if (code !== 0) throw new Error(`the import failed:\n${output.join('')}`);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child was started without a pipe');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) {
      child.stdout.resume();
      return line;
    }
  }
  throw new Error('central ended before it was ready; its reason stands above');
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export const storeIdOf = storeIdOfNumber;
