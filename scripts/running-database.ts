import { join, resolve } from 'node:path';
import type { Config } from '../lib/core/config';
import { addressOf } from './data-folder';
import { findEmbeddedPostgres } from './embedded-postgres';

/** What can run beside each other on one data folder: each has a folder of its own, and a database in it. */
export const installations = { product: '', demo: 'demo', dev: 'dev' } as const;
export type Installation = keyof typeof installations;

const starts: Record<Installation, string> = { product: 'npm start', demo: 'npm run demo', dev: 'npm run dev' };

/**
 * The database of what runs on this machine: DATABASE_URL, or the embedded one that product or demo keep running.
 * @param wanted which one, where several run; ignored with DATABASE_URL
 * @returns connection string, and where that is in words without the password
 * @throws Error that says what to start or to name, when there is none or more than one
 */
export function findRunningDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'LATCHKEY_DATA_DIR'>,
  wanted?: Installation,
): { url: string; where: string } {
  if (config.DATABASE_URL) return { url: config.DATABASE_URL, where: 'the database of DATABASE_URL' };
  const base = resolve(config.LATCHKEY_DATA_DIR);
  const candidates = wanted ? [wanted] : (Object.keys(installations) as Installation[]);
  const running = candidates.flatMap((name) => {
    const folder = join(base, installations[name]);
    const url = readAsOwner(folder, () => findEmbeddedPostgres(join(folder, 'postgres')));
    return url ? [{ name, url, where: inWords(name, folder) }] : [];
  });
  const [only, another] = running;
  if (!only) {
    const start = wanted ? starts[wanted] : `${starts.product} or ${starts.demo}`;
    throw new Error(
      `No database runs on ${join(base, wanted ? installations[wanted] : '')}. Start Latchkey (${start}) and leave it ` +
        'running meanwhile. Where it runs on a database or a data folder of your own, set DATABASE_URL or ' +
        'LATCHKEY_DATA_DIR here as well.',
    );
  }
  if (another) {
    const lines = running.map(({ name, where }) => `  --of ${name.padEnd(8)} ${where}`);
    throw new Error(`More than one Latchkey runs here. Say which one:\n${lines.join('\n')}`);
  }
  return only;
}

/** @throws Error that says so, where a folder belongs to somebody else */
export function readAsOwner<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Error(`${folder} belongs to another user. Run this as the user who runs Latchkey.`, { cause: error });
  }
}

/** An installation in words, with its address where it runs. */
export function inWords(name: Installation, folder: string): string {
  const address = addressOf(folder) ?? folder;
  return `${name === 'product' ? 'Latchkey' : `the ${name}`} at ${address}`;
}
