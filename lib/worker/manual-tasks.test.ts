import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { getMappings } from '@/lib/applications/mapping-queries';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { listAttention } from '@/lib/home/attention';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { listManualTasks } from '@/lib/provisioning/queries/manual-tasks';
import { tickOffTasks } from '@/lib/provisioning/tick-off-tasks';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
const tenant = 'egnyte/acmeusw';
let peer: TestSandbox;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

interface Account {
  userName: string;
  password?: string;
  [egnyte]?: Record<string, unknown>;
}

test('a service account gets no invitation and a password that nobody sees, and what only a person can do is listed until it is seen to be done', async () => {
  await peer.control('POST', '/reset', { tenant });
  const scanner = await person('svc.printer');
  await db.attributeDefinition.create({ data: { key: 'serviceAccount', type: 'boolean' } });
  await db.user.update({ where: { id: scanner }, data: { customAttributes: { serviceAccount: true } } });
  const [there, usual] = [await person('ana.martinez'), await person('usual.one')];
  const applicationId = (await egnyteApplication()).id;
  const { version, tables } = await getMappings(applicationId);
  const row = { apply: 'creation' as const, matchingPrecedence: null, defaultValue: null, required: false };
  await updateMappings(actor, {
    ...{ applicationId, version, objectType: 'user' },
    mappings: [
      ...(tables[0]?.mappings ?? []),
      {
        ...row,
        apply: 'always',
        id: 'service',
        kind: 'direct',
        source: 'serviceAccount',
        target: `${egnyte}:serviceAccount`,
      },
      { ...row, id: 'invite', kind: 'constant', source: 'True', target: `${egnyte}:sendInvite` },
    ],
  });
  await connect(applicationId, tenant, peer);
  await associateGroup(actor, { applicationId, groupId: await group('Staff', [scanner, there, usual]) });
  await work();

  const path = `/requests?tenant=${tenant}`;
  const { requests } = await peer.control<{ requests: { method: string; requestBody: string }[] }>('GET', path);
  const posted = requests.flatMap(({ method, requestBody }) =>
    method === 'POST' ? [JSON.parse(requestBody) as Account] : [],
  );
  const created = (userName: string) => posted.find((body) => body.userName === userName);
  expect(created('svc.printer')).toMatchObject({ [egnyte]: { serviceAccount: true, sendInvite: false } });
  expect(created('usual.one')).toMatchObject({ [egnyte]: { sendInvite: true } });
  expect(created('usual.one')).not.toHaveProperty('password');
  // The server takes a service account with a password of twelve characters only; what it was, nobody keeps.
  expect(created('svc.printer')).toHaveProperty('password');
  const link = { applicationId, userId: scanner };
  const operation = await db.operation.findFirstOrThrow({ where: { userLink: link }, include: { exchange: true } });
  const shown = (operation.changes as Record<string, unknown>).password;
  expect(shown).toEqual({ from: null, to: '(generated)' });
  expect(JSON.parse(operation.exchange?.requestBody ?? '{}')).toMatchObject({
    password: expect.stringMatching(/^\W{1,8}$|redacted/i),
  });
  const { lastSent, lastRead } = await db.userLink.findFirstOrThrow({ where: link });
  expect(JSON.stringify([lastSent, lastRead])).not.toContain('password');

  const { items } = await listManualTasks(applicationId, { state: 'open' }, 10);
  expect(items.map(({ username, title }) => `${username}: ${title}`).sort()).toEqual([
    'ana.martinez: Set the IdP username',
    'svc.printer: Reset the password of the service account',
  ]);
  expect(items.find(({ userId }) => userId === there)?.text).toContain('IdP username to ana.martinez.');
  expect(await listAttention()).toContainEqual(expect.objectContaining({ title: '2 manual tasks' }));

  const first = items.find(({ userId }) => userId === scanner);
  await tickOffTasks({ ...actor, name: 'hella.desk' }, { applicationId, taskIds: [first?.id ?? ''], done: true });
  const done = await listManualTasks(applicationId, { state: 'done' }, 10);
  expect(done.items).toMatchObject([{ id: first?.id, doneBy: 'hella.desk', doneAt: expect.any(Date) }]);
  await work();
  expect((await listManualTasks(applicationId, { state: 'open' }, 10)).items, 'done is done').toHaveLength(1);

  // Somebody does it over there, and another account becomes a service account: the next cycle sees the one and sends the other.
  await peer.control('POST', '/users', {
    tenant,
    userName: 'ana.martinez',
    set: { [egnyte]: { idpUserId: 'ana.martinez' } },
  });
  await db.user.update({ where: { id: usual }, data: { customAttributes: { serviceAccount: true } } });
  await peer.control('DELETE', path);
  await runCycleNow(actor, { applicationId });
  await work();
  const sent = (await peer.control<{ requests: { method: string; requestBody: string }[] }>('GET', path)).requests;
  const [change, ...others] = sent.flatMap(({ method, requestBody }) => (method === 'PATCH' ? [requestBody] : []));
  expect(others).toEqual([]);
  expect(JSON.parse(change ?? '{}').Operations).toEqual([
    { op: 'replace', path: `${egnyte}:serviceAccount`, value: true },
    { op: 'replace', path: `${egnyte}:sendInvite`, value: false },
  ]);
  expect((await listManualTasks(applicationId, { state: 'open' }, 10)).items).toMatchObject([
    { username: 'usual.one', title: 'Reset the password of the service account' },
  ]);
  const seen = (await listManualTasks(applicationId, { state: 'done' }, 10)).items.find(
    ({ userId }) => userId === there,
  );
  expect(seen).toMatchObject({ doneBy: 'a reading of the application' });
  await db.user.updateMany({ where: { id: { in: [scanner, there, usual] } }, data: { deletedAt: new Date() } });
  expect((await listManualTasks(applicationId, { state: 'open' }, 10)).items, 'of who is deleted nothing').toEqual([]);
});
