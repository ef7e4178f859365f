import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

type Say = (line: string) => void;

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** Debian's installer works for one at a time. */
let installing: Promise<unknown> = Promise.resolve();

/** Installs a Debian package when we are root on such a system. @returns whether that worked */
function installPackage(name: string, say: Say): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return Promise.resolve(false);
  const installed = installing.then(async () => {
    say(`Installing the system package ${name} …`);
    const args = ['install', '-y', '--no-install-recommends', name];
    let result = await aptGet(args);
    if (result.status !== 0) {
      await aptGet(['update']);
      result = await aptGet(args);
    }
    if (result.status !== 0) say(`${name} could not be installed: ${result.output.trim().slice(-500)}`);
    return result.status === 0;
  });
  installing = installed;
  return installed;
}

function aptGet(args: string[]): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ status: null, output: error.message }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** The one without windows needs two thirds of the processor time of a whole browser. */
const headless = 'chromium-headless-shell';
const knownBrowsers = [headless, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A Chromium for the browser tests: CHROMIUM_PATH, the one without windows (on the path, or installed by apt as
 * root), another on the path, or Playwright's own, downloaded when nothing else is there.
 * @returns path, or undefined for Playwright's own
 * @throws Error that says how to get one
 */
export async function findBrowser(say: Say): Promise<string | undefined> {
  const told = process.env.CHROMIUM_PATH;
  if (told) {
    if (!isInstalled(told)) throw new Error(`CHROMIUM_PATH is ${told}, which does not run.`);
    return told;
  }
  if (!isInstalled(headless)) await installPackage(headless, say);
  const known = () => knownBrowsers.find(isInstalled);
  const ownIsThere = () => existsSync(chromium.executablePath());
  // Systems that do not have the one without windows by itself.
  if (!known() && !ownIsThere()) await installPackage('chromium', say);
  const found = known();
  if (found) return pathOf(found);
  if (ownIsThere()) return undefined;
  say("Downloading Playwright's browser …");
  const cli = 'node_modules/@playwright/test/cli.js';
  const download = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit', timeout: 300_000 });
  if (download.status === 0 && ownIsThere()) return undefined;
  throw new Error(
    'No Chromium for the browser tests. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to it.',
  );
}

function pathOf(program: string): string {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).stdout.trim();
  return found || program;
}

/** xmlsec1 checks our signatures as an implementation that shares nothing with ours. @returns whether it is there */
export async function ensureXmlsec1(say: Say): Promise<boolean> {
  if (isInstalled('xmlsec1') || ((await installPackage('xmlsec1', say)) && isInstalled('xmlsec1'))) return true;
  say('xmlsec1 is missing and cannot be installed here (Debian, as root: apt-get install xmlsec1).');
  say('The tests that compare signatures with it are skipped.');
  return false;
}

/**
 * curl and jq run what docs/api.md says as it stands there.
 * @throws Error that says how to get them
 */
export async function ensureShellTools(say: Say): Promise<void> {
  for (const tool of ['curl', 'jq']) {
    if (isInstalled(tool) || ((await installPackage(tool, say)) && isInstalled(tool))) continue;
    throw new Error(`${tool} is missing for the documented API calls. Install it (Debian: apt-get install ${tool}).`);
  }
}
