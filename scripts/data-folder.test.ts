import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { addressOf, claimDataFolder, wipe } from './data-folder';
import { startEmbeddedPostgres } from './embedded-postgres';
import { Services } from './services';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'latchkey data '));
}

const silent = () => new Services(() => {});

test('a second start on a data folder is refused and told the address; after the first has ended it may', async () => {
  const dataDir = folder();
  const first = silent();
  claimDataFolder(dataDir, first).noteAddress('http://localhost:3000');
  expect(addressOf(dataDir)).toBe('http://localhost:3000');
  expect(() => claimDataFolder(dataDir, silent())).toThrow(/already runs on .*, at http:\/\/localhost:3000/);
  await first.stop();
  claimDataFolder(dataDir, silent());
  // What runs now is not ready: the address is that of the one before.
  expect(addressOf(dataDir)).toBeUndefined();
});

test('beginning again removes the data and keeps the lock', async () => {
  const dataDir = folder();
  const claimed = claimDataFolder(dataDir, silent());
  writeFileSync(join(dataDir, 'secret.key'), 'x');
  await wipe(claimed);
  expect(() => statSync(join(dataDir, 'secret.key'))).toThrow();
  expect(() => claimDataFolder(dataDir, silent())).toThrow(/already runs/);
});

test('beginning again ends a PostgreSQL that a killed start left, before its files go', async () => {
  const dataDir = folder();
  const claimed = claimDataFolder(dataDir, silent());
  const { url } = await startEmbeddedPostgres(join(dataDir, 'postgres'), { disposable: true });
  await wipe(claimed);
  expect(readdirSync(dataDir)).toEqual(['latchkey.lock']);
  await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(/ECONNREFUSED/);
  rmSync(dataDir, { recursive: true });
});
