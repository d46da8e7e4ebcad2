// The pages that central serves: built when their sources are newer than what stands in dist.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alone, Problem, ROOT, runQuietly } from './installed.mjs';
import { nodeProgram } from './programs.mjs';

const SHARED = ['shared', 'sync', 'package-lock.json'];
export const PAGES = [
  {
    name: 'till',
    configs: ['edge-app/renderer/vite.config.ts', 'edge-app/vite.config.ts'],
    dist: 'edge-app/dist',
    sources: ['edge-app', ...SHARED],
  },
  {
    name: 'console',
    configs: ['central/console/web/vite.config.ts', 'central/console/vite.config.ts'],
    dist: 'central/console/dist',
    sources: ['central/console', ...SHARED],
  },
];

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
const noteOf = (page) => join(ROOT, `.cache/pages/${page.name}.hash`);

function isFresh(page, hash) {
  const note = noteOf(page);
  const built = existsSync(join(ROOT, page.dist, 'index.html'));
  return built && existsSync(note) && readFileSync(note, 'utf8').trim() === hash;
}

async function build(page, config) {
  const hash = sourceHash(page.sources);
  if (isFresh(page, hash)) return;
  rmSync(noteOf(page), { force: true });
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const target = ['--outDir', join(ROOT, page.dist), '--emptyOutDir'];
  const args = [vite, 'build', '--config', join(ROOT, config), '--logLevel', 'warn', ...target];
  const { code, output } = await runQuietly(`Building the ${page.name} page`, nodeProgram(), args, {
    cwd: dirname(join(ROOT, config)),
  });
  if (code !== 0) {
    console.error(output.trim());
    throw new Problem(`The ${page.name} page could not be built: the reason stands above.`);
  }
  mkdirSync(dirname(noteOf(page)), { recursive: true });
  writeFileSync(noteOf(page), `${hash}\n`);
}

export async function ensurePages() {
  for (const page of PAGES) {
    const config = page.configs.find((file) => existsSync(join(ROOT, file)));
    if (!config || isFresh(page, sourceHash(page.sources))) continue;
    await alone('build', () => build(page, config));
  }
}
