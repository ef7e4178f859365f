import { randomUUID } from 'node:crypto';
import type { JobHelpers } from 'graphile-worker';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { taskList } from './task-list';
import {
  connect,
  egnyteApplication,
  group,
  oneStretch,
  person,
  startTestSandbox,
  type TestSandbox,
  work,
} from './testing/support';

const tenant = 'egnyte/urgent';
let peer: TestSandbox;
let other: TestScimServer;
/** Of requests that change something, at that other server. */
let arrived: () => void = () => undefined;

beforeAll(async () => {
  peer = await startTestSandbox();
  other = await startScim(({ method }) => {
    if (method === 'PATCH') arrived();
    return undefined;
  });
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS += `,${new URL(other.url).host}`;
});
afterAll(async () => {
  await peer.sandbox.close();
  await other.close();
});

test('a suspension is sent while a stretch of the same application can go neither on nor back', async () => {
  await peer.control('POST', '/reset', { tenant });
  const applicationId = (await egnyteApplication()).id;
  const leaver = await person('leaver');
  const groupId = await group('Crew', [leaver]);
  await associateGroup(actor, { applicationId, groupId });
  await connect(applicationId, tenant, peer);
  await work();
  const newcomers = await Promise.all(['new.one', 'new.two'].map((name) => person(name)));
  await updateGroupMembers(actor, { groupId, add: newcomers, remove: [] });
  await directoryChanged({ userIds: newcomers, groupIds: [] });
  // They are searched for before anything is put on record for them.
  await peer.control('POST', '/faults', { tenant, latencyMs: 500 });
  const stretch = oneStretch(applicationId, 'changes');
  const inHand = { userId: { in: newcomers }, leaseToken: { not: null } };
  await expect.poll(() => db.userLink.count({ where: inHand }), { interval: 10, timeout: 25_000 }).toBe(2);
  const found = await db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM user_links WHERE user_id = ANY (${newcomers}::uuid[]) ORDER BY user_id FOR UPDATE`;
      await peer.control('DELETE', `/faults?tenant=${tenant}`);
      await suspendUser(actor, { id: leaver });
      await directoryChanged({ userIds: [leaver], groupIds: [] });
      await oneStretch(applicationId, 'urgent');
      return db.userLink.findMany({ orderBy: { userId: 'asc' }, select: { state: true } });
    },
    { timeout: 25_000 },
  );
  expect(found.map(({ state }) => state)).toEqual(['deactivated', 'pending', 'pending']);
  await stretch;
  // What follows from it, and what was left, is asked for.
  await work();
  expect(await db.userLink.count({ where: { userId: { in: newcomers }, state: 'provisioned' } })).toBe(2);
  expect(await db.userLink.count({ where: { dueAt: { not: null } } })).toBe(0);
  expect(await db.groupLink.count({ where: { dueAt: { not: null } } })).toBe(0);
});

test('the first request of a suspension leaves after sixteen statements, also where nobody has worked on the application lately', async () => {
  const { id: applicationId } = await egnyteApplication('Elsewhere');
  const leaver = await person('elsewhere');
  await associateGroup(actor, { applicationId, groupId: await group('Elsewhere', [leaver]) });
  const authentication = { kind: 'bearer' as const, secret: testToken };
  await activateIntegration(actor, { applicationId, baseUrl: other.url, authentication, manageGroups: false });
  await work();
  await suspendUser(actor, { id: leaver });
  await db.integration.update({ where: { applicationId }, data: { lastSuccessAt: new Date() } });
  const context = { workerId: randomUUID(), signal: new AbortController().signal };
  const { 'person-shut-out': shutOut } = taskList(context, ['person-shut-out']);
  const statements = vi.spyOn(pg.Client.prototype, 'query');
  let atArrival: string[] = [];
  arrived = () => {
    atArrival = statements.mock.calls.map(([one]) => String(Object(one).name ?? ''));
  };
  await shutOut?.({ userId: leaver }, { job: { key: null, priority: 0 } } as JobHelpers);
  statements.mockRestore();
  // Once the intent is on record, nothing is waited for.
  const intent = atArrival.indexOf('intend-user_links');
  expect(intent).toBeGreaterThan(0);
  expect(intent + 1).toBeLessThanOrEqual(16);
  await work();
  expect(await db.userLink.count({ where: { applicationId, state: 'deactivated', dueAt: null } })).toBe(1);
});
