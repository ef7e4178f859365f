import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';

afterAll(() => db.$disconnect());

const person = (username: string, email: string, more = '') =>
  `('${username}', '${email}', '', '', '' ${more ? `, ${more}` : ''})`;

describe('a directory from before names were folded', () => {
  test('is migrated as it is: of two people of one name the earlier one keeps it, the later one is told apart', async () => {
    const database = await emptyDatabase();
    const folder = await migrationsBefore('0005');
    await migrate(database, folder);
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    const insert = (values: string[]) =>
      client.query(`INSERT INTO users (id, username, email, firstname, lastname, display_name, created_at, deleted_at)
        SELECT gen_random_uuid(), u, e, f, l, d, now() - n * interval '1 day', deleted FROM (VALUES ${values.join(',')}) AS v(u, e, f, l, d, n, deleted)`);
    await insert([
      person('Ärzte', 'first@acme.example', '9, NULL::timestamptz'),
      person('ärzte', 'second@acme.example', '8, NULL'),
      person('ＡＮＡ', 'wide@acme.example', '7, NULL'),
      person('ana', 'ana@acme.example', '6, NULL'),
      person('ben@acme.example', 'b1@acme.example', '5, NULL'),
      person('ben', 'ben@acme.example', '4, NULL'),
      person('own@acme.example', 'own@acme.example', '3, NULL'),
      person('\u200b', 'blank@acme.example', '2, NULL'),
      person('gone', 'gone@acme.example', '1, now()'),
    ]);
    await client.query(`INSERT INTO groups (id, name, created_at) VALUES
      (gen_random_uuid(), 'Größe', now() - interval '1 day'), (gen_random_uuid(), 'GRÖSSE', now())`);
    // Two starts at once.
    const applied = await Promise.all([migrate(database), migrate(database)]);
    expect(applied.flat().filter((name) => /^000[56]/.test(name))).toEqual(['0005_folded_names', '0006_one_name']);

    const { rows: contested } = await client.query(`SELECT u.username, t.name FROM taken_names t
      JOIN users u ON u.id = t.user_id WHERE t.contested ORDER BY u.created_at`);
    expect(contested).toEqual([
      { username: 'ärzte', name: 'ärzte' },
      { username: 'ana', name: 'ana' },
      { username: 'ben', name: 'ben@acme.example' },
    ]);
    const { rows: owners } = await client.query(`SELECT t.name, u.username FROM taken_names t
      JOIN users u ON u.id = t.user_id WHERE NOT t.contested AND t.name IN ('ärzte', 'ana', 'ben@acme.example', 'gone') ORDER BY t.name`);
    expect(owners).toEqual([
      { name: 'ana', username: 'ＡＮＡ' },
      { name: 'ben@acme.example', username: 'ben@acme.example' },
      { name: 'ärzte', username: 'Ärzte' },
    ]);
    const { rows: groups } = await client.query(
      'SELECT name, name_folded, name_contested FROM groups ORDER BY created_at',
    );
    expect(groups).toEqual([
      { name: 'Größe', name_folded: 'grösse', name_contested: false },
      { name: 'GRÖSSE', name_folded: 'grösse', name_contested: true },
    ]);

    // Whoever waits for a name gets it when it is given up, by renaming as by deleting.
    await client.query(`UPDATE users SET username = 'aerzte', username_folded = 'aerzte' WHERE username = 'Ärzte'`);
    await client.query(`DELETE FROM users WHERE username = 'ＡＮＡ'`);
    await client.query(`UPDATE groups SET deleted_at = now() WHERE name = 'Größe'`);
    const { rows: left } = await client.query(`SELECT name FROM taken_names WHERE contested
      UNION ALL SELECT name FROM groups WHERE name_contested`);
    expect(left).toEqual([{ name: 'ben@acme.example' }]);
    await client.end();
    await rm(folder, { recursive: true });
  });
});

describe.each(['', `LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'`])(
  'in a database with the locale %j',
  (locale) => {
    test('the database itself holds that a name is one person, whoever writes at the same moment', async () => {
      const database = await emptyDatabase(locale);
      await migrate(database);
      const client = new pg.Client({ connectionString: database });
      await client.connect();
      const insert = (username: string, email: string) =>
        client.query(
          `INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name)
        VALUES (gen_random_uuid(), $1, $2, $1, $2, '', '', '')`,
          [username, email],
        );
      await insert('id', 'id@acme.example');
      await insert('own@acme.example', 'own@acme.example');
      const taken = { code: '23505', constraint: 'taken_names_one_person' };
      await expect(insert('id', 'other@acme.example')).rejects.toMatchObject(taken);
      await expect(insert('other', 'id@acme.example')).rejects.toMatchObject(taken);
      await expect(insert('id@acme.example', 'other@acme.example')).rejects.toMatchObject(taken);
      await expect(insert('other', 'id')).rejects.toMatchObject(taken);
      await client.query(`UPDATE users SET deleted_at = now() WHERE username = 'id'`);
      await insert('id', 'id@acme.example');
      await expect(client.query(`UPDATE users SET deleted_at = NULL`)).rejects.toMatchObject(taken);
      await client.end();
    });
  },
);
