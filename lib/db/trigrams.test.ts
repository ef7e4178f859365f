import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate } from './migrations';
import { emptyDatabase, migrationsBefore } from './testing/support';

test('where the extension for searches may not be made, the migration stops and says what to run', async () => {
  const url = await emptyDatabase();
  await migrate(url, await migrationsBefore('0014_lists'));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; owner: string }>(
    'SELECT current_database() AS name, current_user AS owner',
  );
  await client.query(`REVOKE CREATE ON DATABASE ${rows[0]?.name} FROM PUBLIC, ${rows[0]?.owner}`);
  await expect(migrate(url)).rejects.toThrow(/Migration 0014_lists failed: .*pg_trgm.*CREATE EXTENSION pg_trgm;/);
  await client.query(`GRANT CREATE ON DATABASE ${rows[0]?.name} TO ${rows[0]?.owner}`);
  expect((await migrate(url))[0]).toBe('0014_lists');
  await client.end();
});
