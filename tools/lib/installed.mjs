// Plain JavaScript on purpose: it runs before the dependencies are there, on whatever Node started it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const STAMP = join(ROOT, 'node_modules/.gondola-install');

/** A failure whose whole story is one sentence: no stack is printed for it. */
export class Problem extends Error {}

export function lockHash() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  return hash.digest('hex');
}

function stamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8').trim() : '';
}

/** Somebody ran npm by hand: what npm notes of its own work is as good as our stamp. */
function npmInstalledThis() {
  const note = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const { packages: present } = JSON.parse(readFileSync(note, 'utf8'));
  const { packages: wanted } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const [place, { version, link, optional, peer }] of Object.entries(wanted)) {
    if (!place.includes('node_modules/') || link) continue;
    const found = present[place];
    if (!found && (optional || peer)) continue;
    if (!found || found.version !== version || !existsSync(join(ROOT, place))) return false;
  }
  return true;
}

export function isInstalled() {
  if (!existsSync(join(ROOT, 'node_modules'))) return false;
  const wanted = lockHash();
  if (stamp() === wanted) return true;
  if (!npmInstalledThis()) return false;
  writeFileSync(STAMP, `${wanted}\n`);
  return true;
}

const LOCK_BEAT_MS = 2_000;

/** Two copies started at once must not both write node_modules or dist. */
export async function alone(name, work) {
  const lock = join(ROOT, `.cache/${name}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; !take(lock); told = true) {
    if (!told) console.log(`Waiting for another copy that is at work here (${name})`);
    await delay(250);
  }
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), LOCK_BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  // By age and not by process id: after a reboot an id belongs to somebody else.
  const found = statSync(lock, { throwIfNoEntry: false });
  if (found && Date.now() - found.mtimeMs > 10 * LOCK_BEAT_MS) rmSync(lock, { force: true });
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function npmCommand() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) {
    // Not the bundled Node, which npm is about to replace.
    return [process.env.npm_node_execpath || process.execPath, [own]];
  }
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const found = (process.env.PATH || '').split(delimiter).some((folder) => existsSync(join(folder, name)));
  if (!found)
    throw new Problem('npm was not found: install Node.js 24 with npm, then run the command again.');
  return [name, []];
}

/** Runs a program and shows one line that moves while it works. */
export async function runQuietly(label, command, args, options = {}) {
  const began = Date.now();
  const elapsed = () => `${label} … ${Math.round((Date.now() - began) / 1000)} s`;
  const tty = process.stdout.isTTY;
  if (!tty) console.log(label);
  const tick = tty ? setInterval(() => process.stdout.write(`\r${elapsed()}`), 250) : undefined;
  const result = await new Promise((resolve) => {
    const shell = command.endsWith('.cmd');
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell, ...options });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
  clearInterval(tick);
  if (tty) process.stdout.write(`\r${elapsed()}${result.code === 0 ? ', done' : ', failed'}\n`);
  return result;
}

function installProblem(output) {
  if (/EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(output)) {
    return 'The npm registry cannot be reached: connect this machine to the network (or set npm up for your proxy), then run the command again.';
  }
  if (/ENOSPC/.test(output)) return 'The disk is full: free about 1 GB, then run the command again.';
  if (/EACCES|EPERM/.test(output)) return `npm may not write to ${ROOT}: run as the owner of that folder.`;
  const lines = output.trim().split('\n').filter(Boolean);
  const told = lines.find((line) => /^npm (error|ERR!)/.test(line)) || lines.pop() || 'it gave no reason';
  return `npm ci failed (${told.replace(/^npm (error|ERR!) */, '')}): run it by hand to see all of it.`;
}

export async function ensureInstalled() {
  if (isInstalled()) return;
  await alone('install', async () => {
    if (isInstalled()) return;
    const [command, args] = npmCommand();
    const label = 'Installing dependencies (about a minute the first time)';
    // npm's own waits would keep somebody without a network staring for over a minute.
    const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
    const npm = [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error', ...patience];
    const { code, output } = await runQuietly(label, command, npm);
    if (code !== 0) throw new Problem(installProblem(output));
    writeFileSync(STAMP, `${lockHash()}\n`);
  });
}
