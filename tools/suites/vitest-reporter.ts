/** Writes the counts and the reasons of skips for `tools/test.ts`. */
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Skip, writeReport } from './report.ts';

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = errors.length;
    const skips: Skip[] = [];
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skips.push({ test: test.fullName, reason: reasonOf(test) });
      }
      // A file that does not load has no test to fail.
      if (module.state() === 'failed' && failed === before) failed++;
    }
    writeReport({ passed, failed, skipped: skips.length, skips });
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}
