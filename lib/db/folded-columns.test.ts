import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications');
});
afterAll(() => db.$disconnect());

const names = { firstname: 'Ana', lastname: 'Martinez', displayName: 'Ana Martinez' };
const stored = () =>
  db.$queryRaw<{ username: string; email: string }[]>`
    SELECT username_folded AS username, email_folded AS email FROM users ORDER BY username_folded COLLATE "C"`;

test('the folded form is written along with the name, whatever way it is written', async () => {
  const { id } = await db.user.create({ data: { username: 'ÄRZTE', email: 'Ä@acme.example', ...names } });
  await db.user.createMany({ data: [{ username: 'ＢＥＮ', email: 'Ben@acme.example', ...names }] });
  await db.user.createManyAndReturn({ data: [{ username: 'Straße', email: 'S@acme.example', ...names }] });
  expect(await stored()).toEqual([
    { username: 'ben', email: 'ben@acme.example' },
    { username: 'strasse', email: 's@acme.example' },
    { username: 'ärzte', email: 'ä@acme.example' },
  ]);
  await db.user.update({ where: { id }, data: { username: { set: 'Ana' }, jobTitle: 'x' } });
  await db.user.updateMany({ where: { username: 'ＢＥＮ' }, data: { email: 'B@acme.example' } });
  await db.user.updateManyAndReturn({ where: { username: 'Straße' }, data: { username: 'ZOE' } });
  await db.user.upsert({
    where: { id },
    create: { username: '', email: '', ...names },
    update: { email: 'A@x.example' },
  });
  expect(await stored()).toEqual([
    { username: 'ana', email: 'a@x.example' },
    { username: 'ben', email: 'b@acme.example' },
    { username: 'zoe', email: 's@acme.example' },
  ]);
  await db.$transaction((tx) => tx.user.update({ where: { id }, data: { username: 'Äna' } }));
  expect((await stored()).map((row) => row.username)).toEqual(['ben', 'zoe', 'äna']);
});

test('a person or group that is written past the client, without the folded form, is refused', async () => {
  const person = db.$executeRaw`INSERT INTO users (id, username, email, firstname, lastname, display_name)
    VALUES (gen_random_uuid(), 'ana', 'ana@acme.example', '', '', '')`;
  await expect(person).rejects.toThrow(/users_names_are_folded/);
  const group = db.$executeRaw`INSERT INTO groups (id, name) VALUES (gen_random_uuid(), 'Sales')`;
  await expect(group).rejects.toThrow(/groups_name_is_folded/);
});

test('no SQL of the product changes a name without its folded form', () => {
  const sources = ['app', 'lib', 'prisma', 'scripts', 'bench', 'sandbox'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/generated|\.test\./.test(path))
      .map((path) => join(folder, path)),
  );
  expect(sources.length).toBeGreaterThan(300);
  const statement = /\b(?:UPDATE|INSERT INTO)\s+(?:ONLY\s+)?"?(users|groups|application_users)"?\b[^`;]*/g;
  const found = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(statement)].map(([sql]) => ({ path, sql })),
  );
  // A search that finds nothing would be content with anything.
  expect(found.length).toBeGreaterThan(0);
  const writes = /\b(username|email|name|application_username)\b\s*(=[^=]|[,)])/;
  const writing = found.filter(
    ({ sql }) => writes.test(sql.replace(/\bWHERE\b[\s\S]*/, '')) && !/\bapplication_username_folded\s*=/.test(sql),
  );
  // The benchmark fills databases of its own, with generated names.
  expect(writing.filter(({ path }) => !path.startsWith('bench'))).toEqual([]);
});
