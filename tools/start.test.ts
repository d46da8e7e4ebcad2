/** The way from a fresh clone to a running program, with an npm and a vite of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from './lib/run.ts';

let folder = '';

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const log = () =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : [];

// Installs the running Node as the bundled one, and a vite that notes that it was asked.
const NPM = `
const fs = require('node:fs');
fs.appendFileSync('log', 'npm ' + process.argv[2] + '\\n');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules/.bin', { recursive: true });
fs.symlinkSync(process.execPath, 'node_modules/.bin/node');
fs.mkdirSync('node_modules/vite/bin', { recursive: true });
fs.copyFileSync('vite.js', 'node_modules/vite/bin/vite.js');
`;
const VITE = `
const fs = require('node:fs');
const to = process.argv[process.argv.indexOf('--outDir') + 1];
fs.mkdirSync(to, { recursive: true });
fs.writeFileSync(to + '/index.html', '');
fs.appendFileSync(require('node:path').join(to, '../../log'), 'vite\\n');
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gondola-start-'));
  cpSync(join(ROOT, 'tools/lib'), join(folder, 'tools/lib'), { recursive: true });
  cpSync(join(ROOT, 'tools/start.mjs'), join(folder, 'tools/start.mjs'));
  write('package.json', '{"type":"module"}');
  write('package-lock.json', '{"packages":{}}');
  write('fake/package.json', '{}');
  write('fake/npm-cli.js', NPM);
  write('vite.js', VITE);
  write('edge-app/vite.config.ts', '');
  write('edge-app/renderer/main.tsx', 'first');
  write('central/start.ts', 'console.log("central runs", process.argv.slice(2).join(" "));');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function begin(args: string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const npm = { npm_execpath: join(folder, 'fake/npm-cli.js'), npm_node_execpath: process.execPath };
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...npm, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, output })) };
}

const start = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  begin(['tools/start.mjs', ...args], env).ended;

describe('npm start', () => {
  test('installs, builds and runs; the second time it only runs', async () => {
    const first = await start(['--port', '1']);
    expect(first.output).toContain('central runs --port 1');
    expect(first.code).toBe(0);
    expect(log()).toEqual(['npm ci', 'vite']);
    expect((await start()).code).toBe(0);
    expect(log()).toEqual(['npm ci', 'vite']);
  });

  test('installs again when the lock file changes, and builds again when a source does', async () => {
    await start();
    write('edge-app/renderer/main.tsx', 'second');
    await start();
    expect(log()).toEqual(['npm ci', 'vite', 'vite']);
    write('package-lock.json', '{"packages":{},"more":1}');
    await start();
    expect(log()).toEqual(['npm ci', 'vite', 'vite', 'npm ci', 'vite']);
  });

  test('does not build for a change in a test', async () => {
    await start();
    write('edge-app/renderer/main.test.tsx', '');
    await start();
    expect(log()).toEqual(['npm ci', 'vite']);
  });

  test('two at once install once', async () => {
    const both = await Promise.all([start(), start()]);
    expect(both.map((it) => it.code)).toEqual([0, 0]);
    expect(log()).toEqual(['npm ci', 'vite']);
  });

  const WAITS = `
    process.on("SIGTERM", () => { console.log("stops"); process.exit(7); });
    console.log("up");
    setInterval(() => 0, 1000);
  `;

  async function said(child: ChildProcess, word: string): Promise<void> {
    let output = '';
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk;
        if (output.includes(word)) resolve();
      });
    });
  }

  test('passes a signal on and ends with the exit code of the program', async () => {
    write('central/start.ts', WAITS);
    const { child, ended } = begin(['tools/start.mjs']);
    await said(child, 'up\n');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(7);
  });

  test('stops the program when only npm is ended', async () => {
    write('central/start.ts', WAITS);
    // Stands for npm: it starts the launcher and dies of a signal without a word to it.
    write(
      'npm.cjs',
      `require('node:child_process').spawn(process.execPath, ['tools/start.mjs'], { stdio: 'inherit' });`,
    );
    const { child, ended } = begin(['npm.cjs']);
    await said(child, 'up\n');
    child.kill('SIGKILL');
    expect((await ended).output).toContain('stops\n');
  });
});

describe('one sentence and a bad exit', () => {
  async function expectSentence(ended: Promise<Ended>, words: string): Promise<void> {
    const { code, output } = await ended;
    expect(code).toBe(1);
    const told = output.trim().split('\n').at(-1) ?? '';
    expect(told).toContain(words);
    expect(told).toMatch(/\.$/);
    expect(output).not.toMatch(/\n\s+at /);
  }

  test('an old Node', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"18.19.0"}})';
    await expectSentence(
      begin(['--import', old, 'tools/start.mjs']).ended,
      '20.19 or newer, and this is 18.19.0',
    );
  });

  test('no npm', async () => {
    await expectSentence(start([], { npm_execpath: '', PATH: join(folder, 'nothing') }), 'npm was not found');
  });

  test.each([
    ['no network', 'npm error code EAI_AGAIN', 'cannot be reached'],
    ['a full disk', 'npm error code ENOSPC', 'disk is full'],
    ['a folder of somebody else', 'npm error code EACCES', 'may not write'],
    ['anything else', 'npm error code EUSAGE', 'npm ci failed (code EUSAGE)'],
  ])('%s', async (_what, message, words) => {
    write('fake/npm-cli.js', `console.error(${JSON.stringify(message)}); process.exit(1);`);
    await expectSentence(start(), words);
  });

  test('a page that does not build', async () => {
    write('vite.js', 'console.error("main.tsx is wrong"); process.exit(1);');
    await expectSentence(start(), 'The till page could not be built');
  });
});
