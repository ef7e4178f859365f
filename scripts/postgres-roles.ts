import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type pg from 'pg';
import { connectionString, letsIn, productName, superuser, withClient } from './postgres-connection';
import type { PostgresFolder } from './postgres-folder';

/** Makes a password that only the folder's owner can read, where there is none yet. */
export function readOrMakePassword(path: string): string {
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  }
  return readFileSync(path, 'utf8').trim();
}

/**
 * Brings a running server to where the product can work on it: a role of its own that is no superuser, so that no
 * statement of the product can read files or run programs, and a database that belongs to it.
 * @returns connection strings of the product's database for the product's role, and for the superuser
 */
export async function prepareRoles(
  folder: PostgresFolder,
  port: number,
): Promise<{ url: string; superuserUrl: string }> {
  const password = readOrMakePassword(folder.password);
  const to = { port, database: 'postgres' };
  const product = { ...to, role: productName, password };
  const all = { ...to, role: superuser, password: readOrMakePassword(folder.superuserPassword) };
  if (!(await letsIn(connectionString(all)))) await takeSuperuserAway(product, all.password);
  await withClient(connectionString(all), async (client) => {
    await ensureRole(client, password);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [productName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${productName} OWNER ${productName}`);
  });
  const database = productName;
  return { url: connectionString({ ...product, database }), superuserUrl: connectionString({ ...all, database }) };
}

async function ensureRole(client: pg.Client, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [productName]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${productName} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
     PASSWORD ${client.escapeLiteral(password)}`,
  );
}

/**
 * Changes over a folder of an earlier version, whose only role was the product's and initdb's at once: that one gets
 * the superuser's name and password, and everything it owned in the product's database goes to a new role. One
 * transaction: whoever is killed in the middle begins again.
 */
async function takeSuperuserAway(
  product: { port: number; role: string; password: string },
  superuserPassword: string,
): Promise<void> {
  const exists = await withClient(connectionString({ ...product, database: 'postgres' }), async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [productName]);
    return rowCount === 1;
  });
  const database = exists ? productName : 'postgres';
  await withClient(connectionString({ ...product, database }), async (client) => {
    await client.query('BEGIN');
    // A session cannot rename its own role, so another one does it.
    await client.query('CREATE ROLE latchkey_changeover SUPERUSER');
    await client.query('SET LOCAL SESSION AUTHORIZATION latchkey_changeover');
    await client.query(`ALTER ROLE ${productName} RENAME TO ${superuser}`);
    await client.query(`ALTER ROLE ${superuser} PASSWORD ${client.escapeLiteral(superuserPassword)}`);
    await ensureRole(client, product.password);
    if (exists) {
      await client.query(`ALTER DATABASE ${productName} OWNER TO ${productName}`);
      await client.query(handOver);
    }
    await client.query('RESET SESSION AUTHORIZATION');
    await client.query('DROP ROLE latchkey_changeover');
    await client.query('COMMIT');
  });
}

/**
 * REASSIGN OWNED refuses what initdb's role owns, the system being among it. What belongs to an extension stays with it;
 * sequences of columns and rows' types follow their tables.
 */
const handOver = `
DO $$
DECLARE statement text;
BEGIN
  FOR statement IN
    WITH mine AS (
      SELECT oid FROM pg_namespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    ), of_others AS (
      SELECT classid, objid FROM pg_depend WHERE deptype = 'e' OR (deptype IN ('a', 'i')
        AND refclassid = 'pg_class'::regclass AND objid IN (SELECT oid FROM pg_class WHERE relkind = 'S'))
    )
    SELECT format('ALTER SCHEMA %I OWNER TO ${productName}', nspname) FROM pg_namespace
    WHERE nspowner = 10 AND oid IN (SELECT oid FROM mine)
    UNION ALL
    SELECT format('ALTER %s %s OWNER TO ${productName}', CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
        WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, oid::regclass)
    FROM pg_class
    WHERE relowner = 10 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relnamespace IN (SELECT oid FROM mine)
      AND ('pg_class'::regclass, oid) NOT IN (SELECT classid, objid FROM of_others)
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO ${productName}', oid::regprocedure) FROM pg_proc
    WHERE proowner = 10 AND pronamespace IN (SELECT oid FROM mine)
      AND ('pg_proc'::regclass, oid) NOT IN (SELECT classid, objid FROM of_others)
    UNION ALL
    SELECT format('ALTER TYPE %s OWNER TO ${productName}', t.oid::regtype) FROM pg_type t
    WHERE typowner = 10 AND typnamespace IN (SELECT oid FROM mine)
      AND (typtype IN ('e', 'd', 'r') OR EXISTS (SELECT FROM pg_class WHERE oid = t.typrelid AND relkind = 'c'))
      AND ('pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM of_others)
  LOOP
    EXECUTE statement;
  END LOOP;
END $$`;
