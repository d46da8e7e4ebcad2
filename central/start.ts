/** `npm start`, once dependencies and pages are there: central with all its services, and what a person needs to begin. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { importPortsOf } from './import-join.ts';
import { importSample, sampleRule } from './import-sample.ts';
import { createProgressView } from './import-show.ts';
import { bestStockedStore } from './inventory/postgres-reads.ts';
import { type Config, parseConfig } from './platform/config.ts';
import { createLog } from './platform/log.ts';
import { reasonOf, StartupProblem } from './platform/startup-problem.ts';
import { type Central, startCentral } from './start-central.ts';
import { API_SCOPES } from './stores/register.ts';

const help = `npm start [-- options]: central with its console, the till's page and the API

  --json       one JSON line when ready, for programs
  --no-sample  do not import the sample chain at the first start
  --help

Settings come from the environment: PORT [8080], HOST [127.0.0.1], GONDOLA_DATA_DIR [.gondola], DATABASE_URL [embedded
Postgres], READ_DATABASE_URL [none], KAFKA_BROKERS [embedded bus], RESERVATION_TIMEOUT_SECONDS [300], LOG_LEVEL [info].
`;

interface Wanted {
  readonly json: boolean;
  readonly sample: boolean;
}

/** What a person or a program needs to begin; secrets among it are shown once or kept in a file of mode 0600. */
interface Welcome {
  readonly url: string;
  readonly till: string;
  readonly console: string;
  readonly docs: string;
  readonly apiKey: string;
  readonly enrolmentCode: string | null;
  readonly enrolmentStore: string | null;
}

const startFileSchema = z.object({ apiKey: z.string(), sampled: z.boolean() });

async function main(): Promise<void> {
  const wanted = readArguments();
  const parsed = parseConfig(process.env);
  if (!parsed.ok) throw new StartupProblem(parsed.error.join('\n'));
  const config = parsed.value;
  const logTo = {
    level: config.logLevel,
    ...(wanted.json ? {} : { file: path.join(config.dataDir, 'central.log') }),
  };
  const log = createLog(logTo);
  const stopping = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.resolve(signal));
  const central = await startCentral(config, log, logTo);
  try {
    const welcome = await prepare(central, config, wanted);
    if (wanted.json) console.log(JSON.stringify(welcome));
    else showWelcome(welcome, config);
    log.info({ url: welcome.url }, 'ready');
    log.info({ signal: await stopping.promise }, 'stopping');
    if (!wanted.json) console.log('\nStopping: finishing what was begun …');
  } finally {
    await central.stop();
  }
}

function readArguments(): Wanted {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean' }, 'no-sample': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    return { json: values.json === true, sample: values['no-sample'] !== true };
  } catch (error) {
    throw new StartupProblem(`${reasonOf(error)} See npm start -- --help.`);
  }
}

async function prepare(central: Central, config: Config, wanted: Wanted): Promise<Welcome> {
  const { register } = central.stores;
  const file = path.join(config.dataDir, 'start.json');
  const known = await readStartFile(file);
  const apiKey = known?.apiKey ?? (await register.createApiKey('first start', API_SCOPES)).token;
  // Written before the import, so that a start killed in the middle of it leaves no key behind that nobody knows.
  if (known === null) await writeStartFile(file, { apiKey, sampled: false });
  if (wanted.sample && known?.sampled !== true) {
    await importSampleChain(central, wanted);
    await writeStartFile(file, { apiKey, sampled: true });
  }
  const stores = await register.listStores();
  const stocked = await bestStockedStore(central.inventory.pool);
  const first = stores.find(({ storeId }) => storeId === stocked) ?? stores[0];
  const code = first === undefined ? null : await register.createEnrolmentCode(first.storeId);
  const { link } = await register.createConsoleLink();
  return {
    url: central.url,
    till: `${central.url}/till/`,
    console: `${central.url}/console/#link=${link}`,
    docs: `${central.url}/docs`,
    apiKey,
    enrolmentCode: code?.ok === true ? code.value.code : null,
    enrolmentStore: first?.name ?? null,
  };
}

async function importSampleChain(central: Central, wanted: Wanted): Promise<void> {
  if (!wanted.json)
    console.log(
      'First start: importing the sample chain (a real chain’s products, stores and half a year of sales).',
    );
  const progress = createProgressView(process.stderr);
  const ports = importPortsOf(central.stores.register, central.inventory.authority);
  await importSample({
    ports,
    ...sampleRule,
    onProgress: (phase, done, total) => {
      if (!wanted.json) progress.onProgress(phase, done, total);
    },
    onBad: () => {},
  }).finally(() => progress.end());
}

async function readStartFile(file: string): Promise<z.infer<typeof startFileSchema> | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return startFileSchema.parse(JSON.parse(text));
  } catch {
    // Only a convenience stands in it: a new key is made, and the sample's import changes nothing the second time.
    return null;
  }
}

async function writeStartFile(file: string, content: z.infer<typeof startFileSchema>): Promise<void> {
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  await chmod(file, 0o600);
}

function showWelcome(welcome: Welcome, config: Config): void {
  const lines = [
    '',
    'Gondola is ready.',
    '',
    `  Till       ${welcome.till}`,
    welcome.enrolmentCode === null
      ? '             (no store yet: npm run import -- --stores FILE, then make a code in the console)'
      : `             enrolment code for a first till of ${welcome.enrolmentStore}: ${welcome.enrolmentCode} (once, within a day)`,
    `  Console    ${welcome.console}`,
    '             (this link signs in once; the next start prints a new one)',
    `  API        ${welcome.docs}`,
    `             key: ${welcome.apiKey}`,
    '',
    `  Data and log are in ${config.dataDir}. Ctrl-C stops everything.`,
    '',
  ];
  console.log(lines.join('\n'));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartupProblem ? error.message : error);
  process.exitCode = 1;
}
