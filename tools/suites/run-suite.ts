/** Runs one suite in a process of its own, so that a crash of it is a result and not the end. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browserForTests } from '../install-browser.ts';
import { aptReachable, CACHE, onPath, ROOT, run } from '../lib/run.ts';
import { REPORT_VARIABLE, readReport, type SuiteReport } from './report.ts';

export const SUITES = ['unit', 'pg', 'kafka', 'e2e'] as const;
export type SuiteName = (typeof SUITES)[number];

export interface SuiteResult extends SuiteReport {
  readonly name: SuiteName;
  readonly seconds: number;
  readonly problem?: string;
}

const LIMIT_MS = 15 * 60_000;
const NOTHING: SuiteReport = { passed: 0, failed: 0, skipped: 0, skips: [] };

function command(name: SuiteName, more: readonly string[]): string[] {
  if (name === 'e2e') return [join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', ...more];
  const reporters = ['--reporter=default', `--reporter=${join(ROOT, 'tools/suites/vitest-reporter.ts')}`];
  return [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', name, ...reporters, ...more];
}

function spawnSuite(args: readonly string[], report: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = { ...process.env, [REPORT_VARIABLE]: report };
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env,
      stdio: 'inherit',
      timeout: LIMIT_MS,
    });
    child.on('error', (error) => resolve(`could not start: ${error.message}`));
    child.on('exit', (code, signal) => {
      if (signal) resolve(`was ended by ${signal}`);
      else resolve(code === 0 ? undefined : `ended with exit code ${code}`);
    });
  });
}

export async function runSuite(name: SuiteName, more: readonly string[]): Promise<SuiteResult> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  if (name === 'e2e') {
    const browser = await browserForTests();
    if ('skip' in browser) {
      const skips = [{ test: 'all end-to-end tests', reason: `no Chromium: ${browser.skip}` }];
      return { ...NOTHING, name, skipped: 1, skips, seconds: seconds() };
    }
  }
  return { ...(await runProgram(name, command(name, more))), seconds: seconds() };
}

export async function runProgram(
  name: SuiteName,
  args: readonly string[],
): Promise<Omit<SuiteResult, 'seconds'>> {
  mkdirSync(CACHE, { recursive: true });
  const file = join(CACHE, `report-${name}-${randomUUID()}.json`);
  const problem = await spawnSuite(args, file);
  const report = readReport(file);
  rmSync(file, { force: true });
  if (!report) return { ...NOTHING, name, failed: 1, problem: problem ?? 'left no report' };
  const { failed, passed, skipped } = report;
  if (passed + failed + skipped === 0) return { ...report, name, failed: 1, problem: 'ran no test' };
  // Green tests and a bad exit: something broke outside of them, such as a tear-down.
  if (problem && failed === 0) return { ...report, name, failed: 1, problem };
  return { ...report, name };
}

/** Why a wholly skipped suite is a failure in CI, or undefined when the machine could not have it. */
export async function avoidableSkip(result: SuiteResult): Promise<string | undefined> {
  if (result.name === 'unit' || result.passed > 0 || result.skipped === 0) return undefined;
  if (result.name === 'pg') return 'Postgres comes with the dependencies';
  if (await aptReachable()) return "Debian's packages are reachable";
  if (result.name === 'kafka' && onPath('docker') && (await run('docker', ['info'])).code === 0) {
    return 'a Docker engine answers';
  }
  return undefined;
}
