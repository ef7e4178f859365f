import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { unguarded } from '@/lib/directory/testing/people';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { filterSchema } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import { updateScopeFilter } from '@/lib/provisioning/update-scope-filter';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

const tenant = 'egnyte/scope';
let peer: TestSandbox;
let applicationId = '';
let ana = '';
let ben = '';
let staffId = '';

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication()).id;
  [ana, ben] = [await person('ana'), await person('ben')];
  await db.user.updateMany({ data: { department: 'Sales' } });
  staffId = await group('Staff', [ana, ben]);
  await associateGroup(actor, { applicationId, groupId: staffId });
  await connect(applicationId, tenant, peer);
  await work();
});

async function filter(groups: unknown, more: { objectType?: ObjectType; fallingOut?: 'release' } = {}) {
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  const { objectType = 'user', fallingOut = 'deactivate' as const } = more;
  const input = { applicationId, version, objectType, groups: filterSchema.parse(groups), fallingOut };
  const saved = await updateScopeFilter(actor, input);
  await work();
  return saved;
}

async function change(userId: string, values: { department?: string }) {
  const user = await db.user.findUniqueOrThrow({ where: { id: userId } });
  await updateUser(actor, { ...user, customAttributes: {}, ...values }, unguarded);
  await work();
}

/** Of the two, who is active over there; others are there, too. */
async function active(): Promise<string[]> {
  const { users } = await peer.control<{ users: { data: { userName: string; active: boolean } }[] }>(
    'GET',
    `/state?tenant=${tenant}`,
  );
  return users
    .flatMap(({ data }) => (data.active && ['ana', 'ben'].includes(data.userName) ? [data.userName] : []))
    .sort();
}

async function groupsThere(): Promise<string[]> {
  const { groups } = await peer.control<{ groups: { displayName: string }[] }>('GET', `/state?tenant=${tenant}`);
  return groups
    .map(({ displayName }) => displayName)
    .filter((name) => name !== 'Engineering')
    .sort();
}

const attempts = () =>
  db.operation.findMany({
    where: { userLink: { userId: ben } },
    orderBy: { createdAt: 'asc' },
    select: { action: true, changes: true },
  });

const notBen = { attribute: 'username', operator: 'NOT EQUALS', value: 'ben' };
const inSales = { attribute: 'department', operator: 'EQUALS', value: 'Sales' };

test('who falls out is deactivated at once, who comes back is active again, and who is released is left as they are', async () => {
  const licensed = await group('Licensed', [ana]);
  const part = await group('Licensed in the north', [ben]);
  await db.groupNesting.create({ data: { parentId: licensed, childId: part } });
  const both = [inSales, { operator: 'IsMemberOf', groupId: licensed }];
  expect(await filter([both]), 'nobody falls out: nested members count').toMatchObject({ changed: 0 });
  await change(ben, { department: 'Legal' });
  expect(await active()).toEqual(['ana']);
  await change(ben, { department: 'Sales' });
  expect(await active()).toEqual(['ana', 'ben']);
  await updateGroupMembers(actor, { groupId: part, add: [], remove: [ben] });
  await work();
  expect(await active(), 'a group that lets nobody in').toEqual(['ana']);
  expect(await filter([])).toMatchObject({ changed: 1 });
  expect(await active()).toEqual(['ana', 'ben']);

  const again = ['deactivate', 'reactivate'];
  const sent = ['create', ...again, ...again];
  expect((await attempts()).map(({ action }) => action)).toEqual(sent);
  await filter([[notBen]], { fallingOut: 'release' });
  await change(ben, { department: 'Legal' });
  expect(await active()).toEqual(['ana', 'ben']);
  expect((await attempts()).map(({ action }) => action)).toEqual(sent);
  expect(await db.userLink.findFirst({ where: { userId: ben } })).toMatchObject({ state: 'released', dueAt: null });
  const [told] = await db.event.findMany({ where: { name: 'application_scope_update' }, orderBy: { id: 'desc' } });
  expect(told).toMatchObject({
    changes: { scopingFilter: { from: '', to: 'username NOT EQUALS "ben"' } },
    message: '1 account was released.',
  });
});

test('a group that falls out is left as it is, and its people stay; one that comes in is pushed', async () => {
  const named = [[{ attribute: 'name', operator: 'REGEX MATCH', value: '^App-' }]];
  await filter(named, { objectType: 'group' });
  expect(await groupsThere()).toEqual(['Staff']);
  expect(await db.groupLink.findFirst({ where: { groupId: staffId } })).toMatchObject({ state: 'released' });
  expect(await active()).toEqual(['ana', 'ben']);
  const other = await group('Sales', [ana]);
  await associateGroup(actor, { applicationId, groupId: other });
  await work();
  expect(await groupsThere()).toEqual(['Staff']);
  const { version } = await db.group.findUniqueOrThrow({ where: { id: other } });
  await updateGroup(actor, { id: other, version, name: 'App-Sales', description: '' });
  await work();
  expect(await groupsThere()).toEqual(['App-Sales', 'Staff']);
});
