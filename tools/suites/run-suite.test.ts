/** What a suite leaves behind decides its result; a suite that dies must not look green. */
import { expect, test } from 'vitest';
import { avoidableSkip, runProgram } from './run-suite.ts';

const leave = (report: object, then: string) => [
  '-e',
  `require('node:fs').writeFileSync(process.env.GONDOLA_TEST_REPORT, ${JSON.stringify(JSON.stringify(report))}); ${then}`,
];
const green = { passed: 3, failed: 0, skipped: 0, skips: [] };

test('a green suite is green', async () => {
  expect(await runProgram('unit', leave(green, ''))).toEqual({ ...green, name: 'unit' });
});

test.each([
  ['is killed', ['-e', 'process.kill(process.pid, "SIGKILL")'], 'was ended by SIGKILL'],
  ['crashes before its report', ['-e', 'process.exit(3)'], 'ended with exit code 3'],
  ['ends well without a report', ['-e', ''], 'left no report'],
  ['runs no test', leave({ ...green, passed: 0 }, ''), 'ran no test'],
  ['is green and ends badly', leave(green, 'process.exit(1)'), 'ended with exit code 1'],
])('a suite that %s has failed', async (_what, args, problem) => {
  expect(await runProgram('unit', args)).toMatchObject({ failed: 1, problem });
});

test('its failures are counted once', async () => {
  const report = { ...green, failed: 2 };
  expect(await runProgram('unit', leave(report, 'process.exit(1)'))).toMatchObject({ passed: 3, failed: 2 });
});

test('a skip of what comes with the dependencies is never excused', async () => {
  const skipped = { ...green, passed: 0, skipped: 4, seconds: 1 };
  expect(await avoidableSkip({ ...skipped, name: 'pg' })).toContain('Postgres');
  expect(await avoidableSkip({ ...skipped, name: 'unit' })).toBeUndefined();
  expect(await avoidableSkip({ ...skipped, name: 'kafka', passed: 1 })).toBeUndefined();
});
