import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

type Say = (line: string) => void;

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** Installs a Debian package when we are root on such a system. @returns whether that worked */
function installPackage(name: string, say: Say): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  say(`Installing the system package ${name} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], { env, encoding: 'utf8' });
  let result = install();
  if (result.status !== 0) {
    spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
    result = install();
  }
  if (result.status !== 0)
    say(`${name} could not be installed: ${(result.stderr || result.stdout).trim().slice(-500)}`);
  return result.status === 0;
}

const knownBrowsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A Chromium for the browser tests: CHROMIUM_PATH, one on the path, Playwright's own, or installed now (apt as root,
 * else Playwright's download). @returns path, or undefined for Playwright's own
 * @throws Error that says how to get one
 */
export function findBrowser(say: Say): string | undefined {
  const told = process.env.CHROMIUM_PATH;
  if (told) {
    if (!isInstalled(told)) throw new Error(`CHROMIUM_PATH is ${told}, which does not run.`);
    return told;
  }
  const known = () => knownBrowsers.find(isInstalled);
  const found = known();
  if (found) return pathOf(found);
  if (existsSync(chromium.executablePath())) return undefined;
  if (installPackage('chromium', say)) {
    const installed = known();
    if (installed) return pathOf(installed);
  }
  say("Downloading Playwright's browser …");
  const cli = 'node_modules/@playwright/test/cli.js';
  const download = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit', timeout: 300_000 });
  if (download.status === 0 && existsSync(chromium.executablePath())) return undefined;
  throw new Error(
    'No Chromium for the browser tests. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to it.',
  );
}

function pathOf(program: string): string {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).stdout.trim();
  return found || program;
}

/** xmlsec1 checks our signatures as an implementation that shares nothing with ours. @returns whether it is there */
export function ensureXmlsec1(say: Say): boolean {
  if (isInstalled('xmlsec1') || (installPackage('xmlsec1', say) && isInstalled('xmlsec1'))) return true;
  say('xmlsec1 is missing and cannot be installed here (Debian, as root: apt-get install xmlsec1).');
  say('The tests that compare signatures with it are skipped.');
  return false;
}

/**
 * curl and jq run what docs/api.md says as it stands there.
 * @throws Error that says how to get them
 */
export function ensureShellTools(say: Say): void {
  for (const tool of ['curl', 'jq']) {
    if (isInstalled(tool) || (installPackage(tool, say) && isInstalled(tool))) continue;
    throw new Error(`${tool} is missing for the documented API calls. Install it (Debian: apt-get install ${tool}).`);
  }
}
