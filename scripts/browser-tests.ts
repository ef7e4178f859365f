import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../lib/core/config';
import {
  demoEnvironment,
  firstStartEnvironment,
  productEnvironment,
  readOrMakeSecretKey,
  sandboxEnvironment,
} from './environment';
import { runScript } from './launch';
import { anyFreePort } from './ports';
import { makeScratch } from './scratch';
import { Services } from './services';
import { waitUntilReady } from './supervisor';
import { ensureShellTools, findBrowser } from './system-tools';
import { startTestServer } from './testing-server';

export interface BrowserTests {
  /** What Playwright is started with. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const logPath = join('test-results', 'services.log');

/** A demo of its own for the browser tests: fresh database, free ports, nothing of the developer's. The console is built. */
export async function prepareBrowserTests(say: (line: string) => void): Promise<BrowserTests> {
  const browser = await findBrowser(say);
  await ensureShellTools(say);
  mkdirSync('test-results', { recursive: true });
  const log = createWriteStream(logPath);
  const services = new Services((line) => log.write(`${line}\n`));
  const scratch = await makeScratch();
  const dataDir = mkdtempSync(join(scratch.files, 'latchkey-e2e-'));
  const server = await startTestServer();
  const stop = async () => {
    await services.stop();
    await server.stop();
    scratch.remove();
    log.end();
  };
  try {
    const port = await anyFreePort();
    const sandbox = { http: await anyFreePort(), smtp: await anyFreePort() };
    // For the receiver of webhooks that a test starts itself.
    const receiverPort = await anyFreePort();
    // Defaults only: what the developer has set for a real installation must not leak in.
    const config = readConfig({
      LATCHKEY_ALLOW_PRIVATE_TARGETS: `127.0.0.1:${receiverPort}`,
      LATCHKEY_API_TOKEN: randomBytes(32).toString('hex'),
      // Tests that are about a proxy send from here; everybody else is who the connection says.
      LATCHKEY_TRUSTED_PROXIES: '127.0.0.2',
    });
    const addresses = { origin: `http://localhost:${port}`, port, host: '127.0.0.1' };
    const product = productEnvironment(config, await server.createDatabase(), readOrMakeSecretKey(dataDir), addresses);
    const env = demoEnvironment(product, sandbox, dataDir);
    await runScript('seed', firstStartEnvironment(env, config));
    services.keepRunning({ name: 'sandbox', args: [join('dist', 'sandbox.mjs')], env: sandboxEnvironment(env) });
    services.keepRunning({ name: 'worker', args: [join('dist', 'worker.mjs')], env });
    services.keepRunning({ name: 'web', args: [join('dist', 'web.mjs')], env });
    const problem = await waitUntilReady(`http://127.0.0.1:${port}/readyz`, 90_000, () => services.isCrashing());
    if (problem) throw new Error(`The product did not get ready for the browser tests: ${problem}\n${lastLog()}`);
    const forTests = {
      TMPDIR: scratch.files,
      RECEIVER_PORT: String(receiverPort),
      LATCHKEY_API_TOKEN: config.LATCHKEY_API_TOKEN,
      ...(browser ? { CHROMIUM_PATH: browser } : {}),
    };
    return { env: { ...env, ...forTests }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The end of what web, worker and sandbox said. */
export function lastLog(): string {
  return existsSync(logPath) ? readFileSync(logPath, 'utf8').split('\n').slice(-40).join('\n') : '';
}
