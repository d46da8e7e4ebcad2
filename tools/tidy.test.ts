import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './lib/run.ts';
import { foreignDatabases, isCode, longFunctions, ownFiles, textProblems } from './tidy.ts';

const files = ownFiles();
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('no file is too long, sleeps in a test, leaves work for later or names a workplace', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((file) => textProblems(file, read(file)))).toEqual([]);
});

test('no function is too long', () => {
  expect(files.filter(isCode).flatMap((file) => longFunctions(file, read(file)))).toEqual([]);
});

test('no service names the database of another', () => {
  expect(files.flatMap((file) => foreignDatabases(file, read(file)))).toEqual([]);
});

const body = (lines: number) => 'x();\n'.repeat(lines);

test('a long function is found at its line, whatever stands before it', () => {
  const text = `// ümläut\nconst a = 1;\nexport function long() {\n${body(70)}}\n`;
  expect(longFunctions('a.ts', text)).toEqual(['a.ts:3: a function of 72 lines, at most 70']);
  expect(longFunctions('a.tsx', `export const short = () => {\n${body(68)}};\n`)).toEqual([]);
});

test('a factory is measured without the functions that it makes', () => {
  const part = `function part() {\n${body(60)}}\n`;
  expect(longFunctions('a.ts', `export function make() {\n${part}${part}}\n`)).toEqual([]);
  expect(longFunctions('a.ts', `export function make() {\n${part}${body(70)}}\n`)).toHaveLength(1);
});

test('a function that holds tests may be long, but not the test in it', () => {
  const text = `describe('a', () => {\ntest('b', () => {\n${body(10)}});\n${body(70)}});\n`;
  expect(longFunctions('a.test.ts', text)).toEqual([]);
  expect(longFunctions('a.test.ts', `test('b', () => {\n${body(80)}});\n`)).toHaveLength(1);
});

test.each([
  ['a.spec.ts', 'await page.waitForTime' + 'out(5);', 'wait for a state'],
  ['a.test.ts', 'await new Promise((done) => set' + 'Timeout(done, 5));', 'wait for a state'],
  ['a.md', `TO${'DO'}: later`, 'belongs into an issue'],
  ['a.md', `see ../sha${'red'}/design/X.md`, 'one workplace'],
  ['a.ts', `open('/wo${'rk'}/main')`, 'one workplace'],
])('in %s, %j', (file, text, message) => {
  expect(textProblems(file, text).join()).toContain(message);
});

test('a long file is found', () => {
  expect(textProblems('a.ts', 'x\n'.repeat(301))).toEqual(['a.ts: 301 lines, at most 300']);
  expect(textProblems('a.ts', 'x\n'.repeat(300))).toEqual([]);
});

test('the database of another service is found', () => {
  const text = 'select 1 from gondola_stores.public.store';
  expect(foreignDatabases('central/console/queries.ts', text)).toHaveLength(1);
  expect(foreignDatabases('central/stores/postgres-stores.ts', text)).toEqual([]);
});
