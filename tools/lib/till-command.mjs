// `npm run till`: the till in a window of its own, by Electron.
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureInstalled, Problem, ROOT } from './installed.mjs';
import { ensureShell } from './pages.mjs';
import { runForeground, tell } from './programs.mjs';

const APP = join(ROOT, 'edge-app');

const HELP = `Usage: npm run till [-- ELECTRON OPTIONS]

Builds the till where it is stale and opens it in an Electron window. It asks for an enrolment code,
which npm start prints.

  GONDOLA_CENTRAL_URL   the central's address [http://127.0.0.1:8080]; --central=URL says the same
  GONDOLA_ELECTRON      an Electron executable to use in place of the one in node_modules`;

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
    const program = electronProgram();
    assertDesktop();
    if (process.getuid && process.getuid() === 0 && !args.includes('--no-sandbox')) {
      throw new Problem('Electron keeps its sandbox only as an ordinary user: do not run the till as root.');
    }
    await ensureShell();
    return runForeground(program, [...place(program), ...args]);
  });
}
