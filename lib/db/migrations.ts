import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { foldStoredNames } from './fold-stored-names';
import { appliedMigrationsSql, listMigrationNames, migrationsFolder } from './migration-files';

/** What SQL has no word for, by the migration that it completes: runs after its SQL, in its transaction. */
const afterSql: Readonly<Record<string, (client: pg.Client) => Promise<void>>> = {
  '0005_folded_names': foldStoredNames,
};

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Any number that nothing else locks; two processes that migrate at once wait for each other on it. */
const lockKey = 7_274_511_903;

/** As `server_version_num` counts. */
const oldestServer = 150_000;

/** Prisma's own table and format, so that its command line tool can take over where its engine is available. */
const createTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The migrations of this version of the product, oldest first. @param folder where `<name>/migration.sql` stand */
async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await listMigrationNames(folder);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings a database to this version: the product's tables and the queue's. Each migration is one transaction; two
 * calls at once are safe. Not Prisma's own engine, because its command line tool downloads it when it starts.
 * @returns names of the migrations that were applied now
 * @throws Error when an applied migration was edited afterwards, or is from a newer version of the product
 */
export async function migrate(
  databaseUrl: string,
  folder = migrationsFolder(),
  connectTimeoutMs = 10_000,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectTimeoutMs });
  // A server that ends between two statements is told by the next one; unheard, it would end the process.
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => {
    throw isTimeout(error) ? new Error(`No answer within ${connectTimeoutMs / 1_000} s.`, { cause: error }) : error;
  });
  try {
    await checkServer(client);
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query(createTable);
    const pending = findPending(migrations, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    await runMigrations({ connectionString: databaseUrl, logger: new Logger(() => () => {}) });
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** pg has no code for it. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout expired';
}

/** @throws Error when the product could not work on this server whatever is migrated */
async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; name: string; encoding: string }>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding`,
  );
  const [server] = rows;
  if (Number(server?.version) < oldestServer) {
    throw new Error(`It is a PostgreSQL ${server?.name}; Latchkey needs ${oldestServer / 10_000} or newer.`);
  }
  if (server?.encoding !== 'UTF8') {
    throw new Error(
      `It is encoded in ${server?.encoding}; Latchkey needs a database in UTF8 (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0).`,
    );
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(appliedMigrationsSql);
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function findPending(migrations: Migration[], applied: Map<string, string>): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name));
  const newer = [...applied.keys()].filter((name) => !known.has(name));
  if (newer.length > 0) {
    throw new Error(`The database is from a newer Latchkey (it has ${newer.join(', ')}). Start that version or newer.`);
  }
  const edited = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (edited) {
    throw new Error(`Migration ${edited.name} was edited after this database applied it. Put it back; add a new one.`);
  }
  return migrations.filter((migration) => !applied.has(migration.name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await afterSql[migration.name]?.(client);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${migration.name} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
