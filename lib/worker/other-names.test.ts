import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

// The account ana.martinez has the e-mail address of somebody whom Latchkey calls amartinez, and accounts are matched by
// username first, by e-mail second.
let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let userId = '';
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
  userId = await person('amartinez', { firstname: 'Ana', lastname: 'Martinez' });
  const email = (await account('ana.martinez'))?.data.emails?.[0]?.value ?? '';
  await db.user.update({ where: { id: userId }, data: { email } });
  await mapping('emails.value', { matchingPrecedence: 2 });
});

interface Account {
  id: string;
  data: { userName: string; emails?: { value: string }[] };
}

const accounts = async () => (await peer.control<{ users: Account[] }>('GET', `/state?tenant=${tenant}`)).users;
const account = async (userName: string) => (await accounts()).find((one) => one.data.userName === userName);
const writes = async () => {
  const { requests } = await peer.control<{ requests: { method: string }[] }>('GET', `/requests?tenant=${tenant}`);
  return requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);
};
const mapping = (target: string, data: { matchingPrecedence?: number; apply?: 'creation' }) =>
  db.attributeMapping.updateMany({ where: { applicationId, target }, data });
const link = () => db.userLink.findFirstOrThrow({ where: { userId } });

async function provision() {
  await associateGroup(systemActor, { applicationId, groupId: await group('Sales', [userId]) });
  await work();
}

test.each([
  ['because the application does not let it change under SSO', undefined],
  ['because usernames are sent when an account is created only', 'creation' as const],
])(
  'an account that matches by e-mail and keeps another name, %s, is a conflict: nobody is two people',
  async (_, apply) => {
    if (apply) await mapping('userName', { apply });
    await connect(applicationId, tenant, peer);
    await provision();
    expect(await link()).toMatchObject({
      ...{ state: 'conflict', remoteId: null, takenOver: false },
      lastError: {
        code: 'UsernameDiffers',
        message: 'The account that matches is called “ana.martinez”, and Ana Martinez would be “amartinez” there.',
        hint: expect.stringContaining('Assignments'),
      },
    });
    // The same by what a cycle has read.
    await runCycleNow(systemActor, { applicationId });
    await work();
    expect(await link()).toMatchObject({ state: 'conflict', remoteId: null });
    expect(await writes()).not.toContain('PATCH');
    expect(await account('amartinez')).toBeUndefined();

    // An administrator says that it is her: from then on sign-in and account agree.
    await setApplicationUsername(systemActor, { applicationId, userId, applicationUsername: 'ana.martinez' });
    await work();
    const there = await account('ana.martinez');
    expect(await link()).toMatchObject({ state: 'provisioned', remoteId: there?.id, takenOver: true, lastError: null });
  },
);

test('an account that matches by e-mail and takes the name that is sent is taken over, as its mapping says', async () => {
  const before = await account('ana.martinez');
  await connect(applicationId, tenant, peer);
  // Without SSO, Egnyte lets a username change.
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'inactive' } });
  await provision();
  expect(await account('amartinez')).toMatchObject({ id: before?.id });
  expect(await link()).toMatchObject({ state: 'provisioned', remoteId: before?.id });
});
