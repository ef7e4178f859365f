import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listMigrationNames, migrationsFolder } from '../migration-files';

/**
 * An empty database, for tests of migrations; it goes with the run's server.
 * @param locale as CREATE DATABASE takes it; C by default, in which folders of earlier versions are
 * @returns its connection string
 */
export async function emptyDatabase(locale = "LOCALE_PROVIDER libc LOCALE 'C'"): Promise<string> {
  const server = process.env.LATCHKEY_TEST_SERVER ?? '';
  const response = await fetch(`${server}/empty?${new URLSearchParams({ locale })}`);
  const answer = await response.text();
  if (!response.ok) throw new Error(`No test database: ${answer}`);
  return answer;
}

/** A folder with the migrations that come before one, by its name. */
export async function migrationsBefore(migration: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-older-'));
  for (const name of (await listMigrationNames(migrationsFolder())).filter((one) => one < migration)) {
    await cp(join(migrationsFolder(), name), join(folder, name), { recursive: true });
  }
  return folder;
}
