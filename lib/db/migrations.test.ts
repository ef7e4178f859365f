import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';

let folder: string;
const url = process.env.DATABASE_URL ?? '';

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-migrations-'));
  await db.$executeRaw`TRUNCATE _prisma_migrations`;
  await addMigration('0001_first', 'CREATE TABLE first (id int); INSERT INTO first VALUES (1);');
});

afterAll(async () => {
  await db.$disconnect();
  await rm(folder, { recursive: true });
});

test('two starts at once apply each migration exactly once', async () => {
  const applied = await Promise.all([migrate(url, folder), migrate(url, folder), migrate(url, folder)]);
  expect(applied.flat()).toEqual(['0001_first']);
  expect(await db.$queryRaw`SELECT * FROM first`).toEqual([{ id: 1 }]);
});

test('a migration that fails half-way leaves nothing behind, and is applied once it is mended', async () => {
  await addMigration('0002_second', 'CREATE TABLE second (id int); SELECT no_such_function();');
  await expect(migrate(url, folder)).rejects.toThrow(/0002_second failed: .*no_such_function/);
  await addMigration('0002_second', 'CREATE TABLE second (id int);');
  expect(await migrate(url, folder)).toEqual(['0002_second']);
});

test('an applied migration that was edited afterwards is refused', async () => {
  await addMigration('0001_first', 'CREATE TABLE first (id bigint);');
  await expect(migrate(url, folder)).rejects.toThrow(/0001_first was edited/);
  await addMigration('0001_first', 'CREATE TABLE first (id int); INSERT INTO first VALUES (1);');
});

test('a database of a newer version is refused', async () => {
  await rm(join(folder, '0002_second'), { recursive: true });
  await expect(migrate(url, folder)).rejects.toThrow(/newer Latchkey \(it has 0002_second\)/);
});

test('a server that takes a connection and never answers is given up', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const address = Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
  await expect(migrate(address, folder, 200)).rejects.toThrow('No answer within 0.2 s');
  silent.close();
});
