import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { context } from 'esbuild';
import { readConfig } from '../lib/core/config';
import { StartRefused } from '../lib/core/explain';
import { claimDataFolder } from './data-folder';
import {
  demoEnvironment,
  firstStartEnvironment,
  productEnvironment,
  readOrMakeSecretKey,
  sandboxEnvironment,
} from './environment';
import { main, openDatabase, pickPort, runScript } from './launch';
import { bundleOptions } from './prepare.mjs';
import { Services } from './services';
import type { Supervised } from './supervisor';

const services = new Services((line) => console.log(line));

/** Bundles one process again at each change of its sources, and restarts it. */
async function watch(name: string, source: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (!existsSync(source)) return;
  let running: Supervised | undefined;
  const options = { ...bundleOptions(), entryPoints: { [name]: source } };
  const restart = {
    name: 'restart',
    setup(build: { onEnd(callback: (result: { errors: unknown[] }) => Promise<void>): void }) {
      build.onEnd(async ({ errors }) => {
        if (errors.length > 0) return;
        if (running) await running.restart();
        else running = services.keepRunning({ name, args: ['--enable-source-maps', join('dist', `${name}.mjs`)], env });
      });
    },
  };
  const watching = await context({ ...options, plugins: [restart] });
  await watching.watch();
  services.afterwards(() => void watching.dispose());
}

await main(services, async () => {
  const config = readConfig(process.env);
  const { say } = services;
  const claimed = claimDataFolder(join(config.LATCHKEY_DATA_DIR, 'dev'), services);
  const dataDir = claimed.path;
  const secretKey = config.LATCHKEY_SECRET_KEY ?? readOrMakeSecretKey(dataDir);
  const databaseUrl = await openDatabase(config, dataDir, services);
  const host = config.HOST ?? '127.0.0.1';
  const taken: number[] = [];
  const port = await pickPort('the console', config.PORT, host, taken, say);
  const sandbox = {
    http: await pickPort('the sandbox', config.SANDBOX_PORT, '127.0.0.1', taken, say),
    smtp: await pickPort("the sandbox's mail server", config.SANDBOX_SMTP_PORT, '127.0.0.1', taken, say),
  };
  const origin = config.ORIGIN ?? `http://localhost:${port}`;
  const databaseDir = config.DATABASE_URL ? undefined : join(dataDir, 'postgres');
  const product = productEnvironment(config, databaseUrl, secretKey, { origin, port, host, databaseDir });
  const env: NodeJS.ProcessEnv = { ...demoEnvironment(product, sandbox, dataDir), NODE_ENV: 'development' };
  const signIns = await runScript('seed', firstStartEnvironment(env, config)).catch((error: Error) => {
    if (error instanceof StartRefused) throw error;
    return `Not seeded: ${error.message}`;
  });
  claimed.noteAddress(origin);
  await watch('sandbox', 'sandbox/main.ts', sandboxEnvironment(env));
  await watch('worker', 'lib/worker/main.ts', env);
  await watch('web', 'lib/web/main.ts', env);
  console.log(`\n  ${origin}   sandbox ${env.SANDBOX_URL}\n  DATABASE_URL=${databaseUrl}\n\n${signIns}`);
});
