import { expect, test } from 'vitest';
import { analyzeGrown } from './analyze-grown';
import { db, pool } from './client';

/** When the planner last looked at the accounts that were read; rows are known of once the statistics of whoever wrote them are told. */
async function looked(): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ last: Date | null }[]>`
    SELECT last_analyze AS last FROM pg_stat_user_tables WHERE relname = 'remote_accounts'`;
  return row?.last ?? null;
}

test('a table that was filled is looked at by the planner, once, and not for a few rows', async () => {
  const application = await db.application.create({
    data: {
      displayLabel: 'Grown',
      slug: 'grown',
      templateId: 'egnyte',
      templateVersion: 1,
      kind: 'saml',
      logoColor: '#00968f',
    },
  });
  const fill = async (from: number, to: number) => {
    const client = await pool.connect();
    await client.query(
      `INSERT INTO remote_accounts (application_id, remote_id, user_name, active, resource, match_keys, read_at)
       SELECT $1, 'account ' || n, 'account ' || n, true, '{}', '{}', now() FROM generate_series($2::int, $3::int) n`,
      [application.id, from, to],
    );
    await client.query('SELECT pg_stat_force_next_flush()');
    client.release();
  };
  await fill(1, 500);
  await analyzeGrown();
  expect(await looked()).toBeNull();
  await fill(501, 3_000);
  await analyzeGrown();
  const first = await looked();
  expect(first).toBeInstanceOf(Date);
  await analyzeGrown();
  expect(await looked()).toEqual(first);
});
