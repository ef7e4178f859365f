import { expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { updateGroup } from '@/lib/directory/update-group';
import { systemActor as actor } from '@/lib/events/actor';
import { listAttention } from '@/lib/home/attention';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { linkGroup, manageGroup, unlinkGroup } from '@/lib/provisioning/link-group';
import { previewGroupLink } from '@/lib/provisioning/queries/group-link-preview';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { listRemoteGroups } from '@/lib/provisioning/queries/remote-groups';
import { connectionSettings } from '@/lib/provisioning/settings';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { group, person, work } from './testing/support';
import { tenantPerTest } from './testing/tenant';

let applicationId = '';

const {
  connect,
  faults,
  state,
  members,
  groupNames,
  accountId,
  writes,
  forgetRequests,
  bySomebody,
  patchedBySomebody,
} = tenantPerTest('linked', (id) => {
  applicationId = id;
});
const linkOf = async (groupId: string) => (await listGroupLinks(applicationId, [groupId]))[0];
const set = async (values: object) => {
  const integration = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const { version } = integration;
  await updateIntegration(actor, { applicationId, version, ...settingsOf(connectionSettings, integration), ...values });
};
const makeThere = async (displayName: string, userNames: readonly string[]) => {
  const { users } = await state();
  const members = users.filter(({ data }) => userNames.includes(data.userName)).map(({ id }) => ({ value: id }));
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  return (await bySomebody<{ id: string }>('POST', '/Groups', { schemas, displayName, members })).id;
};
const foreigners = async (many: number) => (await state()).users.slice(0, many).map(({ data }) => data.userName);

/** A group that is associated, of people who are new over there. */
async function associated(name: string, usernames: readonly string[]): Promise<string> {
  const groupId = await group(name, await Promise.all(usernames.map((username) => person(username))));
  await associateGroup(actor, { applicationId, groupId });
  return groupId;
}

test('a group linked by hand gets the name and the members it has here, and unlinked it is left as it is', async () => {
  const [boss = ''] = await foreigners(1);
  const remoteId = await makeThere('Old crew', [boss]);
  const other = await associated('Other', ['ann', 'ben']);
  await connect();
  await work();
  const before = await groupNames();
  const crew = await group(
    'Crew',
    (await db.user.findMany()).map(({ id }) => id),
  );
  await associateGroup(actor, { applicationId, groupId: crew });
  const { items } = await listRemoteGroups(applicationId, { q: 'old' });
  expect(items).toMatchObject([{ remoteId, name: 'Old crew', members: 1, linkedTo: null }]);
  const preview = await previewGroupLink(applicationId, crew, remoteId);
  expect(preview).toMatchObject({ foreignMembers: 1, plan: { members: { added: 2, removed: 0 } } });
  expect(preview.plan.changes).toEqual({ displayName: { from: 'Old crew', to: 'Crew' } });
  await linkGroup(actor, { applicationId, groupId: crew, remoteId });
  await expect(linkGroup(actor, { applicationId, groupId: other, remoteId })).rejects.toMatchObject({
    code: 'conflict',
    message: 'This group is linked to Crew.',
  });
  await work();
  const { groups } = await state();
  expect(groups.find(({ id }) => id === remoteId)).toMatchObject({ displayName: 'Crew', members: { length: 3 } });
  expect(await linkOf(crew)).toMatchObject({ state: 'provisioned', members: 2, foreignMembers: 1, takenOver: true });
  expect(await groupNames()).toEqual(before.map((name) => (name === 'Old crew' ? 'Crew' : name)).sort());

  await unlinkGroup(actor, { applicationId, groupId: crew });
  const { version } = await db.group.findUniqueOrThrow({ where: { id: crew } });
  await updateGroup(actor, { id: crew, version, name: 'Renamed', description: '' });
  await runCycleNow(actor, { applicationId });
  await work();
  expect(await groupNames()).not.toContain('Renamed');
  expect(await linkOf(crew)).toMatchObject({ state: 'released', unlinked: true, remote: null, members: 0 });
  await manageGroup(actor, { applicationId, groupId: crew });
  await work();
  expect(await members('Renamed')).toEqual(['ann', 'ben']);
  const told = await db.event.findMany({ where: { name: 'group_link' }, orderBy: { id: 'asc' } });
  expect(told.map(({ outcome }) => outcome)).toEqual(['success', 'error', 'success', 'success']);
});

test('a group with members of others waits for consent where that is asked for, and loses them only where membership is exact', async () => {
  const strangers = await foreigners(2);
  await makeThere('Crew', strangers);
  await makeThere('Empty', []);
  await associated('Everybody', ['ann', 'ben']);
  await connect();
  await set({ takeOverGroups: 'unlessForeign' });
  await work();
  const [ann, ben] = await db.user.findMany({ orderBy: { username: 'asc' } });
  const groupIds = await Promise.all(['Crew', 'Empty'].map((name) => group(name, [ann?.id ?? '', ben?.id ?? ''])));
  for (const groupId of groupIds) await associateGroup(actor, { applicationId, groupId });
  await work();
  const [crew = ''] = groupIds;
  expect(await members('Crew')).toEqual([...strangers].sort());
  expect(await members('Empty')).toEqual(['ann', 'ben']);
  const waiting = await linkOf(crew);
  expect(waiting).toMatchObject({ state: 'conflict', remote: null, candidate: { foreignMembers: 2 } });
  expect(waiting?.lastError?.message).toContain('2 members over there are not managed here');
  const onHome = async () => (await listAttention()).map(({ severity, title }) => `${severity}: ${title}`);
  expect(await onHome()).toEqual(['warning: 1 group waits for consent']);
  await linkGroup(actor, { applicationId, groupId: crew, remoteId: waiting?.candidate?.remoteId ?? '' });
  await work();
  expect(await members('Crew')).toEqual(['ann', 'ben', ...strangers].sort());
  expect(await linkOf(crew)).toMatchObject({ state: 'provisioned', foreignMembers: 2, candidate: null });

  await set({ exactMembership: true });
  await work();
  expect(await members('Crew')).toEqual(['ann', 'ben']);
  expect(await linkOf(crew)).toMatchObject({ state: 'provisioned', foreignMembers: 0 });
  // Whoever is put in over there leaves by the next cycle.
  const { remoteId } = await db.groupLink.findFirstOrThrow({ where: { groupId: crew } });
  await patchedBySomebody(`/Groups/${remoteId}`, {
    op: 'add',
    path: 'members',
    value: [{ value: await accountId(strangers[0] ?? '') }],
  });
  await runCycleNow(actor, { applicationId });
  await work();
  expect(await members('Crew')).toEqual(['ann', 'ben']);
});

test('where groups are fixed their members alone are managed, and a group that is not there says so', async () => {
  await makeThere('Old crew', []);
  await makeThere('Staff', []);
  await faults({ fixedGroups: true });
  const crew = await associated('Crew', ['ann']);
  const staff = await associated('Staff', ['ben']);
  await connect();
  await work();
  expect(await members('Staff')).toEqual(['ben']);
  expect(await linkOf(crew)).toMatchObject({ state: 'skipped', lastError: { code: 'GroupNotThere' } });
  const { items } = await listRemoteGroups(applicationId, { q: 'old crew' });
  await linkGroup(actor, { applicationId, groupId: crew, remoteId: items[0]?.remoteId ?? '' });
  await work();
  expect(await members('Old crew')).toEqual(['ann']);
  expect(await linkOf(crew)).toMatchObject({ state: 'provisioned', lastError: null });
  const { capabilities } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  expect(capabilities).toMatchObject({ createGroups: false, renameGroups: false });
  // What is known is not tried again.
  await forgetRequests();
  const { version } = await db.group.findUniqueOrThrow({ where: { id: staff } });
  await updateGroup(actor, { id: staff, version, name: 'Renamed', description: '' });
  await runCycleNow(actor, { applicationId });
  await work();
  expect(await writes()).toEqual([]);
});
