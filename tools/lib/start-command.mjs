// `npm start`: everything from a fresh clone to a running central.
import { ensureInstalled } from './installed.mjs';
import { ensurePages } from './pages.mjs';
import { nodeProgram, runForeground, tell } from './programs.mjs';

export function main(args) {
  return tell(async () => {
    await ensureInstalled();
    const node = nodeProgram();
    if (!args.includes('--help')) await ensurePages();
    return runForeground(node, ['central/start.ts', ...args]);
  });
}
