import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '@/lib/db/migration-files';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';

const migration = '0012_makers_and_choices';
const ada = '00000000-0000-7000-8000-0000000000a0';
const idOf = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;

let folder = '';
let url = '';

beforeAll(async () => {
  url = await emptyDatabase();
  folder = await migrationsBefore(migration);
  await migrate(url, folder);
});

afterAll(() => rm(folder, { recursive: true }));

test('a token that a token made before becomes that of the person, or the machine, at the beginning of its chain', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const token = (number: number, createdBy: string | null, madeBy?: number) =>
    client.query(
      `WITH made AS (
         INSERT INTO api_tokens (id, label, prefix, token_hash, role, created_by_id, created_by_name)
         VALUES ($1, $2, '', $2, 'administrator', $3, 'x') RETURNING id)
       INSERT INTO events (at, name, outcome, actor_name, token_id, target_type, target_id)
       SELECT now(), 'api_token_create', 'success', 'x', $4, 'token', id::text FROM made`,
      [idOf(number), `token ${number}`, createdBy, madeBy === undefined ? null : idOf(madeBy)],
    );
  await token(1, ada);
  await token(2, null, 1);
  await token(3, null, 2);
  await token(4, null);
  await token(5, null, 4);
  await cp(join(migrationsFolder(), migration), join(folder, migration), { recursive: true });
  expect(await migrate(url, folder)).toEqual([migration]);

  const { rows } = await client.query(
    'SELECT id, created_by_id AS person, created_by_token_id AS token FROM api_tokens ORDER BY id',
  );
  await client.end();
  expect(rows).toEqual([
    { id: idOf(1), person: ada, token: null },
    { id: idOf(2), person: ada, token: idOf(1) },
    { id: idOf(3), person: ada, token: idOf(2) },
    { id: idOf(4), person: null, token: null },
    { id: idOf(5), person: null, token: idOf(4) },
  ]);
});
