import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../lib/run.ts';

interface BuilderConfig {
  readonly appId: string;
  readonly electronVersion: string;
  readonly directories: { readonly app: string };
  readonly files: readonly string[];
  readonly linux: { readonly target: readonly string[] };
  readonly win: { readonly target: readonly string[] };
  readonly mac: { readonly target: readonly string[] };
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const config = parse(read('electron-builder.yml')) as BuilderConfig;

function problems(candidate: unknown): unknown[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const valid = ajv.compile(JSON.parse(read('node_modules/app-builder-lib/scheme.json')) as object);
  return valid(candidate) ? [] : (valid.errors ?? []);
}

test("fits electron-builder's own schema", () => {
  expect(problems(config)).toEqual([]);
  expect(problems({ ...config, appID: 'misspelt' })).not.toEqual([]);
});

test('packs for the three systems', () => {
  expect([...config.linux.target, ...config.win.target, ...config.mac.target]).toEqual([
    'AppImage',
    'deb',
    'nsis',
    'dmg',
  ]);
});

test('names the Electron that the dependencies pin', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  expect(config.electronVersion).toBe(devDependencies['electron']);
});

test('packs what the till builds, and starts what its manifest names', () => {
  const { main } = JSON.parse(read(`${config.directories.app}/package.json`)) as { main: string };
  expect(config.files).toContain('out/**/*');
  expect(main).toMatch(/^out\//);
});
