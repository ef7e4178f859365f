import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { releaseLink } from '@/lib/provisioning/release-link';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

const tenant = 'egnyte/release';
let peer: TestSandbox;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

test('an account that is released while it is being sent stays released and is left as it is', async () => {
  await peer.control('POST', '/reset', { tenant });
  const applicationId = (await egnyteApplication()).id;
  const userId = await person('let.go');
  const groupId = await group('Leaving', [userId]);
  await associateGroup(actor, { applicationId, groupId });
  await connect(applicationId, tenant, peer);
  await work();
  const { id: linkId } = await db.userLink.findFirstOrThrow({ where: { userId } });

  await peer.control('POST', '/faults', { tenant, latencyMs: 800 });
  const user = await db.user.findUniqueOrThrow({ where: { id: userId } });
  await updateUser(actor, { ...user, customAttributes: {}, firstname: 'Letitia' }, unguarded);
  const working = work();
  await expect
    .poll(() => db.operation.count({ where: { userLinkId: linkId, state: 'intent' } }), { timeout: 25_000 })
    .toBe(1);
  await releaseLink(actor, { linkId });
  await working;
  expect(await db.userLink.findUnique({ where: { id: linkId } })).toMatchObject({ state: 'released', dueAt: null });

  await peer.control('DELETE', `/faults?tenant=${tenant}`);
  await disassociateGroup(actor, { applicationId, groupId });
  await work();
  const { users } = await peer.control<{ users: { data: { userName: string; active: boolean } }[] }>(
    'GET',
    `/state?tenant=${tenant}`,
  );
  expect(users.find((account) => account.data.userName === 'let.go')?.data.active).toBe(true);
});
