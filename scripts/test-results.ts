import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

export interface Failure {
  /** File and name. */
  test: string;
  message: string;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Which they were, as far as the runner said: told once more at the end, where the output of a long run is read. */
  failures: Failure[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };

export function add(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    failures: [...left.failures, ...right.failures],
  };
}

const messageLines = 12;
const escapeSequences = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** What failed, with the beginning of each message: an empty text where nothing did. */
export function describeFailures({ failures }: Tally): string {
  return failures
    .map(({ test, message }) => {
      const lines = message.replace(escapeSequences, '').trim().split('\n').slice(0, messageLines);
      return [`Failed: ${test}`, ...lines.map((line) => `  ${line}`)].join('\n');
    })
    .join('\n\n');
}

/** The closing line of a test run. */
export function summarize(tally: Tally): string {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  return `${tally.passed} passed, ${tally.failed} failed${skipped}`;
}

/** A run that ended badly without naming a failed test (it crashed, or left an error behind) counts as one failure. */
export function withExitCode(tally: Tally, exitCode: number): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
}

/** Reads Vitest's JSON report. A file that could not even be loaded has no tests in it and counts as one failure. */
export function readVitestReport(path: string): Tally {
  if (!existsSync(path)) return nothing;
  const report: VitestReport = JSON.parse(readFileSync(path, 'utf8'));
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap((file) => {
      const failed = file.assertionResults.filter(({ status }) => status === 'failed');
      if (file.status === 'failed' && failed.length === 0)
        return [{ test: relative('', file.name), message: file.message }];
      return failed.map(({ fullName, failureMessages }) => ({
        test: `${relative('', file.name)} › ${fullName}`,
        message: (failureMessages ?? []).join('\n'),
      }));
    }),
  };
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    ok: boolean;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
}

interface PlaywrightReport extends PlaywrightSuite {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
}

function failuresIn(suite: PlaywrightSuite): Failure[] {
  const failed = (suite.specs ?? []).filter(({ ok, tests }) => !ok || tests.some(({ status }) => status === 'flaky'));
  const own = failed.map(({ title, file, tests }) => ({
    test: `e2e/${file} › ${title}`,
    message: tests.flatMap(({ results }) => results.flatMap(({ error }) => error?.message ?? [])).join('\n'),
  }));
  return [...own, ...(suite.suites ?? []).flatMap(failuresIn)];
}

/** Reads Playwright's JSON report. A test that passed only when repeated counts as failed. */
export function readPlaywrightReport(path: string): Tally {
  if (!existsSync(path)) return nothing;
  const report: PlaywrightReport = JSON.parse(readFileSync(path, 'utf8'));
  const { stats, errors } = report;
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [...failuresIn(report), ...errors.map(({ message = '' }) => ({ test: 'the run itself', message }))],
  };
}
