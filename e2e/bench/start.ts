/** `npm run bench -- NAME [options]`: see `--help`. */
import { randomBytes } from 'node:crypto';
import { StartupProblem } from '@gondola/central/platform/startup-problem.ts';
import { showProgress } from '../replay/progress.ts';
import { benchAuthority } from './authority.ts';
import { AUTHORITY_HELP, parseAuthorityOptions } from './authority-options.ts';
import { tableOf } from './authority-report.ts';
import { benchGrowth, type GrowthReport } from './growth.ts';

const HELP = `npm run bench -- NAME [options]: what it costs

  authority    how many operations the centre decides, and at what price

npm run bench -- NAME --help lists the options.
`;

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = { authority };

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help') {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const bench = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (bench !== undefined) return bench(args);
  console.error(`There is no benchmark "${name}": ${Object.keys(BENCHMARKS).join(', ')} (--help says more).`);
  return 2;
}

async function authority(args: readonly string[]): Promise<number> {
  const options = parseAuthorityOptions(args);
  if (!options.ok) {
    if (options.error === 'help') console.log(AUTHORITY_HELP);
    else console.error(options.error);
    return options.error === 'help' ? 0 : 2;
  }
  const progress = showProgress(process.stderr);
  const parts = {
    makeSecret: () => randomBytes(32).toString('base64url'),
    onProgress: progress.show,
  };
  if (options.value.growthEvents !== null) {
    const report = await benchGrowth(options.value, parts).finally(progress.end);
    if (options.value.json) console.log(JSON.stringify(report));
    else showGrowth(report);
    return report.auditMismatches === 0 ? 0 : 1;
  }
  const report = await benchAuthority(options.value, parts).finally(progress.end);
  if (options.value.json) console.log(JSON.stringify(report));
  else console.table(tableOf(report));
  return report.auditMismatches === 0 ? 0 : 1;
}

function showGrowth({ growth, ...figures }: GrowthReport): void {
  console.table(growth);
  console.table(figures);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isSentence = error instanceof StartupProblem || (error instanceof Error && 'code' in error);
  console.error(isSentence && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
