import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

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
  tenant = `egnyte/hidden${count}`;
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
});

interface Stored {
  users: { id: string; data: { userName: string } }[];
  groups: { id: string; displayName: string; members: string[] }[];
}
const members = async (name: string) => {
  const { users, groups } = await peer.control<Stored>('GET', `/state?tenant=${tenant}`);
  const ids = groups.find((one) => one.displayName === name)?.members;
  return ids?.map((id) => users.find((user) => user.id === id)?.data.userName).sort();
};
/** What is asked of groups in a cycle, and what it sends. */
const cycle = async () => {
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await runCycleNow(actor, { applicationId });
  await work();
  const path = `/requests?tenant=${tenant}`;
  const { requests } = await peer.control<{ requests: { method: string; path: string }[] }>('GET', path);
  const asked = requests.filter((request) => request.path.includes('/Groups'));
  return {
    writes: requests.filter(({ method }) => method !== 'GET').map(({ method, path: where }) => `${method} ${where}`),
    reads: asked.filter(({ method, path: where }) => method === 'GET' && !where.includes('?')).length,
  };
};
/** By somebody else, behind the server's habits. */
async function takeOut(name: string, userName: string): Promise<void> {
  const { users, groups } = await peer.control<Stored>('GET', `/state?tenant=${tenant}`);
  const id = groups.find((one) => one.displayName === name)?.id;
  const member = users.find(({ data }) => data.userName === userName)?.id;
  const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const answer = await fetch(`${scimUrl}/Groups/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'remove', path: `members[value eq "${member}"]` }],
    }),
  });
  expect(answer.status).toBeLessThan(300);
}

const habits = [
  { faults: { membersShown: 3 }, taught: { memberReads: 'lists', membersShown: 3 }, reads: 0, putBack: false },
  { faults: { membersNever: true }, taught: { memberReads: 'nowhere' }, reads: 0, putBack: false },
  { faults: { membersNotListed: true }, taught: { memberReads: 'byId' }, reads: 2, putBack: true },
];

test.each(process.env.LATCHKEY_TESTS === 'full' ? habits : habits.slice(0, 1))(
  'a server with $faults is learned once, and a cycle without change sends nothing',
  { timeout: 90_000 },
  async (expected) => {
    await peer.control('POST', '/faults', { tenant, ...expected.faults });
    const ids = await Promise.all(['p0', 'p1', 'p2', 'p3', 'p4', 'p5'].map((name) => person(name)));
    const everybody = await group('Everybody', ids);
    const crew = await group('Crew', ids.slice(0, 2));
    for (const groupId of [everybody, crew]) await associateGroup(actor, { applicationId, groupId });
    await connect(applicationId, tenant, peer);
    await work();
    expect((await cycle()).writes).toEqual([]);
    const { capabilities } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
    expect(capabilities).toMatchObject(expected.taught);
    expect(await cycle()).toEqual({ writes: [], reads: expected.reads });
    await updateGroupMembers(actor, { groupId: everybody, add: [], remove: ids.slice(0, 1) });
    await updateGroupMembers(actor, { groupId: crew, add: ids.slice(5), remove: [] });
    await work();
    expect(await members('Everybody')).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    expect(await members('Crew')).toEqual(['p0', 'p1', 'p5']);
    // Of a group all of whose members are told, whoever was taken out over there is put back.
    await takeOut('Crew', 'p1');
    await cycle();
    expect(await members('Crew')).toEqual(
      expected.putBack || 'membersShown' in expected.faults ? ['p0', 'p1', 'p5'] : ['p0', 'p5'],
    );
  },
);
