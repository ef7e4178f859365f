import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';

let base: string;
let running: EmbeddedPostgres[] = [];

beforeEach(() => {
  base = join(mkdtempSync(join(tmpdir(), 'latchkey embedded ')), 'postgres');
});

afterEach(async () => {
  for (const server of running) await server.stop();
  running = [];
  rmSync(join(base, '..'), { recursive: true, force: true });
});

async function start(disposable = true): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(base, { disposable });
  running.push(server);
  return server;
}

let sharedServer: EmbeddedPostgres | undefined;
const sharedBase = mkdtempSync(join(tmpdir(), 'latchkey embedded '));

/** A server for tests that do nothing to it. */
async function shared(): Promise<EmbeddedPostgres> {
  sharedServer ??= await startEmbeddedPostgres(join(sharedBase, 'postgres'), { disposable: true });
  return sharedServer;
}

afterAll(async () => {
  await sharedServer?.stop();
  rmSync(sharedBase, { recursive: true, force: true });
});

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number(readFileSync(join(base, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

test('data and port survive a stop and a start, in a folder with a space in its name', async () => {
  const first = await start();
  await query(first, 'CREATE TABLE kept AS SELECT 1 AS id');
  await first.stop();
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
});

test('the server listens on loopback only, speaks UTF-8, and its password is readable by its owner alone', async () => {
  const server = await start();
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
  expect(await query(server, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect(await query(server, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  expect(statSync(join(base, 'password')).mode & 0o777).toBe(0o600);
  expect(statSync(join(base, 'superuser-password')).mode & 0o777).toBe(0o600);
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow(/password/);
});

test('a killed server is noticed, and comes back on the same address with what was acknowledged', async () => {
  const server = await start(false);
  await query(server, 'CREATE TABLE kept AS SELECT 2 AS id');
  const ended = new Promise<void>((resolve) => server.onExit(resolve));
  process.kill(postmasterPid(), 'SIGKILL');
  await ended;
  await server.restart();
  expect(await query(server, 'SELECT * FROM kept')).toEqual([{ id: 2 }]);
});

test('a server that outlived its parent is reused, watched and stopped like an own one', async () => {
  const orphan = await start();
  const adopted = await start();
  expect(adopted.url).toBe(orphan.url);
  const ended = new Promise<void>((resolve) => adopted.onExit(resolve));
  process.kill(postmasterPid(), 'SIGKILL');
  await ended;
  await adopted.restart();
  await adopted.stop();
  await expect(query(adopted, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('a pid file that names another living process does not keep the server from starting', async () => {
  await (await start()).stop();
  const lines = [process.pid, join(base, 'data'), 0, 1, '', '127.0.0.1', '', 'ready'];
  writeFileSync(join(base, 'data', 'postmaster.pid'), `${lines.join('\n')}\n`);
  expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a folder that lost its database is not silently replaced by an empty one', async () => {
  await (await start()).stop();
  rmSync(join(base, 'data', 'PG_VERSION'));
  await expect(start()).rejects.toThrow(/has files but no database/);
});

test.each([
  ["COPY (SELECT 1) TO PROGRAM 'true'"],
  ["COPY (SELECT 1) TO '/tmp/latchkey-out'"],
  ["SELECT pg_read_file('/etc/passwd')"],
  ["SELECT pg_ls_dir('/')"],
  ["SELECT lo_import('/etc/passwd')"],
  ["ALTER SYSTEM SET archive_command = 'true'"],
  ["CREATE FUNCTION run() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'getpid'"],
  ['CREATE ROLE another SUPERUSER'],
  ['SET ROLE postgres'],
  ['CREATE DATABASE another'],
])('the product’s role may not reach beyond its database: %s', async (sql) => {
  await expect(query(await shared(), sql)).rejects.toMatchObject({ code: '42501' });
});

test('upper and lower case are known of every script, and order is by code points', async () => {
  const sql = `SELECT lower('ÄRZTE Øst İSTANBUL ΠΑΥΛΟΣ') AS lower, ARRAY(SELECT unnest(ARRAY['a', 'B', 'ä']) AS x ORDER BY x) AS sorted`;
  expect(await query(await shared(), sql)).toEqual([
    { lower: 'ÄRZTE Øst İSTANBUL ΠΑΥΛΟΣ'.toLowerCase(), sorted: ['B', 'a', 'ä'] },
  ]);
});

test('the product’s role may do in its database what migrations do', async () => {
  const server = await shared();
  await query(server, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE EXTENSION citext');
  await query(server, 'CREATE SCHEMA apart; CREATE TABLE apart.things (id int); DROP SCHEMA apart CASCADE');
});

test.runIf(process.platform === 'linux')('PostgreSQL is started with none of our secrets', async () => {
  const secrets = {
    LATCHKEY_SECRET_KEY: 's3cret-key',
    LATCHKEY_ADMIN_PASSWORD: 's3cret-password',
    SMTP_URL: 's3cret-smtp',
  };
  const before = { ...process.env };
  Object.assign(process.env, secrets);
  try {
    await start();
  } finally {
    process.env = before;
  }
  const environment = readFileSync(`/proc/${postmasterPid()}/environ`, 'utf8');
  expect(environment).not.toContain('s3cret');
  const names = environment
    .split('\0')
    .filter((line) => /^[A-Za-z_]+=/.test(line))
    .map((line) => line.split('=')[0]);
  expect(new Set(['PATH', 'LC_ALL', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TEMP'])).toEqual(
    new Set([...names, 'PATH', 'LC_ALL', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TEMP']),
  );
});
