import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  describeFailures,
  nothing,
  readPlaywrightReport,
  readVitestReport,
  summarize,
  withExitCode,
} from './test-results';

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
    testResults: [
      { name: 'lib/broken.test.ts', status: 'failed', message: 'cannot find module', assertionResults: [] },
    ],
  });
  expect(readVitestReport(path)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    failures: [{ test: 'lib/broken.test.ts', message: 'cannot find module' }],
  });
});

test('a run that crashed before it wrote a report is a failure', () => {
  expect(withExitCode(readVitestReport('/no/such/report.json'), 1)).toEqual({ ...nothing, failed: 1 });
});

test('a browser test that passed only when repeated is a failure', () => {
  const path = report({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }, errors: [] });
  expect(readPlaywrightReport(path)).toMatchObject({ passed: 5, failed: 2, skipped: 0 });
});

test('the closing line names what was skipped only when something was', () => {
  expect(summarize({ ...nothing, passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(summarize({ ...nothing, passed: 12, failed: 3, skipped: 2 })).toBe('12 passed, 3 failed, 2 skipped');
});

test('what failed in a long run is told once more at its end, the beginning of its message with it', () => {
  const unit = report({
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      {
        name: 'lib/sum.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'adds', status: 'passed', failureMessages: [] },
          {
            fullName: 'carries',
            status: 'failed',
            failureMessages: [`\u001b[31mexpected 1\u001b[39m\n${'at\n'.repeat(50)}`],
          },
        ],
      },
    ],
  });
  const said = describeFailures(readVitestReport(unit));
  expect(said.split('\n').slice(0, 2)).toEqual(['Failed: lib/sum.test.ts › carries', '  expected 1']);
  expect(said.split('\n')).toHaveLength(13);
  const failed = { status: 'unexpected', results: [{ error: { message: 'not visible' } }] };
  const browser = report({
    stats: { expected: 0, unexpected: 1, flaky: 0, skipped: 0 },
    errors: [],
    suites: [{ suites: [{ specs: [{ title: 'opens', file: 'home.spec.ts', ok: false, tests: [failed] }] }] }],
  });
  expect(describeFailures(readPlaywrightReport(browser))).toBe('Failed: e2e/home.spec.ts › opens\n  not visible');
});
