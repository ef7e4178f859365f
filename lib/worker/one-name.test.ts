import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { saveUsernameFormat } from '@/lib/applications/update-application';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteUser } from '@/lib/directory/delete-user';
import { purgeUser } from '@/lib/directory/purge-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/names${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  await connect(applicationId, tenant, peer);
});

async function person(username: string, email: string): Promise<string> {
  const names = { firstname: username, lastname: 'Test', displayName: username };
  return (await db.user.create({ data: { username, email, ...names } })).id;
}

async function format(usernameFormat: string): Promise<void> {
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  await saveUsernameFormat(systemActor, { applicationId, version, usernameFormat });
}

const usernames = async () => {
  const { users } = await peer.control<{ users: { data: { userName: string } }[] }>('GET', `/state?tenant=${tenant}`);
  return users.map((user) => user.data.userName);
};
const requests = async () =>
  (await peer.control<{ requests: { method: string; url: string }[] }>('GET', `/requests?tenant=${tenant}`)).requests;
const link = (userId: string) =>
  db.userLink.findUniqueOrThrow({ where: { applicationId_userId: { applicationId, userId } } });

test('of one e-mail prefix nobody gets an account, nothing is asked or sent for them, and others go on', async () => {
  await format('email_prefix');
  const [one, two] = [await person('carl', 'ceo@acme.example'), await person('cora', 'ceo@partner.example')];
  const ana = await person('ana', 'ana@acme.example');
  const before = await usernames();
  await associateGroup(systemActor, { applicationId, groupId: await group('All', [one, two, ana]) });
  await work();
  expect((await usernames()).filter((name) => !before.includes(name))).toEqual(['ana']);
  expect(JSON.stringify(await requests())).not.toContain('ceo');
  for (const [id, other] of [
    [one, 'cora (cora, ceo@partner.example)'],
    [two, 'carl (carl, ceo@acme.example)'],
  ] as const) {
    expect(await link(id)).toMatchObject({
      state: 'conflict',
      remoteId: null,
      lastError: { code: 'DuplicateSourceEntries', message: `“ceo” is the application username of ${other} too.` },
    });
  }
  const refused = { name: 'user_lookup_provision', outcome: 'error', code: 'DuplicateSourceEntries' } as const;
  expect(await db.event.count({ where: refused })).toBe(2);
  // In a cycle likewise, where the accounts were read; and it is said once.
  await runCycleNow(systemActor, { applicationId });
  await work();
  expect((await usernames()).filter((name) => !before.includes(name))).toEqual(['ana']);
  expect(await db.event.count({ where: refused })).toBe(2);
  // Mended for one, both go on.
  await setApplicationUsername(systemActor, { applicationId, userId: two, applicationUsername: 'cora.ceo' });
  await work();
  expect((await usernames()).filter((name) => !before.includes(name)).sort()).toEqual(['ana', 'ceo', 'cora.ceo']);
  expect([await link(one), await link(two)]).toMatchObject([
    { state: 'provisioned', accountName: 'ceo', lastError: null },
    { state: 'provisioned', accountName: 'cora.ceo', lastError: null },
  ]);
});

test('of two who come to share a name no account is changed, and who leaves is deactivated all the same', async () => {
  const [one, two] = [await person('carl', 'carl@acme.example'), await person('cora', 'cora@acme.example')];
  const groupId = await group('All', [one, two]);
  await associateGroup(systemActor, { applicationId, groupId });
  await work();
  await db.user.update({ where: { id: one }, data: { email: 'ceo@acme.example' } });
  await db.user.update({ where: { id: two }, data: { email: 'ceo@partner.example' } });
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await format('email_prefix');
  await work();
  const writes = async () => (await requests()).filter((request) => request.method !== 'GET');
  expect(await writes()).toEqual([]);
  expect([await link(one), await link(two)]).toMatchObject([{ state: 'conflict' }, { state: 'conflict' }]);
  await updateGroupMembers(systemActor, { groupId, add: [], remove: [two] });
  await work();
  expect(await link(two)).toMatchObject({ state: 'deactivated' });
  // Her account is still called cora; the name that they shared is carl's alone.
  expect((await link(one)).lastError).not.toMatchObject({ code: 'DuplicateSourceEntries' });
});

test('a new person does not get the account of somebody who was erased while it could not be deleted', async () => {
  const first = await person('ana', 'ana@acme.example');
  const groupId = await group('All', [first]);
  await associateGroup(systemActor, { applicationId, groupId });
  await work();
  await pauseIntegration(systemActor, { applicationId });
  await deleteUser(systemActor, { id: first });
  await purgeUser(systemActor, { id: first });
  const second = await person('Ana', 'ana.second@acme.example');
  await updateGroupMembers(systemActor, { groupId, add: [second], remove: [] });
  const { remoteId } = await link(first);
  await resumeIntegration(systemActor, { applicationId });
  await work();
  const now = await link(second);
  expect(now).toMatchObject({ state: 'provisioned', takenOver: false });
  expect(now.remoteId).not.toBe(remoteId);
  expect(await link(first)).toMatchObject({ state: 'deleted' });
});
