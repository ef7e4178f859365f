import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '@/lib/db/migrations';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { withClient, withDatabase } from './postgres-connection';

let base: string;
let server: EmbeddedPostgres | undefined;

beforeEach(() => {
  base = join(mkdtempSync(join(tmpdir(), 'latchkey roles ')), 'postgres');
});
afterEach(async () => {
  await server?.stop();
  rmSync(join(base, '..'), { recursive: true, force: true });
});

const superuserPassword = () => join(base, 'superuser-password');

/**
 * Makes a folder as earlier versions did, whose one role, initdb's, was the product's as well and owned everything.
 * @param fill runs as that role, in the product's database
 */
async function makeEarlierFolder(fill: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const made = await startEmbeddedPostgres(base, { disposable: true });
  const password = readFileSync(join(base, 'password'), 'utf8');
  await migrate(made.superuserUrl);
  await withClient(made.superuserUrl, fill);
  await withClient(withDatabase(made.superuserUrl, 'postgres'), async (client) => {
    await client.query('CREATE ROLE helper SUPERUSER; SET SESSION AUTHORIZATION helper');
    await client.query('ALTER DATABASE latchkey OWNER TO postgres; DROP ROLE latchkey');
    await client.query(`ALTER ROLE postgres RENAME TO latchkey; ALTER ROLE latchkey PASSWORD '${password}'`);
    await client.query('RESET SESSION AUTHORIZATION; DROP ROLE helper');
  });
  await made.stop();
  rmSync(superuserPassword());
}

/** What initdb's role owns in a database beside the system, and beside what belongs to extensions. */
const leftToTheSuperuser = `
  SELECT s.classid::regclass::text AS kind, s.objid FROM pg_shdepend s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.refobjid = 10 AND s.deptype = 'o'
  UNION ALL
  SELECT 'pg_class ' || relname, oid FROM pg_class WHERE relowner = 10 AND oid >= 16384 AND relkind <> 'i' AND relnamespace::regnamespace::text NOT LIKE 'pg_toast%'
  UNION ALL
  SELECT 'pg_type ' || typname, oid FROM pg_type WHERE typowner = 10 AND oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = pg_type.oid AND deptype = 'e')
  UNION ALL
  SELECT 'pg_proc', oid FROM pg_proc WHERE proowner = 10 AND oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
  UNION ALL
  SELECT 'pg_namespace', oid FROM pg_namespace WHERE nspowner = 10 AND oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_'
  UNION ALL
  SELECT 'pg_database', oid FROM pg_database WHERE datdba = 10 AND datname = current_database()`;

/** The extension is there already, with its operators, since the lists are searched by it. */
const everyKind = `
  CREATE TABLE kept (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, name text);
  CREATE INDEX ON kept USING gin (name gin_trgm_ops);
  INSERT INTO kept (name) VALUES ('Ana'), ('Ben');
  CREATE SEQUENCE alone;
  CREATE VIEW seen AS SELECT name FROM kept;
  CREATE MATERIALIZED VIEW stored AS SELECT name FROM kept;
  CREATE TYPE mood AS ENUM ('fine');
  CREATE TYPE pair AS (a int, b int);
  CREATE DOMAIN short AS text CHECK (length(value) < 10);
  CREATE TYPE span AS RANGE (subtype = int);
  CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
  CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
  CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
  CREATE SCHEMA "Apart"; CREATE TABLE "Apart"."A table" (id int);
  CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9)`;

test('a folder whose product was superuser is changed over at its next start, and everything in it goes on', async () => {
  await makeEarlierFolder((client) => client.query(everyKind));
  server = await startEmbeddedPostgres(base, { disposable: true });
  await withClient(server.superuserUrl, async (client) => {
    expect((await client.query(leftToTheSuperuser)).rows).toEqual([]);
  });
  await withClient(server.url, async (client) => {
    const { rows } = await client.query(`SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user`);
    expect(rows).toEqual([{ rolname: 'latchkey', rolsuper: false }]);
    expect((await client.query('SELECT name FROM seen ORDER BY name')).rows).toEqual([
      { name: 'Ana' },
      { name: 'Ben' },
    ]);
    await client.query(`ALTER TABLE kept ADD more text; INSERT INTO kept (name) VALUES ('Cleo'); DROP TYPE mood`);
    await client.query(`SELECT graphile_worker.add_job('housekeeping')`);
    await client.query('REFRESH MATERIALIZED VIEW stored; DROP TABLE "Apart"."A table"; DROP FUNCTION twice');
  });
  expect(await migrate(server.url)).toEqual([]);
});

test('a start that was killed before it changed a folder over leaves one that the next start changes over', async () => {
  await makeEarlierFolder((client) => client.query('CREATE TABLE kept (id int)'));
  writeFileSync(superuserPassword(), 'made before the kill', { mode: 0o600 });
  server = await startEmbeddedPostgres(base, { disposable: true });
  await withClient(server.url, (client) => client.query('ALTER TABLE kept ADD more text'));
});
