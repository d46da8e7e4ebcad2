/** The measures of this repository that no linter takes: length, sleeps in tests, words that must not stay. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { ROOT } from './lib/run.ts';

const FILE_LINES = 300;
const FUNCTION_LINES = 70;
const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);

export const isCode = (file: string) => /\.(ts|tsx|mjs|js)$/.test(file) && !file.endsWith('.d.ts');
const isTest = (file: string) => /\.(test|spec|contract)\.tsx?$/.test(file);
// Written by a program or by others, and not for reading.
const isForeign = (file: string) =>
  /(^|\/)package-lock\.json$|^LICENSE$|\.(png|ico|gz|csv|svg|woff2?)$/.test(file);

export function ownFiles(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const output = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 });
  return output
    .split('\0')
    .filter((file) => file !== '' && !isForeign(file) && existsSync(`${ROOT}/${file}`));
}

interface Node {
  readonly type?: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

/** A function that only holds tests is a heading and no unit to understand at once. */
function holdsTests(node: Node): boolean {
  return /"value":"(describe|test|it)"/.test(JSON.stringify(node));
}

export function longFunctions(file: string, text: string): string[] {
  // swc counts bytes, from a base that grows with each parse: the first token shows it.
  const source = Buffer.from(`;${text}`);
  const tsx = file.endsWith('.tsx');
  const module = parseSync(source.toString(), { syntax: 'typescript', tsx, target: 'es2022' });
  const base = module.span.start;
  const lineOf = (offset: number) =>
    source
      .subarray(0, offset - base)
      .toString()
      .split('\n').length;
  const found: string[] = [];
  // Returns the lines of the functions below: a factory is measured without its parts, as a class is.
  const visit = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + visit(item), 0);
    if (typeof value !== 'object' || value === null) return 0;
    const node = value as Node;
    const inner = visit(Object.values(node));
    if (!node.span || !FUNCTIONS.has(node.type ?? '')) return inner;
    const first = lineOf(node.span.start);
    const lines = lineOf(node.span.end) - first + 1;
    if (lines - inner > FUNCTION_LINES && !(isTest(file) && holdsTests(node))) {
      found.push(`${file}:${first}: a function of ${lines - inner} lines, at most ${FUNCTION_LINES}`);
    }
    return lines;
  };
  visit(module.body);
  return found;
}

const SLEEP = /waitForTimeout\(|timers\/promises|\b(sleep|delay|pause)\(|=>\s*setTimeout\(\s*\w+\s*,/;
// Put together from halves, as this file is measured too.
const LATER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const PLACE = new RegExp(`(\\.\\./shared/(design|data|hooks|tools)|(^|[\\s'"\`(=])/${'wo' + 'rk'}/)`);
// They use what a workplace may offer, and do without it elsewhere.
const MAY_LOOK_AROUND = new Set(['.ci/run', 'tools/electron-for-tests.ts']);

export function textProblems(file: string, text: string): string[] {
  const problems: string[] = [];
  const lines = text.split('\n');
  const length = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (isCode(file) && length > FILE_LINES) problems.push(`${file}: ${length} lines, at most ${FILE_LINES}`);
  for (const [index, line] of lines.entries()) {
    const at = `${file}:${index + 1}`;
    if (isTest(file) && SLEEP.test(line)) problems.push(`${at}: a test must wait for a state, not for time`);
    if (LATER.test(line)) problems.push(`${at}: work left for later belongs into an issue`);
    if (PLACE.test(line) && !MAY_LOOK_AROUND.has(file)) problems.push(`${at}: a path of one workplace`);
  }
  return problems;
}

/** Each service has a database of its own; a statement that names another's would join them. */
export function foreignDatabases(file: string, text: string): string[] {
  const own = /^central\/(inventory|stores|notifications|console)\//.exec(file)?.[1];
  if (!own || isTest(file)) return [];
  const names = [...text.matchAll(/\bgondola_(inventory|stores|notifications|console)\b/g)];
  const foreign = new Set(names.map((match) => match[1]).filter((name) => name !== own));
  return [...foreign].map((name) => `${file}: names the database of ${name}`);
}
