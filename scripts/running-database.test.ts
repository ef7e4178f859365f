import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimDataFolder } from './data-folder';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { findRunningDatabase } from './running-database';
import { Services } from './services';

const base = mkdtempSync(join(tmpdir(), 'latchkey running '));
let server: EmbeddedPostgres;
const running: EmbeddedPostgres[] = [];

beforeAll(async () => {
  mkdirSync(join(base, 'demo'));
  server = await startEmbeddedPostgres(join(base, 'demo', 'postgres'), { disposable: true });
  running.push(server);
});
afterAll(async () => {
  for (const one of running) await one.stop();
  rmSync(base, { recursive: true, force: true });
});

const find = (of?: 'product' | 'demo' | 'dev') => findRunningDatabase({ LATCHKEY_DATA_DIR: base }, of);

test('the embedded database of a running demo is found, can be connected to, and is told without its password', async () => {
  claimDataFolder(join(base, 'demo'), new Services(() => {})).noteAddress('http://localhost:3400');
  const { url, where } = find();
  expect(url).toBe(server.url);
  expect(where).toBe('the demo at http://localhost:3400');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.end();
});

test('a data folder that is the demo’s own is one too', () => {
  expect(findRunningDatabase({ LATCHKEY_DATA_DIR: join(base, 'demo') }).url).toBe(server.url);
});

test('where the wanted one does not run, it says how to start that one', () => {
  expect(() => find('product')).toThrow(/No database runs on .*\(npm start\)/);
  expect(() => find('dev')).toThrow(/npm run dev/);
});

test('where two run, it asks which one instead of choosing', async () => {
  const other = await startEmbeddedPostgres(join(base, 'postgres'), { disposable: true });
  running.push(other);
  expect(() => find()).toThrow(/More than one.*\n {2}--of product .*\n {2}--of demo .*http:\/\/localhost:3400/);
  expect(find('product').url).toBe(other.url);
  expect(find('demo').url).toBe(server.url);
  await other.stop();
  expect(find().url).toBe(server.url);
});

test('DATABASE_URL goes before everything, and its password is not told', () => {
  const url = 'postgresql://somebody:secret@db.example.com/latchkey';
  const found = findRunningDatabase({ DATABASE_URL: url, LATCHKEY_DATA_DIR: base });
  expect(found).toEqual({ url, where: 'the database of DATABASE_URL' });
});

test('the remains of a server that is gone are not taken for one', () => {
  const folder = join(base, 'dev', 'postgres');
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'password'), 'x');
  // Process 1 lives, and is no PostgreSQL of that folder.
  writeFileSync(join(folder, 'data', 'postmaster.pid'), '1\n\n\n5432\n');
  expect(() => find('dev')).toThrow(/No database runs/);
});
