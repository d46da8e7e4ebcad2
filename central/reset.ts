/** `npm run reset`: removes the embedded data of one data folder. See `--help`. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { parseConfig } from './platform/config.ts';
import { lockFolder } from './platform/folder-lock.ts';
import { clusterPaths, findServer } from './platform/postgres-cluster.ts';
import { reasonOf } from './platform/startup-problem.ts';

const help = `npm run reset [-- --yes]: remove the embedded database and everything else in GONDOLA_DATA_DIR [.gondola]

Everything central knows is lost: stock, tills, keys, history. Tills keep their journals and must be enrolled again.
It asks first (--yes answers for you), refuses while Gondola runs on the folder, and leaves a database of your own
(DATABASE_URL) untouched.
`;

/** What Gondola itself makes in its data folder; anything else there is somebody's and stays. */
const ownNames =
  /^(postgres|postgres\.new-\w+|secrets\.json(\.new)?|start\.json|import-report\.csv|[\w.-]+\.log)$/;

/** Runs the command; answers the exit code. */
export async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  let values: { yes?: boolean; help?: boolean };
  try {
    values = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    return refuse(`${reasonOf(error)} See npm run reset -- --help.`);
  }
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const config = parseConfig(environment);
  if (!config.ok) return refuse(config.error.join('\n'));
  const { dataDir, databaseUrl } = config.value;
  if (databaseUrl !== null) {
    return refuse(
      'DATABASE_URL names a database of your own, which is not removed here: drop its gondola_… databases and roles yourself, or unset DATABASE_URL.',
    );
  }
  const names = await ownFiles(dataDir);
  if (names.length === 0) {
    console.log(`There is nothing to remove in ${dataDir}.`);
    return 0;
  }
  return removeLocked(dataDir, names, values.yes === true);
}

async function removeLocked(dataDir: string, names: readonly string[], isAnswered: boolean): Promise<number> {
  const lock = await lockFolder(dataDir, 'npm run reset');
  if (!lock.held) {
    return refuse(
      `The data folder ${dataDir} is in use by process ${lock.holder.pid} (${lock.holder.purpose}): stop it first.`,
    );
  }
  try {
    const server = await findServer(clusterPaths(dataDir).data);
    if (server !== null) {
      return refuse(
        `A database server left behind by a killed program still runs on ${dataDir} (process ${server}): start Gondola once and stop it, or end it with kill ${server}.`,
      );
    }
    if (!isAnswered && !(await confirm(dataDir))) return refuse('Nothing was removed.');
    for (const name of names)
      await rm(path.join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    console.log(
      `Removed ${names.join(', ')} from ${dataDir}. The next npm start begins with an empty chain.`,
    );
    return 0;
  } catch (error) {
    return refuse(
      `The data in ${dataDir} could not be removed (${reasonOf(error)}): remove it as the user who made it.`,
    );
  } finally {
    await lock.release();
  }
}

async function ownFiles(dataDir: string): Promise<string[]> {
  if (!(await stat(dataDir).catch(() => null))?.isDirectory()) return [];
  return (await readdir(dataDir)).filter((name) => ownNames.test(name)).sort();
}

async function confirm(dataDir: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    console.error('Nobody can be asked here: add --yes to remove without a question.');
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`Remove everything Gondola keeps in ${dataDir}? Type yes: `);
  lines.close();
  return answer.trim().toLowerCase() === 'yes';
}

function refuse(sentence: string): number {
  console.error(sentence);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
