import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '@/lib/db/migration-files';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';

const migration = '0050_cycle_steps';
const idOf = (number: number) => `00000000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`;

let folder = '';
let url = '';

beforeAll(async () => {
  url = await emptyDatabase();
  folder = await migrationsBefore(migration);
  await migrate(url, folder);
});

afterAll(() => rm(folder, { recursive: true }));

interface Row {
  stage: string;
  over: boolean;
  reading?: object;
  counts?: object;
}

test('cycles that are under way go on from where they are, and those that are over keep the counts of their end', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const counts = { create: 3, update: 2, deactivate: 1, skip: 4, error: 5, changes: 6, failures: 7 };
  const rows: Row[] = [
    { stage: 'reading', over: false },
    { stage: 'reading', over: false, reading: { id: idOf(99), pages: 2, collection: 'Users', asking: true } },
    { stage: 'reading', over: false, reading: { id: idOf(99), pages: 2, collection: 'Groups', asking: false } },
    { stage: 'users', over: false, reading: { id: idOf(99), pages: 2, collection: 'Groups', asking: true } },
    { stage: 'finished', over: true, counts },
    // As nobody has written them; they would be refused.
    { stage: 'users', over: true },
    { stage: 'failed', over: false },
  ];
  for (const [index, { stage, over, reading = {}, counts: kept = null }] of rows.entries()) {
    await client.query(
      `WITH application AS (
         INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
         VALUES ($1, 'egnyte', 1, 'saml', $2, '#000000', $2, now()) RETURNING id)
       INSERT INTO cycles (id, application_id, trigger, stage, finished_at, reading, counts)
       SELECT id, id, 'manual', $3::cycle_stage, CASE WHEN $4 THEN now() END, $5, $6 FROM application`,
      [idOf(index), `a${index}`, stage, over, reading, kept],
    );
  }
  // Rows went on changing after the copy was made.
  await client.query('INSERT INTO cycle_counts (cycle_id, created, done_users) VALUES ($1, 1, 8)', [idOf(4)]);
  await cp(join(migrationsFolder(), migration), join(folder, migration), { recursive: true });
  expect(await migrate(url, folder)).toEqual([migration]);

  const found = await client.query(
    'SELECT stage, step, finished_at IS NOT NULL AS over, reading FROM cycles ORDER BY id',
  );
  expect(found.rows.map(({ stage, step, over }) => [stage, step, over])).toEqual([
    ['reading', 'accounts', false],
    ['reading', 'missing_accounts', false],
    ['reading', 'groups', false],
    ['users', 'missing_groups', false],
    ['finished', 'accounts', true],
    ['stopped', 'accounts', true],
    ['failed', 'accounts', true],
  ]);
  expect(found.rows[1]?.reading).toEqual({ id: idOf(99), pages: 2 });
  const kept = await client.query('SELECT * FROM cycle_counts');
  await client.end();
  expect(kept.rows).toEqual([
    {
      cycle_id: idOf(4),
      created: 3,
      updated: 2,
      deactivated: 1,
      skipped: 4,
      failed: 5,
      running: 0,
      changes: 6,
      failures: 7,
      done_users: 8,
    },
  ]);
});
