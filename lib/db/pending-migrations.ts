import { db } from './client';
import { appliedMigrationsSql, listMigrationNames, migrationsFolder } from './migration-files';

/** Migrations that the database still lacks; for readiness. @throws when it cannot be reached, or has none at all */
export async function listPendingMigrations(): Promise<string[]> {
  const rows = await db.$queryRawUnsafe<{ migration_name: string }[]>(appliedMigrationsSql);
  const applied = new Set(rows.map((row) => row.migration_name));
  return (await listMigrationNames(migrationsFolder())).filter((name) => !applied.has(name));
}
