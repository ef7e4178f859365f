import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { learn } from '@/lib/provisioning/server-profile';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { egnyteApplication, group, person, work } from './testing/support';

/** With five members a request, a hundred at once. */
const size = 230;
let peer: TestScimServer;

beforeAll(async () => {
  peer = await startScim();
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());

/** Members with an account over there, as if they had been provisioned; nobody of them was put into the group. */
async function fill(applicationId: string, groupId: string): Promise<void> {
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  const name = `'member-' || n`;
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, updated_at)
    SELECT gen_random_uuid(), ${name}, ${name}, ${name}, ${name}, 'Ana', 'Keller ' || n, 'Ana Keller ' || n, now()
    FROM generate_series(1, ${size}) AS n`);
  const these = "SELECT id FROM users WHERE username LIKE 'member-%'";
  await run(`INSERT INTO group_members (group_id, user_id) SELECT '${groupId}', id FROM (${these}) these`);
  await run(`INSERT INTO user_links (id, application_id, user_id, remote_id, state, last_sent)
    SELECT gen_random_uuid(), '${applicationId}', id, id, 'provisioned', '{}' FROM (${these}) these`);
}

/** How many members were named in requests to add them, or to take them out. */
function sent(op: 'add' | 'remove'): number {
  const bodies = peer.received
    .filter(({ method, path }) => method === 'PATCH' && path.startsWith('/Groups'))
    .map(({ rawBody }) => rawBody);
  const operations = bodies.flatMap(
    (body) => (JSON.parse(body) as { Operations: { op: string; value?: unknown[] }[] }).Operations,
  );
  return operations.filter((one) => one.op === op).reduce((sum, { value = [0] }) => sum + value.length, 0);
}

test('a group is pushed in parts, each on record before it leaves, until everybody is there', async () => {
  const applicationId = (await egnyteApplication()).id;
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: true,
  });
  await learn(applicationId, { maxMembers: 5 });
  const groupId = await group('Everybody', [await person('first.one')]);
  await fill(applicationId, groupId);
  await associateGroup(actor, { applicationId, groupId });
  // The cycle would look for accounts that only this test knows of.
  await db.cycle.updateMany({ data: { stage: 'stopped', finishedAt: new Date() } });
  await db.userLink.updateMany({ where: { remoteId: { not: null } }, data: { dueAt: null } });
  await work();

  expect(sent('add')).toBe(size + 1);
  expect(await db.groupLinkMember.count()).toBe(size + 1);
  const operations = await db.operation.findMany({ where: { groupLink: { groupId } }, orderBy: { createdAt: 'asc' } });
  expect(operations.map(({ action, state }) => `${action} ${state}`)).toEqual([
    'create succeeded',
    'update succeeded',
    'update succeeded',
  ]);
  expect(await db.groupLink.findFirst()).toMatchObject({ state: 'provisioned', dueAt: null, lastError: null });

  const leavers = await db.user.findMany({ where: { username: { startsWith: 'member-1' } }, select: { id: true } });
  await updateGroupMembers(actor, { groupId, add: [], remove: leavers.map(({ id }) => id) });
  await work();
  expect(sent('remove')).toBe(leavers.length);
  expect(await db.groupLinkMember.count()).toBe(size + 1 - leavers.length);
  expect(await db.operation.count({ where: { groupLink: { groupId } } })).toBe(5);
});

test('a large group that went away over there comes back with everybody, whoever it was that changed', async () => {
  const { groupId } = await db.groupLink.findFirstOrThrow();
  const members = await db.groupLinkMember.count();
  peer.groups.clear();
  const one = await db.user.findFirstOrThrow({ where: { username: 'member-1' } });
  await updateGroupMembers(actor, { groupId, add: [one.id], remove: [] });
  await work();
  expect(await db.groupLinkMember.count()).toBe(members + 1);
  expect(await db.groupLink.findFirst()).toMatchObject({ state: 'provisioned', dueAt: null, lastError: null });
  expect(await db.groupLinkMark.count()).toBe(0);
});
