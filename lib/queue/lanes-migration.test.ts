import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '@/lib/db/migration-files';
import { migrate } from '@/lib/db/migrations';
import { emptyDatabase, migrationsBefore } from '@/lib/db/testing/support';

const migrations = ['0052_task_leases', '0053_webhook_tasks'];
const webhookId = '00000000-0000-7000-8000-000000000001';

let folder = '';
let url = '';

beforeAll(async () => {
  url = await emptyDatabase();
  folder = await migrationsBefore('0052_task_leases');
  await migrate(url, folder);
});
afterAll(() => rm(folder, { recursive: true }));

test('tasks that wait in named queues go on without, and a webhook has one task in place of one for each delivery', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO webhooks (id, label, url, secret_sealed, secret_updated_at, created_by_name, updated_at)
     VALUES ($1, 'SIEM', 'https://siem.example', '', now(), '', now())`,
    [webhookId],
  );
  for (const delivery of [2, 3].map((number) => `00000000-0000-7000-8000-00000000000${number}`)) {
    await client.query(
      'INSERT INTO webhook_deliveries (id, webhook_id, event_ids, next_attempt_at) VALUES ($1, $2, ARRAY[1], now())',
      [delivery, webhookId],
    );
    await client.query(
      `SELECT graphile_worker.add_job('deliver-webhook', json_build_object('deliveryId', $1::text), queue_name => $2)`,
      [delivery, `webhook:${webhookId}`],
    );
  }
  await client.query(
    `SELECT graphile_worker.add_job('provision', '{"applicationId":"a"}', queue_name => 'provision:a')`,
  );
  for (const name of migrations) await cp(join(migrationsFolder(), name), join(folder, name), { recursive: true });
  expect(await migrate(url, folder)).toEqual(migrations);
  const jobs = await client.query(
    `SELECT t.identifier, j.payload, j.job_queue_id FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id ORDER BY 1`,
  );
  const queues = await client.query('SELECT queue_name FROM graphile_worker._private_job_queues');
  await client.end();
  expect(jobs.rows).toEqual([
    { identifier: 'deliver-webhook', payload: { webhookId }, job_queue_id: null },
    { identifier: 'provision', payload: { applicationId: 'a' }, job_queue_id: null },
  ]);
  expect(queues.rows).toEqual([]);
});
