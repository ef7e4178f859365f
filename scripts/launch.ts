import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../lib/core/config';
import { migrate } from '../lib/db/migrations';
import { startEmbeddedPostgres } from './embedded-postgres';
import { firstFreePort, isPortFree } from './ports';
import type { Services } from './services';
import { runOnce } from './supervisor';

/** The database of the configuration, or the embedded one kept running; migrated. @returns connection string */
export async function openDatabase(config: Config, dataDir: string, services: Services): Promise<string> {
  let url = config.DATABASE_URL;
  if (!url) {
    services.say('Starting the embedded PostgreSQL …');
    const database = await startEmbeddedPostgres(join(dataDir, 'postgres'));
    services.keepDatabase(database);
    url = database.url;
  }
  const applied = await migrate(url).catch((error: unknown) => {
    const where = config.DATABASE_URL ? ' (DATABASE_URL)' : '';
    throw new Error(`The database${where} could not be brought up to date: ${reasonOf(error)}`, { cause: error });
  });
  if (applied.length > 0) services.say(`Applied ${applied.length} migrations, up to ${applied.at(-1)}.`);
  return url;
}

function reasonOf(error: unknown): string {
  // A refused connection to "localhost" is an AggregateError, which has no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The address that a listener on `host` is reached at from here. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** A port for a demo: the wanted one, or the next free one, said aloud. */
export async function pickPort(
  purpose: string,
  wanted: number,
  host: string,
  taken: number[],
  say: (line: string) => void,
): Promise<number> {
  const port = await firstFreePort(wanted, host, taken);
  if (port !== wanted) say(`Port ${wanted} is taken; ${purpose} uses ${port}.`);
  taken.push(port);
  return port;
}

/** @throws Error naming the port, when somebody else listens there: production does not move by itself */
export async function requirePort(port: number, host: string): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw new Error(`Port ${port} on ${host} is taken by another program. Stop that one, or set PORT to a free port.`);
}

/** Runs a short script of the product with the product's environment. @returns what it printed */
export async function runScript(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const script = join('dist', `${name}.mjs`);
  return existsSync(script) ? runOnce({ name, args: [script], env }) : '';
}

/** Runs a command's work; a refusal is one message and exit code 1, after everything has ended. */
export async function main(services: Services, work: () => Promise<void>): Promise<void> {
  services.endOnSignals();
  try {
    await work();
  } catch (error) {
    await services.stop();
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
