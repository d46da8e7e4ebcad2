import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

test('each line is an object with its level and time, and no secret stands in it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-log-'));
  const file = path.join(folder, 'logs', 'central.log');
  const log = createLog({ level: 'info', file });
  log.debug('not shown');
  log
    .child({ operationId: 'till:1:1:7' })
    .warn(
      { till: { token: 'hush' }, enrolmentCode: 'hush', headers: { authorization: 'hush' }, sku: 'milk' },
      'refused',
    );
  const [line = '', ...more] = (await readFile(file, 'utf8')).trim().split('\n');
  expect(more).toEqual([]);
  expect(line).not.toContain('hush');
  expect(JSON.parse(line)).toMatchObject({
    level: 40,
    operationId: 'till:1:1:7',
    sku: 'milk',
    msg: 'refused',
  });
  await rm(folder, { recursive: true });
});
