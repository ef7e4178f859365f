import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '@/lib/db/migration-files';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';
import { canonicalTarget } from '@/lib/mappings/target';

const migration = '0019_canonical_targets';
const application = '00000000-0000-7000-8000-0000000000a0';
const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let folder = '';
let url = '';

beforeAll(async () => {
  url = await emptyDatabase();
  folder = await migrationsBefore(migration);
  await migrate(url, folder);
});

afterAll(() => rm(folder, { recursive: true }));

test('stored targets get their canonical writing, no row is lost where two become the same, and imported accounts their state', async () => {
  const written = [
    'emails: value',
    'USERNAME',
    'userName',
    `${core}:Name.GivenName`,
    'phonenumbers[ type eq "Work" ].value',
    `${enterprise.toLowerCase()}:Manager.value`,
    `${enterprise}:costCenter`,
    'urn:scim:schemas:extension:custom:egnyte:1.0:User:authType',
    'addresses[type eq "work"].streetaddress',
    'no such path[',
  ];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug)
     VALUES ($1, 'egnyte', 1, 'saml', 'Egnyte', '#000000', 'egnyte')`,
    [application],
  );
  for (const [position, target] of written.entries()) {
    await client.query(
      `INSERT INTO attribute_mappings (id, application_id, object_type, position, kind, source, target)
       VALUES (gen_random_uuid(), $1, 'user', $2, 'direct', 'email', $3)`,
      [application, position, target],
    );
  }
  const person = (await client.query(`
    INSERT INTO users (id, username, username_folded, email, email_folded, firstname, lastname, display_name, updated_at)
    VALUES (gen_random_uuid(), 'a', 'a', 'a@x', 'a@x', 'A', 'A', 'A', now())
    RETURNING id`)) as { rows: { id: string }[] };
  await client.query(
    `INSERT INTO user_links (id, application_id, user_id, remote_id, state, taken_over) VALUES (gen_random_uuid(), $1, $2, 'r1', 'pending', true)`,
    [application, person.rows[0]?.id],
  );
  await cp(join(migrationsFolder(), migration), join(folder, migration), { recursive: true });
  expect(await migrate(url, folder)).toEqual([migration]);

  const { rows } = await client.query('SELECT target FROM attribute_mappings ORDER BY position');
  const states = await client.query('SELECT state FROM user_links');
  await client.end();
  // The second row stays as it was written: the third one has its target.
  const expected = written.map((target, index) => (index === 1 ? target : canonicalTarget(target)));
  expect(rows.map((row) => row.target)).toEqual(expected);
  expect(states.rows).toEqual([{ state: 'unmanaged' }]);
});
