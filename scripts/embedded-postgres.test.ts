import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
