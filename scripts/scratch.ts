import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopEmbeddedPostgres } from './embedded-postgres';
import { tryLock } from './file-lock.mjs';

/** A folder that lasts as long as a run of tests. */
export interface Scratch {
  /** For a throw-away database server. */
  postgres: string;
  /** For temporary files. */
  files: string;
  remove(): void;
}

const prefix = 'latchkey-scratch-';
const inMemory = '/dev/shm';
// As they were when the process began: a run of tests puts its own in their place.
const places = [tmpdir(), inMemory].filter((place) => existsSync(place));

const gigabyte = 2 ** 30;
/** A run of all tests writes about two of them; the rest is for whatever else uses the memory. */
const roomInMemory = 8 * gigabyte;

/** In memory where there is plenty of it: a hundred databases are made several times as fast there as on a disk. */
function quickestPlace(): string {
  if (!places.includes(inMemory)) return tmpdir();
  const { bavail, bsize } = statfsSync(inMemory);
  return Math.min(bavail * bsize, freemem()) > roomInMemory ? inMemory : tmpdir();
}

/** A folder for this run; what killed runs left behind, a running server included, is cleared first. */
export async function makeScratch(): Promise<Scratch> {
  for (const place of places) await clearOrphans(place);
  const folder = mkdtempSync(join(quickestPlace(), prefix));
  tryLock(join(folder, 'owner.lock'));
  const files = join(folder, 'files');
  mkdirSync(files);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  return { postgres: join(folder, 'postgres'), files, remove };
}

async function clearOrphans(place: string): Promise<void> {
  for (const name of readdirSync(place).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(place, name);
    try {
      const { lock } = tryLock(join(folder, 'owner.lock'));
      if (!lock) continue;
      await stopEmbeddedPostgres(join(folder, 'postgres'));
      rmSync(folder, { recursive: true, force: true });
      lock.release();
    } catch {
      // Another user's: not ours to clear.
    }
  }
}
