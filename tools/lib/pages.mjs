// The pages that central serves: built when their sources are newer than what stands in dist.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alone, Problem, ROOT, runQuietly } from './installed.mjs';
import { nodeProgram } from './programs.mjs';

const SHARED = ['shared', 'sync', 'package-lock.json'];
const TILL = ['edge-app', ...SHARED];

const page = (name, configs, dist, sources) => ({
  name,
  label: `${name} page`,
  configs,
  result: `${dist}/index.html`,
  sources,
  command: (config) => {
    const target = ['--outDir', join(ROOT, dist), '--emptyOutDir'];
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    return [vite, 'build', '--config', join(ROOT, config), '--logLevel', 'warn', ...target];
  },
});

const PAGES = [
  page('till', ['edge-app/renderer/vite.config.ts', 'edge-app/vite.config.ts'], 'edge-app/dist', TILL),
  page(
    'console',
    ['central/console/web/vite.config.ts', 'central/console/vite.config.ts'],
    'central/console/dist',
    ['central/console', ...SHARED],
  ),
];

const SHELL = {
  name: 'electron',
  label: 'till for Electron',
  configs: ['edge-app/electron.vite.config.ts'],
  result: 'edge-app/out/main/main.cjs',
  sources: TILL,
  command: () => [
    join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    '--logLevel',
    'warn',
  ],
};

const SKIPPED = new Set(['node_modules', 'dist', 'out', 'migrations']);

function filesBelow(path) {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [path];
  return readdirSync(join(ROOT, path))
    .filter((name) => !SKIPPED.has(name) && !/\.test\.tsx?$|\.md$/.test(name))
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`));
}

export function sourceHash(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesBelow))
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

// Not in dist, which is served to everybody.
const noteOf = (target) => join(ROOT, `.cache/pages/${target.name}.hash`);

function isFresh(target, hash) {
  const note = noteOf(target);
  return (
    existsSync(join(ROOT, target.result)) && existsSync(note) && readFileSync(note, 'utf8').trim() === hash
  );
}

async function build(target, config) {
  const hash = sourceHash(target.sources);
  if (isFresh(target, hash)) return;
  rmSync(noteOf(target), { force: true });
  const { code, output } = await runQuietly(
    `Building the ${target.label}`,
    nodeProgram(),
    target.command(config),
    {
      cwd: dirname(join(ROOT, config)),
    },
  );
  if (code !== 0) {
    console.error(output.trim());
    throw new Problem(`The ${target.label} could not be built: the reason stands above.`);
  }
  mkdirSync(dirname(noteOf(target)), { recursive: true });
  writeFileSync(noteOf(target), `${hash}\n`);
}

async function ensure(target) {
  const config = target.configs.find((file) => existsSync(join(ROOT, file)));
  if (!config || isFresh(target, sourceHash(target.sources))) return;
  await alone('build', () => build(target, config));
}

export async function ensurePages() {
  for (const page of PAGES) await ensure(page);
}

/** The bundles that Electron opens. */
export const ensureShell = () => ensure(SHELL);
