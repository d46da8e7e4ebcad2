/** Runs every suite, one after the other, and closes with one line of counts. */
import { avoidableSkip, runSuite, SUITES, type SuiteName, type SuiteResult } from './suites/run-suite.ts';

const HELP = `Usage: npm test [-- SUITE...] [-- RUNNER OPTIONS]

Runs the suites (${SUITES.join(', ')}; all by default) in series. What follows a second -- goes to
the runner: vitest for ${SUITES.filter((it) => it !== 'e2e').join(', ')}, Playwright for e2e.

  npm test                          everything
  npm run test:unit -- -- sync/     unit tests below sync/
  npm run test:e2e -- -- -g offline end-to-end tests with "offline" in the title

With CI=true a suite that is skipped although its installer is reachable fails.`;

interface Wish {
  readonly suites: readonly SuiteName[];
  readonly more: readonly string[];
}

function parse(args: readonly string[]): Wish | string {
  const cut = args.indexOf('--');
  const names = cut < 0 ? args : args.slice(0, cut);
  const more = cut < 0 ? [] : args.slice(cut + 1);
  const unknown = names.find((name) => !(SUITES as readonly string[]).includes(name));
  if (unknown !== undefined) return `There is no suite ${unknown}: choose from ${SUITES.join(', ')}.`;
  return { suites: names.length > 0 ? SUITES.filter((name) => names.includes(name)) : SUITES, more };
}

function line({ name, passed, failed, skipped, seconds, problem }: SuiteResult): string {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `  ${name.padEnd(6)} ${counts} in ${seconds.toFixed(1)} s${problem ? `: ${problem}` : ''}`;
}

function printSkips(results: readonly SuiteResult[]): void {
  for (const { name, skips } of results) {
    const byReason = Map.groupBy(skips, (skip) => skip.reason);
    for (const [reason, tests] of byReason) {
      console.log(
        `  skipped in ${name}: ${reason} (${tests.length === 1 ? tests[0]?.test : `${tests.length} tests`})`,
      );
    }
  }
}

async function inCi(result: SuiteResult): Promise<SuiteResult> {
  if (process.env['CI'] !== 'true') return result;
  const why = await avoidableSkip(result);
  return why ? { ...result, failed: result.failed + 1, problem: `skipped, although ${why}` } : result;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(HELP);
    return;
  }
  const wish = parse(args);
  if (typeof wish === 'string') {
    console.error(wish);
    process.exitCode = 2;
    return;
  }
  const results: SuiteResult[] = [];
  for (const name of wish.suites) {
    console.log(`\n== ${name} ==`);
    results.push(await inCi(await runSuite(name, wish.more)));
  }
  const sum = (pick: (it: SuiteResult) => number) => results.reduce((total, it) => total + pick(it), 0);
  console.log(`\nSuites, ${(sum((it) => it.seconds) / 60).toFixed(1)} min together:`);
  for (const result of results) console.log(line(result));
  printSkips(results);
  const failed = sum((it) => it.failed);
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`\n${sum((it) => it.passed)} passed, ${failed} failed, ${sum((it) => it.skipped)} skipped`);
}

await main();
