/** The import rules, with a guard: a checker that reads no file finds no fault. */
import { globSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, run } from './lib/run.ts';

export const FOLDERS = ['shared', 'central', 'sync', 'edge-app', 'e2e'];
const FLOOR = 40;

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface Cruise {
  readonly modules: readonly string[];
  readonly violations: readonly Violation[];
}

interface CruiseOutput {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { name: string };
    }[];
  };
}

export async function cruise(base: string): Promise<Cruise> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(ROOT, '.dependency-cruiser.js');
  const report = await run(process.execPath, [program, '-c', config, '-T', 'json', ...FOLDERS], {
    folder: base,
    keepAll: true,
  });
  const start = report.output.indexOf('{');
  if (start < 0) throw new Error(`dependency-cruiser gave no report: ${report.output.slice(0, 500)}`);
  const { modules, summary } = JSON.parse(report.output.slice(start)) as CruiseOutput;
  return {
    modules: modules.map((module) => module.source),
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

/** Files on disk that the checker did not read. */
export function unread(base: string, modules: readonly string[]): string[] {
  const read = new Set(modules);
  return globSync(`{${FOLDERS.join(',')}}/**/*.{ts,tsx}`, {
    cwd: base,
    exclude: (path) => /(^|\/)(node_modules|dist|out)(\/|$)/.test(path.split(sep).join('/')),
  })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => !file.endsWith('.d.ts') && !read.has(file));
}

async function main(): Promise<void> {
  const { modules, violations } = await cruise(ROOT);
  const own = modules.filter((source) => FOLDERS.some((folder) => source.startsWith(`${folder}/`)));
  for (const { rule, from, to } of violations) console.error(`error ${rule}: ${from} → ${to}`);
  const missed = unread(ROOT, modules);
  for (const file of missed) console.error(`error not read: ${file}`);
  if (own.length < FLOOR)
    console.error(`error: only ${own.length} modules were read, at least ${FLOOR} exist`);
  const bad = violations.length > 0 || missed.length > 0 || own.length < FLOOR;
  console.log(`import rules: ${own.length} modules, ${violations.length} violations`);
  process.exitCode = bad ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
