// `npm test`: a fresh clone may start here, so the dependencies come first.
import { ensureInstalled } from './installed.mjs';
import { ensurePages, ensureShell } from './pages.mjs';
import { nodeProgram, runForeground, tell } from './programs.mjs';

export function main(args) {
  return tell(async () => {
    await ensureInstalled();
    const suites = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
    const all = suites.length === 0;
    if (!args.includes('--help') && (all || suites.includes('e2e'))) {
      await ensurePages();
      await ensureShell();
    }
    return runForeground(nodeProgram(), ['tools/test.ts', ...args]);
  });
}
