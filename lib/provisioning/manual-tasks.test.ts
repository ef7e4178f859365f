import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { dueTasks } from './plan/due-tasks';
import { findPlanContext, type PlanContext } from './plan/plan-context';
import { previewPerson } from './plan/preview-person';
import { eachTaskPage } from './queries/manual-tasks';
import { integratedApplication, linkedPerson } from './testing/integration';
import { tickOffSeenTasks } from './tick-off-seen-tasks';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
let applicationId = '';

async function contextOf(): Promise<PlanContext> {
  const context = await findPlanContext(applicationId);
  if (!context) throw new Error('It is not connected.');
  return context;
}

beforeEach(async () => {
  await emptyTables('users', 'applications', 'events');
  applicationId = await integratedApplication();
});

test('a task goes by itself once a reading after it shows that it was done, and only then', async () => {
  const createdAt = new Date(Date.now() - 60_000);
  const read = async (name: string, idpUserId: string | undefined, readAt: Date) => {
    const { userId, remoteId } = await linkedPerson(applicationId, name, 'provisioned');
    await db.manualTask.create({ data: { applicationId, userId, taskId: 'idp-username', createdAt } });
    const resource = { id: remoteId, userName: name, [egnyte]: idpUserId ? { idpUserId } : {} };
    const account = { applicationId, remoteId: remoteId ?? '', userName: name, active: true, resource };
    await db.remoteAccount.create({ data: { ...account, matchKeys: [], readAt } });
  };
  await read('ana', 'Ana', new Date());
  await read('bo', 'somebody.else', new Date());
  await read('cy', undefined, new Date());
  // As it was before the task.
  await read('di', 'di', new Date(createdAt.getTime() - 1));
  await db.$transaction(async (tx) => tickOffSeenTasks(tx, await contextOf()));
  const names = async (state: 'open' | 'done') => {
    const found = [];
    for await (const page of eachTaskPage(applicationId, { state })) found.push(...page);
    return found.map(({ name, doneBy }) => [name, doneBy]);
  };
  expect(await names('done')).toEqual([['ana', 'a reading of the application']]);
  expect((await names('open')).map(([name]) => name).sort()).toEqual(['bo', 'cy', 'di']);
  const event = await db.event.findFirstOrThrow({ where: { name: 'provisioning_task', applicationId } });
  expect(event.message).toBe('1 manual task was done over there.');
});

test('who becomes a service account later is sent no invitation, and the password is to be seen to', async () => {
  const row = {
    applicationId,
    objectType: 'user' as const,
    position: 90,
    kind: 'direct' as const,
    apply: 'always' as const,
  };
  await db.attributeMapping.create({ data: { ...row, source: 'serviceAccount', target: `${egnyte}:serviceAccount` } });
  const { id, userId } = await linkedPerson(applicationId, 'ana', 'provisioned');
  await db.applicationUser.create({ data: { applicationId, userId, assigned: true } });
  const [context, planned] = [await contextOf(), () => contextOf().then((found) => previewPerson(found, userId))];
  // As everything was accepted that is mapped now.
  const before = (await planned())?.changes ?? {};
  const lastSent = Object.fromEntries(Object.entries(before).map(([path, { to }]) => [path, to]));
  await db.userLink.update({ where: { id }, data: { lastSent: JSON.parse(JSON.stringify(lastSent)) } });
  expect(await planned()).toMatchObject({ action: 'none' });

  await db.user.update({ where: { id: userId }, data: { customAttributes: { serviceAccount: true } } });
  const changes = (await planned())?.changes ?? {};
  expect(changes).toEqual({
    [`${egnyte}:serviceAccount`]: { from: null, to: true },
    [`${egnyte}:sendInvite`]: { from: null, to: false },
  });
  const values = Object.fromEntries(Object.entries(changes).map(([path, { to }]) => [path, to === true]));
  expect(dueTasks(context.manualTasks, { kind: 'changed', values })).toEqual(['service-account-password']);
});
