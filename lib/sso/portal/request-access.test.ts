import { afterAll, beforeEach, expect, test } from 'vitest';
import { unassignUser } from '@/lib/applications/assign-user';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import type { SignedIn } from '../ask';
import { samlApplication, signedInPerson, type TestApplication } from '../testing/support';
import { listRequestable } from './list-requestable';
import { mostInDay, requestAccess } from './request-access';

let application: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await emptyTables('users', 'applications', 'events', 'mails');
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  await db.user.update({ where: { id: (await signedInPerson('boss', [])).userId }, data: { role: 'administrator' } });
});
afterAll(() => db.$disconnect());

const ask = (applicationId = application.id, reason = '') => requestAccess(ana.actor, { applicationId, reason });
const requestable = (id = application.id) => db.application.update({ where: { id }, data: { requestable: true } });

test('who has no access asks for it once: a mail to who is told of the application, an event, and what stands on the tile', async () => {
  await requestable();
  await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
  await unassignUser(systemActor, { applicationId: application.id, userId: ana.userId });
  expect(await listRequestable(ana.userId)).toMatchObject([{ id: application.id, askedAt: null }]);
  expect(await ask(application.id, 'For the audit')).toMatchObject({ id: application.id });
  const mails = await db.mail.findMany();
  expect(mails).toMatchObject([{ to: 'boss@example.com', subject: expect.stringContaining('ana asks for access') }]);
  expect(await db.event.findFirst({ where: { name: 'access_request', outcome: 'success' } })).toMatchObject({
    ...{ actorId: ana.userId, applicationId: application.id, message: 'For the audit' },
  });
  expect(await listRequestable(ana.userId)).toMatchObject([{ askedAt: expect.any(Date) }]);
  const again = await Promise.allSettled([ask(), ask()]);
  expect(again.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await db.mail.count()).toBe(1);
  await db.accessRequest.updateMany({ data: { askedAt: new Date(Date.now() - 8 * 86_400_000) } });
  const twice = await Promise.allSettled([ask(), ask()]);
  expect(twice.map(({ status }) => status).sort(), 'after a week, and once').toEqual(['fulfilled', 'rejected']);
});

test('what may not be asked for is not shown and not told of, and nobody asks for everything', async () => {
  await unassignUser(systemActor, { applicationId: application.id, userId: ana.userId });
  expect(await listRequestable(ana.userId)).toEqual([]);
  await expect(ask()).rejects.toMatchObject({ code: 'not_found' });
  await requestable();
  await db.application.update({ where: { id: application.id }, data: { ssoStatus: 'inactive' } });
  expect(await listRequestable(ana.userId)).toEqual([]);
  await expect(ask()).rejects.toMatchObject({ code: 'not_found' });
  await db.$executeRaw`INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, sso_status, requestable, updated_at)
    SELECT gen_random_uuid(), 'custom-saml', 1, 'saml', 'App ' || n, '#00968f', 'app-' || n, 'active', true, now() FROM generate_series(1, ${mostInDay + 1}::int) AS n`;
  const all = await listRequestable(ana.userId);
  for (const { id } of all.slice(0, mostInDay)) await ask(id);
  await expect(ask(all.at(-1)?.id)).rejects.toMatchObject({ code: 'rate_limited' });
});
