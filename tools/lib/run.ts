/** Running other programs, and asking Debian for the ones that are missing. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export const ROOT = dirname(dirname(import.meta.dirname));
export const CACHE = join(ROOT, '.cache');

export interface Ran {
  readonly code: number;
  readonly output: string;
}

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly show?: boolean;
  readonly folder?: string;
  readonly keepAll?: boolean;
}

/** Never throws: a program that is missing or too slow is an answer like any other. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.folder ?? ROOT,
      env: options.env ?? process.env,
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
      if (!options.keepAll) output = output.slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\n${command} was ended by ${signal}` : output }),
    );
  });
}

export function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file));
}

export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== undefined;
}

const APT = ['-o', 'DPkg::Lock::Timeout=180', '-o', 'Acquire::Retries=2'];
const APT_ENV = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

async function aptUpdate(): Promise<string | undefined> {
  // Without the setting an update that reached no mirror at all still ends well.
  const strict = ['-o', 'APT::Update::Error-Mode=any'];
  const update = await run('apt-get', [...APT, ...strict, 'update', '-q'], {
    env: APT_ENV,
    timeoutMs: 180_000,
  });
  return update.code === 0 ? undefined : reasonIn(update.output);
}

export async function aptReachable(): Promise<boolean> {
  return isRootOnDebian() && (await aptUpdate()) === undefined;
}

/** undefined when the packages are there, else the sentence that says why not. */
export async function aptInstall(packages: readonly string[]): Promise<string | undefined> {
  const names = packages.join(' ');
  if (!isRootOnDebian()) return `${names} missing, and only root on Debian may install them here`;
  const stale = await aptUpdate();
  const flags = ['install', '-y', '-q', '--no-install-recommends'];
  const install = await run('apt-get', [...APT, ...flags, ...packages], { env: APT_ENV, timeoutMs: 420_000 });
  if (install.code === 0) return undefined;
  return `apt-get could not install ${names}: ${stale ?? reasonIn(install.output)}`;
}

/** The line that tells most: what a tool prints last is often only where it happened. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^(\S*error|E:|failed)/i.test(line)) ??
    lines.filter(Boolean).at(-1) ??
    'no reason given'
  );
}
