import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { checkReadiness } from './readiness';

const databaseUrl = process.env.DATABASE_URL;
afterEach(() => {
  process.env.DATABASE_URL = databaseUrl;
  delete process.env.LATCHKEY_DATABASE_DIR;
});
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

test('a full disk under the embedded database is not ready, and neither is one that cannot be looked at', async () => {
  await reportWorker(1);
  process.env.LATCHKEY_DATABASE_DIR = tmpdir();
  expect(await checkReadiness()).toMatchObject({ ready: true, checks: { disk: 'ok' } });
  // What the kernel shows of itself has no room for anything.
  process.env.LATCHKEY_DATABASE_DIR = '/proc';
  expect(await checkReadiness()).toMatchObject({ ready: false, checks: { disk: 'full: 0 MiB left', database: 'ok' } });
  process.env.LATCHKEY_DATABASE_DIR = '/no/such/folder';
  expect(await checkReadiness()).toMatchObject({ ready: false, checks: { disk: 'cannot be looked at' } });
});

test('a database that accepts connections and says nothing is not ready, and each question to it ends', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.resume().on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The connection that is kept goes on to the real one until it ends.
  await db.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey probe'`;
  process.env.DATABASE_URL = `postgresql://x:x@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  for (const _ of [1, 2]) {
    expect(await checkReadiness()).toMatchObject({ ready: false, checks: { database: 'does not answer' } });
  }
  // Nothing is left hanging: what was too slow is cut.
  await expect.poll(() => sockets.filter((socket) => !socket.closed).length, { timeout: 5_000 }).toBe(0);
  server.close();

  process.env.DATABASE_URL = databaseUrl;
  expect((await checkReadiness()).checks.database).toBe('ok');
});

test('however many ask at once, the database is asked once, and nobody waits behind the others', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.resume().on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await db.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey probe'`;
  process.env.DATABASE_URL = `postgresql://x:x@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  // One after the other they would take two seconds each.
  const answers = await Promise.all(Array.from({ length: 100 }, checkReadiness));
  expect(new Set(answers.map(({ checks }) => checks.database))).toEqual(new Set(['does not answer']));
  expect(connections).toBeLessThanOrEqual(2);
  server.close();

  process.env.DATABASE_URL = databaseUrl;
  expect((await checkReadiness()).checks.database, 'the next one asks anew').toBe('ok');
});

test('a database that was started again is ready at once', async () => {
  expect((await checkReadiness()).checks.database).toBe('ok');
  await db.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey probe'`;
  expect((await checkReadiness()).checks.database).toBe('ok');
});
