import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../lib/core/config';
import { explain } from '../lib/core/explain';
import { startEmbeddedPostgres } from './embedded-postgres';
import { firstFreePort, listenProblem } from './ports';
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
  const name = config.DATABASE_URL ? 'The database of DATABASE_URL' : 'The embedded database';
  const args = [join('dist', 'apply-migrations.mjs'), name];
  const applied: string[] = JSON.parse(
    await runOnce({ name: 'migrating', args, env: { ...process.env, DATABASE_URL: url } }),
  );
  if (applied.length > 0) services.say(`Applied ${applied.length} migrations, up to ${applied.at(-1)}.`);
  return url;
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

/**
 * Waits a moment for a port that a killed start's processes may be leaving.
 * @throws Error that says what is in the way, when it cannot be listened on: production does not move by itself
 */
export async function requirePort(port: number, host: string, patienceMs = 5_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let problem = await listenProblem(port, host);
  while (problem === 'EADDRINUSE' && Date.now() < deadline) {
    await sleep(250);
    problem = await listenProblem(port, host);
  }
  if (problem === undefined) return;
  const known: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program. Stop that one, or set PORT to a free port.`,
    EACCES: `Port ${port} may not be listened on by this user (below 1024 that is for root). Set PORT to another one, with a proxy in front.`,
    EADDRNOTAVAIL: `HOST is ${host}, which is no address of this machine. Set it to one, or to 0.0.0.0 for all of them.`,
    ENOTFOUND: `HOST is ${host}, which is no address of this machine. Set it to one, or to 0.0.0.0 for all of them.`,
  };
  throw new Error(known[problem] ?? `Port ${port} on ${host} cannot be listened on (${problem}).`);
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
    console.error(explain(error));
    process.exit(1);
  }
}
