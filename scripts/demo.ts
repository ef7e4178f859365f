import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../lib/core/config';
import { buildWebWhenChanged } from './build-web';
import { claimDataFolder, wipe } from './data-folder';
import {
  demoEnvironment,
  firstStartEnvironment,
  productEnvironment,
  readOrMakeSecretKey,
  sandboxEnvironment,
  webEnvironment,
} from './environment';
import { main, openDatabase, pickPort, reachableHost, runScript } from './launch';
import { Services } from './services';
import { waitUntilReady } from './supervisor';

const services = new Services((line) => console.log(line));

await main(services, async () => {
  const { values: options } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  const config = readConfig(process.env);
  if (options.fresh && config.DATABASE_URL) {
    throw new Error('--fresh empties the embedded database only. Unset DATABASE_URL, or empty that database yourself.');
  }
  const { say } = services;
  // Beside production's data, never in it: the demo's sign-ins are public.
  const claimed = claimDataFolder(join(config.LATCHKEY_DATA_DIR, 'demo'), services);
  const dataDir = claimed.path;
  if (options.fresh) await wipe(claimed);
  const host = config.HOST ?? '127.0.0.1';
  const secretKey = config.LATCHKEY_SECRET_KEY ?? readOrMakeSecretKey(dataDir);
  const databaseUrl = await openDatabase(config, dataDir, services);
  await buildWebWhenChanged(say);

  const taken: number[] = [];
  const port = await pickPort('the console', config.PORT, host, taken, say);
  const sandbox = {
    http: await pickPort('the sandbox', config.SANDBOX_PORT, '127.0.0.1', taken, say),
    smtp: await pickPort("the sandbox's mail server", config.SANDBOX_SMTP_PORT, '127.0.0.1', taken, say),
  };
  const origin = config.ORIGIN ?? `http://localhost:${port}`;
  const databaseDir = config.DATABASE_URL ? undefined : join(dataDir, 'postgres');
  const product = productEnvironment(config, databaseUrl, secretKey, { origin, port, host, databaseDir });
  // One Egnyte of it is connected from the start, and again by Reset demo.
  const env: NodeJS.ProcessEnv = { ...demoEnvironment(product, sandbox, dataDir), SANDBOX_CONNECTED: '1' };
  services.keepRunning({ name: 'sandbox', args: [join('dist', 'sandbox.mjs')], env: sandboxEnvironment(env) });
  const signIns = await runScript('seed', firstStartEnvironment(env, config));

  services.keepRunning({ name: 'worker', args: [join('dist', 'worker.mjs')], env });
  services.keepRunning({ name: 'web', args: [join('dist', 'web.mjs')], env: webEnvironment(env, config) });
  const ready = `http://${reachableHost(host)}:${port}/readyz`;
  const problem = await waitUntilReady(ready, 120_000, () => services.isCrashing());
  if (problem) throw new Error(`The demo did not get ready; ${ready} says: ${problem}`);
  claimed.noteAddress(origin);
  console.log(`
  Latchkey   ${origin}
  Sandbox    ${env.SANDBOX_URL}   (Egnyte and Netskope, and the mailbox)

${signIns.trimEnd()}

  Ctrl-C stops everything; the data stays in ${dataDir}.
  npm run demo -- --fresh begins again.
`);
});
