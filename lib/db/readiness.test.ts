import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { checkReadiness } from '@/lib/db/readiness';

afterAll(() => db.$disconnect());

async function reportWorker(secondsAgo: number): Promise<void> {
  const at = new Date(Date.now() - secondsAgo * 1000);
  await db.workerHeartbeat.create({ data: { id: randomUUID(), host: 'test', pid: 1, startedAt: at, lastSeenAt: at } });
}

test('not ready before a worker has reported, ready once one has, not ready when it fell silent', async () => {
  expect(await checkReadiness()).toMatchObject({ ready: false, checks: { worker: 'no worker has reported yet' } });
  await reportWorker(45);
  expect((await checkReadiness()).checks.worker).toMatch(/no worker has reported for 4\d s/);
  await reportWorker(1);
  expect(await checkReadiness()).toEqual({ ready: true, checks: { database: 'ok', migrations: 'ok', worker: 'ok' } });
});

test('a database that an older version migrated is not ready, and the missing migration is named', async () => {
  await db.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '0001_initial'`;
  expect(await checkReadiness()).toMatchObject({ ready: false, checks: { migrations: 'pending: 0001_initial' } });
  await db.$executeRaw`UPDATE _prisma_migrations SET finished_at = now()`;
});
