import { join, resolve } from 'node:path';
import { readConfig } from '../lib/core/config';
import { buildWebWhenChanged } from './build-web';
import { claimDataFolder } from './data-folder';
import { firstStartEnvironment, productEnvironment, readOrMakeSecretKey, webEnvironment } from './environment';
import { exposureWarnings } from './exposure';
import { main, openDatabase, reachableHost, requirePort, runScript } from './launch';
import { Services } from './services';
import { waitUntilReady } from './supervisor';

const usage = `npm start              web and worker
npm start -- web       only the console   } on an external database,
npm start -- worker    only background    } any number of each`;

const services = new Services((line) => console.log(line));

await main(services, async () => {
  const part = process.argv[2] ?? 'all';
  if (!['all', 'web', 'worker'].includes(part)) throw new Error(usage);
  const config = readConfig(process.env);
  if (part !== 'all' && !config.DATABASE_URL) {
    throw new Error('Separate processes need a database that they share: set DATABASE_URL.');
  }
  const host = config.HOST ?? '0.0.0.0';
  const claimed = config.DATABASE_URL ? undefined : claimDataFolder(config.LATCHKEY_DATA_DIR, services);
  const dataDir = claimed?.path ?? resolve(config.LATCHKEY_DATA_DIR);
  if (part !== 'worker') await requirePort(config.PORT, host);
  const secretKey = config.LATCHKEY_SECRET_KEY ?? readOrMakeSecretKey(dataDir);
  const databaseUrl = await openDatabase(config, dataDir, services);
  if (part !== 'worker') await buildWebWhenChanged(services.say);
  const origin = config.ORIGIN ?? `http://localhost:${config.PORT}`;
  const databaseDir = claimed && join(dataDir, 'postgres');
  const env = productEnvironment(config, databaseUrl, secretKey, { origin, port: config.PORT, host, databaseDir });
  const firstSignIn = await runScript('first-administrator', firstStartEnvironment(env, config));

  if (part !== 'web') services.keepRunning({ name: 'worker', args: [join('dist', 'worker.mjs')], env });
  if (part === 'worker') return;
  services.keepRunning({ name: 'web', args: [join('dist', 'web.mjs')], env: webEnvironment(env, config) });
  if (firstSignIn) console.log(`\n${firstSignIn.trim()}\n`);
  const ready = `http://${reachableHost(host)}:${config.PORT}/${part === 'web' ? 'healthz' : 'readyz'}`;
  const problem = await waitUntilReady(ready, 120_000, () => services.isCrashing());
  if (problem) throw new Error(`Latchkey did not get ready; ${ready} says: ${problem}`);
  claimed?.noteAddress(origin);
  for (const warning of exposureWarnings(config, host, origin)) console.log(warning);
  console.log(`Latchkey is ready at ${origin}`);
});
