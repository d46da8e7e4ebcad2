import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';

const redocly = path.resolve(import.meta.dirname, '../../node_modules/.bin/redocly');

it('is valid OpenAPI 3.1 without a warning', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-openapi-'));
  try {
    const file = path.join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(openApiDocument()));
    await writeFile(path.join(folder, 'redocly.yaml'), 'extends: [recommended]\ntelemetry: off\n');
    const { stdout, stderr } = await promisify(execFile)(redocly, ['lint', '--max-problems=20', file], {
      cwd: folder,
    });
    expect(`${stdout}${stderr}`).not.toMatch(/[Ww]arning was generated|Error was generated/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 30_000);

it('asks for an Idempotency-Key on every write of the inventory', () => {
  const { paths = {} } = openApiDocument();
  for (const route of ['reserve', 'commit', 'release']) {
    const { post } = paths[`/api/v1/inventory/${route}`] ?? {};
    expect(post?.parameters).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'Idempotency-Key', required: true }),
    );
  }
});
