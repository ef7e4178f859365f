import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../lib/core/config';
import { addressOf, claimDataFolder } from './data-folder';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { type Installation, installations, inWords, readAsOwner } from './running-database';
import type { Services } from './services';

export interface MachineDatabase {
  url: string;
  /** Where that is, in words without the password. */
  where: string;
  /** The address that people's browsers use, as far as it is known here. */
  origin: string;
  isDemo: boolean;
}

/**
 * The database of the installation on this machine, whether it runs or not: DATABASE_URL, or the embedded one, which is
 * started for the time of a command where nothing keeps it running. It is not migrated.
 * @param wanted which one, where there are several; ignored with DATABASE_URL
 * @throws Error that says what to name, when there is none or more than one
 */
export async function openMachineDatabase(
  config: Config,
  wanted: Installation | undefined,
  services: Services,
): Promise<MachineDatabase> {
  const typed = config.ORIGIN ?? `http://localhost:${config.PORT}`;
  if (config.DATABASE_URL) {
    return { url: config.DATABASE_URL, where: 'the database of DATABASE_URL', origin: typed, isDemo: false };
  }
  const { name, folder } = findInstallation(config, wanted);
  const origin = config.ORIGIN ?? addressOf(folder) ?? typed;
  const found = { where: inWords(name, folder), origin, isDemo: name === 'demo' };
  const postgres = join(folder, 'postgres');
  const running = readAsOwner(folder, () => findEmbeddedPostgres(postgres));
  if (running) return { url: running, ...found };
  claimDataFolder(folder, services);
  services.say('Latchkey does not run: starting its database for this command …');
  const database = await startEmbeddedPostgres(postgres);
  services.keepDatabase(database);
  return { url: database.url, ...found };
}

function findInstallation(config: Pick<Config, 'LATCHKEY_DATA_DIR'>, wanted: Installation | undefined) {
  const base = resolve(config.LATCHKEY_DATA_DIR);
  const names = wanted ? [wanted] : (Object.keys(installations) as Installation[]);
  const found = names
    .map((name) => ({ name, folder: join(base, installations[name]) }))
    .filter(({ folder }) => existsSync(join(folder, 'postgres')));
  const [only, another] = found;
  if (!only) {
    throw new Error(
      `There is no database in ${join(base, wanted ? installations[wanted] : '')}. Where Latchkey runs on a database or a ` +
        'data folder of your own, set DATABASE_URL or LATCHKEY_DATA_DIR here as well.',
    );
  }
  if (another) {
    const lines = found.map(({ name, folder }) => `  --of ${name.padEnd(8)} ${inWords(name, folder)}`);
    throw new Error(`There is more than one Latchkey here. Say which one:\n${lines.join('\n')}`);
  }
  return only;
}

/** @throws Error when the database does not answer, is empty or of another version; loads the client, after DATABASE_URL is set */
export async function assertCurrent(where: string): Promise<void> {
  const { listPendingMigrations } = await import('../lib/db/pending-migrations');
  const pending = await listPendingMigrations().catch((error: unknown) => {
    throw new Error(`Latchkey's database does not answer, or is empty (${where}). Is Latchkey running?`, {
      cause: error,
    });
  });
  if (pending.length === 0) return;
  throw new Error(`The database is older than this version (${where}). Start Latchkey, or npm run migrate, first.`);
}
