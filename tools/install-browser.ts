/** Finds or installs a Chromium for the end-to-end tests and remembers where it is. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall, CACHE, isRootOnDebian, onPath, ROOT, reasonIn, run } from './lib/run.ts';

export type Browser = { executablePath: string; kind: string };

const NOTE = join(CACHE, 'browser.json');
const SYSTEM = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export function knownBrowser(): Browser | undefined {
  try {
    const browser = JSON.parse(readFileSync(NOTE, 'utf8')) as Browser;
    return existsSync(browser.executablePath) ? browser : undefined;
  } catch {
    return undefined;
  }
}

// Being there is not enough: a browser without its libraries is found, and fails in every test.
async function runs(executablePath: string): Promise<boolean> {
  return (await run(executablePath, ['--version'], { timeoutMs: 20_000 })).code === 0;
}

function configured(): Browser | undefined {
  const executablePath = process.env['GONDOLA_CHROMIUM'];
  return executablePath ? { executablePath, kind: 'GONDOLA_CHROMIUM' } : undefined;
}

async function playwrightPath(): Promise<string> {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

async function playwrightOwn(): Promise<Browser | string> {
  const executablePath = await playwrightPath();
  if (!existsSync(executablePath)) {
    const cli = join(ROOT, 'node_modules/@playwright/test/cli.js');
    // Where the download is refused, waiting longer changes nothing.
    const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000' };
    const install = await run(process.execPath, [cli, 'install', 'chromium'], { env, timeoutMs: 90_000 });
    if (install.code !== 0) return `Playwright could not bring its own: ${reasonIn(install.output)}`;
    if (isRootOnDebian() && !(await runs(executablePath))) {
      await run(process.execPath, [cli, 'install-deps', 'chromium'], { timeoutMs: 300_000 });
    }
  }
  return { executablePath, kind: "Playwright's own" };
}

function system(): Browser | undefined {
  for (const name of SYSTEM) {
    const executablePath = onPath(name);
    if (executablePath) return { executablePath, kind: `${name} of this system` };
  }
  return undefined;
}

async function search(): Promise<Browser | { skip: string }> {
  const asked = configured();
  if (asked) {
    if (await runs(asked.executablePath)) return asked;
    throw new Error(`GONDOLA_CHROMIUM=${asked.executablePath} does not run: correct or unset it`);
  }
  const present = existsSync(await playwrightPath()) ? undefined : system();
  if (present && (await runs(present.executablePath))) return present;
  const own = await playwrightOwn();
  if (typeof own !== 'string' && (await runs(own.executablePath))) return own;
  const refused = await aptInstall(['chromium']);
  const installed = system();
  if (installed && (await runs(installed.executablePath))) return installed;
  return {
    skip: [typeof own === 'string' ? own : `${own.kind} does not run`, refused ?? '']
      .filter(Boolean)
      .join('; '),
  };
}

export async function browserForTests(): Promise<Browser | { skip: string }> {
  const known = configured() ? undefined : knownBrowser();
  if (known && (await runs(known.executablePath))) return known;
  const found = await search();
  if ('skip' in found) return found;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(NOTE, `${JSON.stringify(found, null, 2)}\n`);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = await browserForTests();
  if ('skip' in found) {
    console.error(`No Chromium for the tests: ${found.skip}`);
    process.exitCode = 1;
  } else {
    console.log(`${found.executablePath} (${found.kind})`);
  }
}
