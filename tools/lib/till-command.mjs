// `npm run till`: the till in a window of its own, by Electron.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alone, ensureInstalled, Problem, ROOT, runQuietly } from './installed.mjs';
import { sourceHash } from './pages.mjs';
import { nodeProgram, runForeground, tell } from './programs.mjs';

const APP = join(ROOT, 'edge-app');
const SOURCES = ['edge-app', 'shared', 'sync', 'package-lock.json'];
const NOTE = join(ROOT, '.cache/pages/electron.hash');

const HELP = `Usage: npm run till [-- ELECTRON OPTIONS]

Builds the till where it is stale and opens it in an Electron window. It asks for the address of a
central and for an enrolment code, both of which npm start prints.

  GONDOLA_ELECTRON   an Electron executable to use in place of the one in node_modules`;

async function ensureBuilt() {
  const hash = sourceHash(SOURCES);
  const built = existsSync(join(APP, 'out/main/main.cjs'));
  if (built && existsSync(NOTE) && readFileSync(NOTE, 'utf8').trim() === hash) return;
  rmSync(NOTE, { force: true });
  const program = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  const args = [program, 'build', '--logLevel', 'warn'];
  const { code, output } = await runQuietly('Building the till', nodeProgram(), args, { cwd: APP });
  if (code !== 0) {
    console.error(output.trim());
    throw new Problem('The till could not be built: the reason stands above.');
  }
  mkdirSync(dirname(NOTE), { recursive: true });
  writeFileSync(NOTE, `${hash}\n`);
}

function downloaded() {
  const folder = join(ROOT, 'node_modules/electron');
  const note = join(folder, 'path.txt');
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : 'electron';
  return join(folder, 'dist', name);
}

function electronProgram() {
  const own = process.env.GONDOLA_ELECTRON;
  if (own && !existsSync(own)) throw new Problem(`GONDOLA_ELECTRON names ${own}, which does not exist.`);
  const program = own || downloaded();
  if (!existsSync(program)) {
    throw new Problem(
      'The Electron program is not downloaded yet: run npx install-electron once, or set GONDOLA_ELECTRON to an Electron of your own.',
    );
  }
  return program;
}

function assertDesktop() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return;
  throw new Problem(
    'There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set): open the till in a browser at the address that npm start prints.',
  );
}

/** A runtime taken out of a packaged program opens only what stands beside it. */
function place(program) {
  const resources = join(dirname(program), 'resources');
  if (!existsSync(resources) || existsSync(join(resources, 'default_app.asar'))) return [APP];
  const app = join(resources, 'app');
  if (!existsSync(app)) symlinkSync(APP, app);
  return [];
}

export function main(args) {
  return tell(async () => {
    if (args.includes('--help')) {
      console.log(HELP);
      return 0;
    }
    await ensureInstalled();
    if (!existsSync(join(APP, 'electron.vite.config.ts'))) {
      throw new Problem(
        'edge-app/electron.vite.config.ts is missing: this copy is not complete, so clone it again.',
      );
    }
    const program = electronProgram();
    assertDesktop();
    if (process.getuid && process.getuid() === 0 && !args.includes('--no-sandbox')) {
      throw new Problem('Electron keeps its sandbox only as an ordinary user: do not run the till as root.');
    }
    await alone('build', ensureBuilt);
    return runForeground(program, [...place(program), ...args]);
  });
}
