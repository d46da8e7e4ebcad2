/** The ban on clock, random source and ids outside composition roots must be able to fail. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, run } from './lib/run.ts';

const BANNED: Record<string, string> = {
  'shared/lib/now.ts': 'export const a = Date.now();',
  'shared/lib/random.ts': 'export const a = [1].map(Math.random);',
  'central/inventory/date.ts': 'export const a = new Date();',
  'edge-app/renderer/timing.tsx': 'export const a = performance.now();',
  'sync/client/id.ts': 'export const a = crypto.randomUUID();',
  'central/platform/renamed.ts': 'export const { now } = Date;',
};
const ALLOWED: Record<string, string> = {
  'shared/lib/instant.ts': 'export const a = new Date(5);',
  'central/start.ts': 'export const a = Date.now();',
  'central/import.ts': 'export const a = Date.now();',
  'edge-app/renderer/main.tsx': 'export const a = Date.now();',
  'edge-app/uplink/start-uplink.ts': 'export const a = Date.now();',
  'sync/client/engine.test.ts': 'export const a = Date.now();',
};

let folder = '';
let output = '';

// A copy of the configuration outside the clone: violations inside it would be found by everything else.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gondola-no-clock-'));
  const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as {
    vcs: { enabled: boolean };
    overrides: { plugins: string[] }[];
  };
  config.vcs.enabled = false;
  for (const override of config.overrides) {
    override.plugins = override.plugins.map((file) => join(ROOT, file));
  }
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  for (const [file, text] of Object.entries({ ...BANNED, ...ALLOWED })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  const program = join(ROOT, 'node_modules/.bin/biome');
  const args = ['lint', '--colors=off', '--max-diagnostics=none', '.'];
  output = (await run(program, args, { folder, keepAll: true })).output;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const found = (file: string) => output.includes(`${file}:1:`);

test('the linter speaks of composition roots', () => {
  expect(output).toContain('only composition roots make them');
});

test.each(Object.entries(BANNED))('in %s, refused: %s', (file) => {
  expect(found(file)).toBe(true);
});

test.each(Object.entries(ALLOWED))('in %s, allowed: %s', (file) => {
  expect(found(file)).toBe(false);
});
