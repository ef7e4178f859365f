import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserTests, prepareBrowserTests } from './browser-tests';
import { buildWebWhenChanged } from './build-web';
import { type Meanwhile, meanwhile } from './meanwhile';
import { ensureShellTools, ensureXmlsec1, findBrowser } from './system-tools';
import {
  add,
  describeFailures,
  nothing,
  readPlaywrightReport,
  readVitestReport,
  summarize,
  type Tally,
  withExitCode,
} from './test-results';

const usage = `npm test                    everything
npm test -- full            everything, with thousands of people where otherwise hundreds do
npm test -- unit [filter]   unit and integration tests
npm test -- e2e [filter]    browser tests`;

const say = (line: string) => console.log(line);
const [kind = 'all', ...filters] = process.argv.slice(2);
if (!['all', 'full', 'unit', 'e2e'].includes(kind)) {
  console.error(usage);
  process.exit(1);
}
if (kind === 'full') process.env.LATCHKEY_TESTS = 'full';

const reports = mkdtempSync(join(tmpdir(), 'latchkey-reports-'));
let runner: ChildProcess | undefined;
let browserTests: BrowserTests | undefined;
let interrupted = false;
const building = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    runner?.kill(signal);
    building.abort();
  });
}

/** Runs a test runner to its end, its output passed through. @returns exit code */
function run(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    runner = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    runner.once('error', () => resolve(1));
    runner.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runUnitTests(xmlsec1: boolean): Promise<Tally> {
  say(`\nUnit and integration tests${kind === 'unit' ? '' : '; the console is built meanwhile'}`);
  const report = join(reports, 'vitest.json');
  const env = xmlsec1 ? process.env : { ...process.env, LATCHKEY_WITHOUT_XMLSEC1: '1' };
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters], env);
  return withExitCode(readVitestReport(report), code);
}

function hasBrowserTests(): boolean {
  return existsSync('e2e') && readdirSync('e2e', { recursive: true }).some((name) => String(name).endsWith('.spec.ts'));
}

async function runBrowserTests(build: Meanwhile): Promise<Tally> {
  say('\nBrowser tests');
  try {
    await build.finish(say);
    browserTests = await prepareBrowserTests(say);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    say('There was nothing to run the browser tests on.');
    return { ...nothing, failed: 1 };
  }
  const report = join(reports, 'playwright.json');
  const env = { ...browserTests.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const cli = 'node_modules/@playwright/test/cli.js';
  // A part for itself: not the projects that it would wait for, and nothing beside it.
  const part = filters.length > 0 ? ['--no-deps', '--workers=1', ...filters] : [];
  const code = await run([cli, 'test', '--reporter=list,json', ...part], env);
  await browserTests.stop();
  const tally = withExitCode(readPlaywrightReport(report), code);
  if (tally.failed > 0) say('What web, worker and sandbox said is in test-results/services.log.');
  return tally;
}

const xmlsec1 = kind === 'e2e' ? undefined : ensureXmlsec1(say);
// Tests of the library leave the processor alone while they wait: that much the build takes beside them.
const options = { signal: building.signal, yielding: kind !== 'e2e' };
const whatBrowsersNeed = async (later: (line: string) => void) => {
  await Promise.all([buildWebWhenChanged(later, options), findBrowser(later), ensureShellTools(later)]);
};
const build = kind !== 'unit' && hasBrowserTests() ? meanwhile(whatBrowsersNeed) : undefined;
let tally = nothing;
if (xmlsec1) tally = add(tally, await runUnitTests(await xmlsec1));
if (build && !interrupted) tally = add(tally, await runBrowserTests(build));
rmSync(reports, { recursive: true, force: true });
if (tally.passed + tally.failed === 0) tally = { ...tally, failed: 1 };
if (tally.failures.length > 0) say(`\n${describeFailures(tally)}`);
say(`\n${interrupted ? 'Interrupted: ' : ''}${summarize(tally)}`);
process.exit(tally.failed > 0 || interrupted ? 1 : 0);
