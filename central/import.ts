/** `npm run import`: a chain's own files, or the sample chain. See `--help`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type FileImport, importProducts, importStock, importStores } from './import-files.ts';
import type { OpeningRule } from './import-opening.ts';
import type { ImportCount, ImportPorts } from './import-ports.ts';
import { ImportProblem } from './import-read.ts';
import { importSample, type SampleCount, sampleRule } from './import-sample.ts';
import { type BadRowView, createBadRowView, createProgressView, type ProgressView } from './import-show.ts';
import { type Config, parseConfig } from './platform/config.ts';
import { reasonOf, StartupProblem } from './platform/startup-problem.ts';
import { openImport } from './start-import.ts';

const help = `npm run import -- [options]: import products, stores and stock from CSV files

  --products FILE    product_id, and if you have them: name (or product_type), department, product_category,
                     package_size, brand, ean, and the price as unit_cents (349) or price (3.49); an empty price
                     means "cannot be sold yet". Without an ean, a number gets an in-store code (prefix 20).
  --stores FILE      store_number, name, latitude, longitude
  --stock FILE       store_number, product_id, quantity, document (the delivery note; "opening" when left out)
  --sample           the sample chain of data/: its products, its stores, opening stock from its sales
  --stock-ratio R    of the sample: opening stock = ceil(R x units sold) + slack  [${sampleRule.ratio}]
  --slack N|auto     of the sample: units on top; auto is twice the largest single line  [auto]
  --dry-run          check every row, write nothing
  --help

Files are UTF-8 with a header line; a name ending in .gz is unpacked; other columns are ignored. Good rows are imported,
each bad row is told with its line and reason and the exit code is 1. Importing again changes nothing: products and stores
are compared, and a line of a document is booked once. Central may be running meanwhile.
The data folder is GONDOLA_DATA_DIR [.gondola], the database DATABASE_URL [embedded].
`;

interface Wanted {
  readonly products: string | null;
  readonly stores: string | null;
  readonly stock: string | null;
  readonly sample: boolean;
  readonly rule: OpeningRule;
  readonly dryRun: boolean;
}

/** A mistake in the command line: one sentence. */
class UsageProblem extends Error {}

function parseWanted(args: readonly string[]): Wanted | 'help' {
  const options = {
    products: { type: 'string' },
    stores: { type: 'string' },
    stock: { type: 'string' },
    sample: { type: 'boolean' },
    'stock-ratio': { type: 'string' },
    slack: { type: 'string' },
    'dry-run': { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = readArgs(() => parseArgs({ args: [...args], options }));
  if (values.help === true) return 'help';
  const { products = null, stores = null, stock = null, sample = false } = values;
  if (products === null && stores === null && stock === null && !sample) {
    throw new UsageProblem(
      'Nothing to import: name a file with --products, --stores or --stock, or take the sample with --sample.',
    );
  }
  if (!sample && (values['stock-ratio'] !== undefined || values.slack !== undefined)) {
    throw new UsageProblem('--stock-ratio and --slack shape the sample: use them with --sample.');
  }
  if (sample && values['dry-run'] === true)
    throw new UsageProblem('--dry-run checks files of your own: leave out --sample.');
  const ratio = Number(values['stock-ratio'] ?? sampleRule.ratio);
  const slack =
    values.slack === undefined || values.slack === 'auto' ? sampleRule.slack : Number(values.slack);
  if (!(ratio >= 0 && ratio <= 100))
    throw new UsageProblem('--stock-ratio must be a number from 0 to 100, such as 1.0.');
  if (slack !== 'auto' && !(Number.isSafeInteger(slack) && slack >= 0 && slack <= 1_000_000)) {
    throw new UsageProblem('--slack must be a whole number of units, or auto.');
  }
  return { products, stores, stock, sample, rule: { ratio, slack }, dryRun: values['dry-run'] === true };
}

function readArgs<Values>(read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    throw new UsageProblem(`${reasonOf(error).replace(/\.?$/, '.')} See npm run import -- --help.`);
  }
}

interface Views {
  readonly progress: ProgressView;
  readonly bad: BadRowView;
}

/** Products and stores come before stock, which names both. */
async function importAll(
  wanted: Wanted,
  ports: ImportPorts | null,
  { progress, bad }: Views,
): Promise<string[]> {
  const told: string[] = [];
  const shared = { onBad: bad.onBad, onProgress: progress.onProgress };
  const steps: readonly [string | null, (options: FileImport) => Promise<ImportCount>][] = [
    [wanted.products, importProducts],
    [wanted.stores, importStores],
    [wanted.stock, importStock],
  ];
  for (const [file, run] of steps) {
    if (file !== null)
      told.push(sayCount(await run({ file: path.resolve(file), ports, ...shared }), wanted.dryRun));
  }
  if (wanted.sample && ports !== null)
    told.push(...saySample(await importSample({ ports, ...wanted.rule, ...shared })));
  return told;
}

function sayCount({ phase, read, changed, unchanged, bad }: ImportCount, dryRun: boolean): string {
  if (dryRun) return `${phase}: ${read} rows read, ${read - bad} good, ${bad} bad; nothing was written`;
  return `${phase}: ${read} rows read, ${changed} new or changed, ${unchanged} unchanged, ${bad} bad`;
}

function saySample(count: SampleCount): string[] {
  const lines = [
    `sample: ${count.products} products (${count.productsChanged} new or changed), ${count.stores} stores`,
    `opening stock: ${count.pools} store and product pairs; ${count.receiptsBooked} deliveries booked, ${count.receiptsRepeated} were booked before`,
  ];
  if (count.salesSkipped > 0)
    lines.push(`${count.salesSkipped} sale lines name an unknown product and raise no stock`);
  if (count.receiptsConflicting > 0) {
    lines.push(
      `${count.receiptsConflicting} deliveries stand with another ratio or slack and were left as they are: npm run reset, then import again`,
    );
  }
  return lines;
}

async function run(config: Config, wanted: Wanted): Promise<number> {
  const opened = wanted.dryRun ? null : await openImport(config);
  const views = {
    progress: createProgressView(process.stderr),
    bad: createBadRowView(path.join(config.dataDir, 'import-report.csv'), process.stderr),
  };
  try {
    const told = await importAll(wanted, opened?.ports ?? null, views);
    views.progress.end();
    for (const line of told) console.log(line);
    return views.bad.count() === 0 ? 0 : 1;
  } finally {
    views.progress.end();
    const report = views.bad.reportFile();
    if (report !== null) console.log(`${views.bad.count()} bad rows were left out: ${report}`);
    await opened?.close();
  }
}

/** Runs the command; answers the exit code. */
export async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const wanted = parseWanted(args);
    if (wanted === 'help') {
      console.log(help);
      return 0;
    }
    const config = parseConfig(environment);
    if (!config.ok) throw new UsageProblem(config.error.join('\n'));
    return await run(config.value, wanted);
  } catch (error) {
    const isTold =
      error instanceof UsageProblem || error instanceof StartupProblem || error instanceof ImportProblem;
    console.error(isTold ? error.message : error);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
