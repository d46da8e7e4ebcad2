/** The same report from Playwright. */
import type { FullConfig, Reporter, Suite, TestError } from '@playwright/test/reporter';
import { type Skip, writeReport } from './report.ts';

export default class CountingReporter implements Reporter {
  private root: Suite | undefined;
  private errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.root = suite;
  }

  onError(_error: TestError): void {
    this.errors++;
  }

  onEnd(): void {
    let passed = 0;
    let failed = this.errors;
    const skips: Skip[] = [];
    for (const test of this.root?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === 'expected') passed++;
      // A test that passes only when repeated has found something.
      else if (outcome === 'unexpected' || outcome === 'flaky') failed++;
      else {
        const note = test.annotations.find((it) => it.type === 'skip' || it.type === 'fixme');
        skips.push({
          test: test.titlePath().filter(Boolean).join(' > '),
          reason: note?.description ?? 'no reason given',
        });
      }
    }
    writeReport({ passed, failed, skipped: skips.length, skips });
  }

  printsToStdio(): boolean {
    return false;
  }
}
