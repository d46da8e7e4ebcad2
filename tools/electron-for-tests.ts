/** An Electron that the end-to-end tests may open, with a display for it: the pinned one, or one for tests only. */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { aptInstall, CACHE, onPath, ROOT, reasonIn, run } from './lib/run.ts';

const LIBRARIES = [
  'xvfb',
  'xauth',
  'libgtk-3-0',
  'libnss3',
  'libgbm1',
  'libasound2',
  'libnotify4',
  'libxss1',
  'libxtst6',
  'libsecret-1-0',
];
// Beside the clone where one is offered; a clone that stands alone has none and needs none.
const FALLBACK = join(ROOT, '../shared/tools/electron-runtime.sh');

export type TestElectron = { executablePath: string; args: string[]; kind: string };

function pinned(): string | undefined {
  const own = process.env['GONDOLA_ELECTRON'];
  if (own) return own;
  const note = join(ROOT, 'node_modules/electron/path.txt');
  const program = existsSync(note)
    ? join(ROOT, 'node_modules/electron/dist', readFileSync(note, 'utf8'))
    : '';
  return program && existsSync(program) ? program : undefined;
}

async function fallback(): Promise<string | { skip: string }> {
  if (!existsSync(FALLBACK))
    return { skip: 'the Electron program is not downloaded: npx install-electron brings it' };
  // Not below the clone: an unprivileged user must reach it, and a clone may lie in a private folder.
  const folder = join(
    tmpdir(),
    `gondola-electron-${createHash('sha256').update(ROOT).digest('hex').slice(0, 12)}`,
  );
  const unpacked = await run('bash', [FALLBACK, folder], { timeoutMs: 180_000 });
  const program = join(folder, 'electron');
  return existsSync(program) ? program : { skip: `Electron for tests: ${reasonIn(unpacked.output)}` };
}

/** A runtime without Electron's default program opens only what lies beside it, as a packaged till would. */
function place(program: string, app: string): string[] {
  const resources = join(dirname(program), 'resources');
  if (existsSync(join(resources, 'default_app.asar'))) return [app];
  const target = join(resources, 'app');
  rmSync(target, { recursive: true, force: true });
  for (const part of ['package.json', 'out'])
    cpSync(join(app, part), join(target, part), { recursive: true });
  return [];
}

/** As root the program is started as nobody: what runs pages should not own the machine. */
function wrapper(program: string): string {
  const asNobody = process.getuid?.() === 0 && onPath('setpriv') !== undefined;
  const user = asNobody ? 'setpriv --reuid=65534 --regid=65534 --clear-groups ' : '';
  const display = process.env['DISPLAY'] ? '' : 'xvfb-run -a ';
  const home = join(tmpdir(), 'gondola-electron-home');
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o777);
  const file = join(CACHE, 'electron-for-tests');
  const setHome = asNobody ? `export HOME='${home}'\n` : '';
  // The user changes first: the display lets in only who started it.
  writeFileSync(file, `#!/bin/sh\n${setHome}exec ${user}${display}'${program}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** The till must have been built: tests come through `npm test`, which does that. */
export async function electronForTests(
  app = join(ROOT, 'edge-app'),
): Promise<TestElectron | { skip: string }> {
  if (process.platform !== 'linux') return { skip: 'the Electron tests run on Linux only' };
  const own = pinned();
  const program = own ?? (await fallback());
  if (typeof program !== 'string') return program;
  if (!process.env['DISPLAY'] && !onPath('xvfb-run')) {
    const refused = await aptInstall(LIBRARIES);
    if (refused) return { skip: refused };
  }
  mkdirSync(CACHE, { recursive: true });
  const kind = own ? 'the pinned Electron' : 'an Electron for tests only';
  // The sandbox of the program needs what containers refuse.
  const flags = ['--no-sandbox', '--disable-gpu'];
  return { executablePath: wrapper(program), args: [...flags, ...place(program, app)], kind };
}
