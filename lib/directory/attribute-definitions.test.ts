import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { migrationsFolder } from '@/lib/db/migration-files';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';
import { listCustomAttributes } from './attribute-definitions';

const migration = '0020_attribute_definitions';

const person = (username: string, customAttributes: Record<string, string | number | boolean>) =>
  db.user.create({
    data: {
      ...{ username, email: `${username}@acme.example`, firstname: 'A', lastname: 'B', displayName: 'A B' },
      customAttributes,
    },
  });

test('an attribute is defined by its first use, once, and stays when nobody has a value any more', async () => {
  const { id } = await person('one', { shift: 'late', desk: 12, remote: true });
  await Promise.all(Array.from({ length: 5 }, (_, index) => person(`more.${index}`, { badge: 'x', shift: 'early' })));
  await db.user.update({ where: { id }, data: { customAttributes: { floor: 3 } } });
  await db.user.deleteMany();
  expect(await listCustomAttributes()).toEqual(['badge', 'desk', 'floor', 'remote', 'shift']);
  const types = await db.attributeDefinition.findMany({ orderBy: { key: 'asc' }, select: { type: true } });
  expect(types.map((row) => row.type)).toEqual(['string', 'number', 'number', 'boolean', 'string']);
});

test('a change that is rolled back defines nothing', async () => {
  const failing = db.$transaction(async (tx) => {
    await tx.user.create({
      data: {
        ...{ username: 'gone', email: 'gone@acme.example', firstname: 'A', lastname: 'B', displayName: 'A B' },
        customAttributes: { never: 'x' },
      },
    });
    throw new Error('after all');
  });
  await expect(failing).rejects.toThrow('after all');
  expect(await listCustomAttributes()).not.toContain('never');
});

test('what people have before the table is there is defined by its migration, of the kind that most values have', async () => {
  const url = await emptyDatabase();
  const folder = await migrationsBefore(migration);
  await migrate(url, folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const [name, attributes] of [
    ['a', { shift: 'late', desk: 1 }],
    ['b', { desk: 2 }],
    ['c', { desk: 'none' }],
    ['d', {}],
  ] as const) {
    await client.query(
      `INSERT INTO users (id, username, username_folded, email, email_folded, firstname, lastname, display_name, updated_at,
         custom_attributes)
       VALUES (gen_random_uuid(), $1, $1, $1 || '@x', $1 || '@x', 'A', 'A', 'A', now(), $2)`,
      [name, attributes],
    );
  }
  await cp(join(migrationsFolder(), migration), join(folder, migration), { recursive: true });
  await migrate(url, folder);
  const { rows } = await client.query('SELECT key, type FROM attribute_definitions ORDER BY key');
  await client.end();
  await rm(folder, { recursive: true });
  expect(rows).toEqual([
    { key: 'desk', type: 'number' },
    { key: 'shift', type: 'string' },
  ]);
});
