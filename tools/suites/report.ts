/** What a suite says of itself, in one shape for vitest and Playwright. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Skip {
  readonly test: string;
  readonly reason: string;
}

export interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skips: readonly Skip[];
}

export const REPORT_VARIABLE = 'GONDOLA_TEST_REPORT';

export function writeReport(report: SuiteReport): void {
  const file = process.env[REPORT_VARIABLE];
  if (file) writeFileSync(file, JSON.stringify(report));
}

/** undefined when the suite ended before it could report: it crashed. */
export function readReport(file: string): SuiteReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SuiteReport;
  } catch {
    return undefined;
  }
}
