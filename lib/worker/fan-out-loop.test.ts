import { afterAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { startFanOut } from './fan-out-loop';

afterAll(() => db.$disconnect());

const told = async () => {
  const rows = await db.webhookDelivery.findMany({ select: { eventIds: true } });
  const events = await db.event.findMany({ where: { id: { in: rows.flatMap((row) => row.eventIds) } } });
  return events.map((event) => event.message).filter((message) => message?.startsWith('event'));
};
const record = (message: string) => recordEvents(db, [{ name: 'user_create', actor, message }]);

test('the loop goes on after the database has ended every connection, and stops when it is asked to', async () => {
  const values = { label: 'SIEM', url: 'https://siem.example/in', applicationIds: [] };
  await createWebhook(actor, { ...values, eventNames: ['user_create'] });
  const loop = startFanOut();
  await record('event 1');
  await expect.poll(told, { timeout: 20_000 }).toEqual(['event 1']);

  await db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`.catch(
    () => undefined,
  );
  await expect
    .poll(() =>
      record('event 2').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(told, { timeout: 20_000 }).toContain('event 2');

  await loop.stop();
  await record('event 3');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await told()).not.toContain('event 3');
});
