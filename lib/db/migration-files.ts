import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Migrations count once they ended, unless somebody marked them as rolled back. */
export const appliedMigrationsSql = `SELECT migration_name, checksum FROM _prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;

/** The names of this version's migrations, oldest first. */
export async function listMigrationNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export function migrationsFolder(): string {
  return join(process.cwd(), 'prisma', 'migrations');
}
