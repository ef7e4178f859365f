import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stopEmbeddedPostgres } from './embedded-postgres';
import { describeOwner, readOwner, tryLock } from './file-lock.mjs';
import type { Services } from './services';

/** Who runs on a data folder stands in this file, which is locked meanwhile. */
const lockName = 'latchkey.lock';

export interface DataFolder {
  path: string;
  /** Leaves the address where a second start and other commands find it. */
  noteAddress(origin: string): void;
}

/** Makes the data folder ours alone; a second start on it is told where the first one is. */
export function claimDataFolder(dataDir: string, services: Services): DataFolder {
  const path = resolve(dataDir);
  const { lock, owner } = tryLock(join(path, lockName));
  if (!lock) {
    const address = owner?.address ? `, at ${owner.address}` : '';
    throw new Error(
      `Latchkey already runs on ${path}, ${describeOwner(owner)}${address}.\n` +
        'Stop it first, or give this one its own folder with LATCHKEY_DATA_DIR.',
    );
  }
  lock.note();
  services.afterwards(() => lock.release());
  return { path, noteAddress: (address) => lock.note({ address }) };
}

/** Empties a data folder that is ours, after the end of a PostgreSQL that a killed start left on it. */
export async function wipe({ path }: DataFolder): Promise<void> {
  await stopEmbeddedPostgres(join(path, 'postgres'));
  for (const name of readdirSync(path)) {
    if (name !== lockName) rmSync(join(path, name), { recursive: true, force: true });
  }
}

/** Where people reach what runs on a data folder; undefined while it is not ready. */
export function addressOf(dataDir: string): string | undefined {
  return readOwner(join(dataDir, lockName))?.address;
}
