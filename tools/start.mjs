// No syntax and no import that an old Node lacks: it must be told to go, not shown a syntax error.
const version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(
    `Gondola needs Node.js 20.19 or newer, and this is ${process.versions.node}: install a newer one, then run the command again.`,
  );
  process.exit(1);
}
import('./lib/start-command.mjs').then((command) => command.main(process.argv.slice(2)));
