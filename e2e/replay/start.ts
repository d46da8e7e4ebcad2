/** `npm run replay`: see `--help`. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { StartupProblem } from '@gondola/central/platform/startup-problem.ts';
import { MUST_BE_ZERO } from './check.ts';
import { HELP, parseOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { replay } from './run.ts';

const productsFile = path.resolve(import.meta.dirname, '../../data/products.csv.gz');

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options.ok) {
    if (options.error === 'help') console.log(HELP);
    else console.error(options.error);
    return options.error === 'help' ? 0 : 2;
  }
  const progress = showProgress(process.stderr);
  const report = await replay(options.value, {
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    scheduler: {
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    },
    makeSecret: () => randomBytes(32).toString('base64url'),
    productsFile,
    onProgress: progress.show,
  }).finally(progress.end);
  if (options.value.json) console.log(JSON.stringify(report));
  else console.table(report);
  const broken = MUST_BE_ZERO.filter((figure) => report[figure] !== 0);
  if (broken.length === 0) return 0;
  console.error(`Broken: ${broken.join(', ')}. Again: npm run replay -- ${process.argv.slice(2).join(' ')}`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isSentence = error instanceof StartupProblem || (error instanceof Error && 'code' in error);
  console.error(isSentence && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
