// Put before a command that needs the dependencies, and with --pages the built pages too.
import { ensureInstalled } from './installed.mjs';
import { ensurePages } from './pages.mjs';
import { nodeProgram, tell } from './programs.mjs';

export function main(args) {
  return tell(async () => {
    await ensureInstalled();
    nodeProgram();
    if (args.includes('--pages')) await ensurePages();
  });
}
