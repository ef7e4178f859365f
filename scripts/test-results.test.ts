import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlaywrightReport, readVitestReport, summarize, withExitCode } from './test-results';

function report(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'latchkey-report-')), 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('a test file that cannot be loaded is a failure, although no test of it failed', () => {
  const path = report({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [{ status: 'failed', assertionResults: [] }],
  });
  expect(readVitestReport(path)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('a run that crashed before it wrote a report is a failure', () => {
  expect(withExitCode(readVitestReport('/no/such/report.json'), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a browser test that passed only when repeated is a failure', () => {
  const path = report({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }, errors: [] });
  expect(readPlaywrightReport(path)).toEqual({ passed: 5, failed: 2, skipped: 0 });
});

test('the closing line names what was skipped only when something was', () => {
  expect(summarize({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(summarize({ passed: 12, failed: 3, skipped: 2 })).toBe('12 passed, 3 failed, 2 skipped');
});
