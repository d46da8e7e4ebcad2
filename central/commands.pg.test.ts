/** Goal: the commands beside the program say what they did, or one clear sentence, and leave with the right code. */
import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { lockFolder } from './platform/folder-lock.ts';

let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-commands-'));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, 'data');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(
  command: 'import' | 'reset',
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(import.meta.dirname, `${command}.ts`), ...args],
      { env: { PATH: process.env['PATH'] ?? '', GONDOLA_DATA_DIR: dataDir, ...environment } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    );
  });
}

test.each(['import', 'reset'] as const)('%s explains itself', async (command) => {
  const { code, out, err } = await run(command, ['--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^npm run ${command}`));
});

test.each([
  [
    [],
    {},
    /^Nothing to import: name a file with --products, --stores or --stock, or take the sample with --sample\.$/,
  ],
  [['--prodcuts', 'x'], {}, /^Unknown option '--prodcuts'.* See npm run import -- --help\.$/],
  [['--sample', '--stock-ratio', 'much'], {}, /^--stock-ratio must be a number from 0 to 100/],
  [['--products', 'x', '--slack', '1'], {}, /^--stock-ratio and --slack shape the sample/],
  [
    ['--dry-run', '--products', '/nowhere.csv'],
    {},
    /^The file \/nowhere\.csv cannot be opened \(ENOENT\): check its name\.$/,
  ],
  [['--sample'], { PORT: 'x' }, /^PORT must be a whole number/],
  [
    ['--sample'],
    { DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/x' },
    /^The database server at 127\.0\.0\.1:1 does not accept/,
  ],
])('import %j is one clear sentence', async (args, environment, sentence) => {
  const { code, err } = await run('import', args, environment as Record<string, string>);
  expect(err.trim()).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toContain('hidden');
  expect(code).toBe(1);
});

test('a dry run tells every bad row and touches nothing', async () => {
  const file = path.join(folder, 'products.csv');
  await writeFile(
    file,
    `product_id\n${Array.from({ length: 30 }, (_, index) => `bad ${index}`).join('\n')}\n1\n`,
  );
  const { code, out, err } = await run('import', ['--products', file, '--dry-run']);
  expect(code).toBe(1);
  expect(out).toMatch(/products: 31 rows read, 1 good, 30 bad; nothing was written/);
  expect(err.match(/products\.csv line \d+: product_id may hold/g)).toHaveLength(20);
  expect(err).toMatch(/… the others are in .*import-report\.csv/);
  expect((await readFile(path.join(dataDir, 'import-report.csv'), 'utf8')).trim().split('\n')).toHaveLength(
    31,
  );
  await expect(access(path.join(dataDir, 'postgres'))).rejects.toThrow();
});

test('an import starts a database of its own, joins a running one, and a reset removes it', async () => {
  const file = path.join(folder, 'stores.csv');
  await writeFile(file, 'store_number\n27\n');
  const first = await run('import', ['--stores', file]);
  expect([first.code, first.out.trim()]).toEqual([
    0,
    'stores: 1 rows read, 1 new or changed, 0 unchanged, 0 bad',
  ]);
  const central = await startEmbeddedPostgres({
    dataDir,
    purpose: 'npm start',
    makeSecret: () => 'unused-secret-of-the-test',
  });
  try {
    const beside = await run('import', ['--stores', file]);
    expect([beside.code, beside.out.trim()]).toEqual([
      0,
      'stores: 1 rows read, 0 new or changed, 1 unchanged, 0 bad',
    ]);
    const refused = await run('reset', ['--yes']);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/is in use by process \d+ \(npm start\): stop it first/),
    ]);
  } finally {
    await central.stop();
  }
  await writeFile(path.join(dataDir, 'notes.txt'), 'not ours');
  const unasked = await run('reset', []);
  expect([unasked.code, unasked.err]).toEqual([1, expect.stringMatching(/add --yes/)]);
  const reset = await run('reset', ['--yes']);
  expect([reset.code, reset.out]).toEqual([
    0,
    expect.stringMatching(/^Removed postgres, secrets\.json from/),
  ]);
  expect(await readFile(path.join(dataDir, 'notes.txt'), 'utf8')).toBe('not ours');
  expect((await run('reset', ['--yes'])).out).toMatch(/^There is nothing to remove/);
});

test('a reset leaves a database of your own alone', async () => {
  const { code, err } = await run('reset', ['--yes'], { DATABASE_URL: 'postgres://u@127.0.0.1/x' });
  expect([code, err]).toEqual([1, expect.stringMatching(/^DATABASE_URL names a database of your own/)]);
});

test('a folder lock goes with its process, and names it while it stands', async () => {
  const lock = await lockFolder(dataDir, 'the first');
  expect(await lockFolder(dataDir, 'the second')).toEqual({
    held: false,
    holder: { pid: process.pid, purpose: 'the first' },
  });
  if (lock.held) await lock.release();
  const again = await lockFolder(dataDir, 'the second');
  expect(again.held).toBe(true);
  if (again.held) await again.release();
});
