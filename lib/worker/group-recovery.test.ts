import { describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { unguarded } from '@/lib/directory/testing/people';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import { wakeEngine } from '@/lib/provisioning/mark-due';
import { group, oneStretch, person, work } from './testing/support';
import { tenantPerTest } from './testing/tenant';

let applicationId = '';

const {
  connect,
  control,
  faults,
  state,
  members,
  groupNames: names,
  requests,
  forgetRequests,
  bySomebody,
  patchedBySomebody,
} = tenantPerTest('groups', (id) => {
  applicationId = id;
});
const deleteThere = (path: string) => bySomebody('DELETE', path);

/** One stretch after a change, and nothing of what is to be tried again later. */
async function stretch(change: Parameters<typeof directoryChanged>[0]): Promise<void> {
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await directoryChanged(change);
  await oneStretch(applicationId);
}

/** What waits for a later try is tried now. */
async function later(): Promise<void> {
  await db.$executeRaw`UPDATE user_links SET due_at = clock_timestamp() WHERE due_at IS NOT NULL`;
  await db.$executeRaw`UPDATE group_links SET due_at = clock_timestamp() WHERE due_at IS NOT NULL`;
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await wakeEngine(db, applicationId);
  await work();
}

/** Everybody has an account by one group; the other one has only the first of them. */
async function twoGroups(usernames: readonly string[]) {
  const ids = await Promise.all(usernames.map((name) => person(name)));
  const everybody = await group('Everybody', ids);
  const crew = await group('Crew', ids.slice(0, 1));
  for (const groupId of [everybody, crew]) await associateGroup(actor, { applicationId, groupId });
  await connect();
  await work();
  return { ids, everybody, crew };
}

describe('members whose adding was answered by nothing', () => {
  test('are taken out again when they have left meanwhile, with everybody else who left', async () => {
    const { ids, crew } = await twoGroups(['ann', 'ben', 'cat']);
    const [ann = '', ben = '', cat = ''] = ids;
    await faults({ dropNext: 1 });
    await updateGroupMembers(actor, { groupId: crew, add: [ben, cat], remove: [] });
    await stretch({ userIds: [ben, cat], groupIds: [crew] });
    expect(await members('Crew')).toEqual(['ann', 'ben', 'cat']);
    expect(await db.operation.count({ where: { finishedAt: null } })).toBe(1);
    await updateGroupMembers(actor, { groupId: crew, add: [], remove: [ann, ben] });
    await stretch({ userIds: [ann, ben], groupIds: [crew] });
    await later();
    expect(await members('Crew')).toEqual(['cat']);
    const link = await db.groupLink.findFirstOrThrow({ where: { groupId: crew }, include: { members: true } });
    expect(link).toMatchObject({ state: 'provisioned', foreignMembers: 0 });
    expect(link.members).toHaveLength(1);
    expect(await db.operation.count({ where: { finishedAt: null } })).toBe(0);
  });

  test('are ours although somebody else put other members there', async () => {
    const { ids, crew } = await twoGroups(['ann', 'ben']);
    const [, ben = ''] = ids;
    const foreign = (await state()).users.find(({ data }) => data.userName !== 'ann' && data.userName !== 'ben');
    const { remoteId } = await db.groupLink.findFirstOrThrow({ where: { groupId: crew } });
    const value = [{ value: foreign?.id }];
    await patchedBySomebody(`/Groups/${remoteId}`, { op: 'add', path: 'members', value });
    await faults({ dropNext: 1 });
    await updateGroupMembers(actor, { groupId: crew, add: [ben], remove: [] });
    await stretch({ userIds: [ben], groupIds: [crew] });
    await updateGroupMembers(actor, { groupId: crew, add: [], remove: [ben] });
    await stretch({ userIds: [ben], groupIds: [crew] });
    await later();
    expect(await members('Crew')).toEqual(['ann', foreign?.data.userName].sort());
    expect(await db.groupLink.findFirstOrThrow({ where: { groupId: crew } })).toMatchObject({ foreignMembers: 1 });
  });
});

describe('a group whose create was answered by nothing', () => {
  test('is found under the name of then, renamed, and is no second one', async () => {
    const ids = [await person('ann'), await person('ben')];
    const everybody = await group('Everybody', ids);
    await associateGroup(actor, { applicationId, groupId: everybody });
    await connect();
    await work();
    const before = await names();
    const groupId = await group('Old name', ids);
    await associateGroup(actor, { applicationId, groupId });
    await faults({ dropNext: 1 });
    await stretch({ userIds: [], groupIds: [groupId] });
    expect(await names()).toEqual([...before, 'Old name'].sort());
    const { version } = await db.group.findUniqueOrThrow({ where: { id: groupId } });
    await updateGroup(actor, { id: groupId, version, name: 'New name', description: '' });
    await updateGroupMembers(actor, { groupId, add: [], remove: ids.slice(0, 1) });
    await stretch({ userIds: [], groupIds: [groupId] });
    await later();
    expect(await names()).toEqual([...before, 'New name'].sort());
    expect(await members('New name')).toEqual(['ben']);
    const link = await db.groupLink.findFirstOrThrow({ where: { groupId } });
    expect(link).toMatchObject({ state: 'provisioned', foreignMembers: 0, takenOver: false });
    const made = await db.event.findMany({ where: { name: 'group_create_provision', targetId: groupId } });
    expect(made.filter(({ outcome }) => outcome === 'success')).toHaveLength(1);
  });

  test('is looked for in the whole list where the application cannot be searched', async () => {
    const { ids } = await twoGroups(['ann', 'ben']);
    await db.$executeRaw`UPDATE integrations SET capabilities = capabilities || '{"filter": false}'`;
    await forgetRequests();
    const groupId = await group('Lost', ids);
    await associateGroup(actor, { applicationId, groupId });
    await faults({ dropNext: 1 });
    await stretch({ userIds: [], groupIds: [groupId] });
    await later();
    expect((await requests()).filter(({ method, path }) => method === 'POST' && path.endsWith('/Groups'))).toHaveLength(
      1,
    );
    expect(await members('Lost')).toEqual(['ann', 'ben']);
    const link = await db.groupLink.findFirstOrThrow({ where: { groupId } });
    expect(link).toMatchObject({ state: 'provisioned', takenOver: false });
  });
});

describe('an account whose create was answered by nothing', () => {
  test('is in its groups as soon as it was found, without a cycle', async () => {
    const { crew, everybody } = await twoGroups(['ann']);
    const late = await person('late');
    await faults({ dropNext: 1 });
    for (const groupId of [crew, everybody]) await updateGroupMembers(actor, { groupId, add: [late], remove: [] });
    await stretch({ userIds: [late], groupIds: [crew, everybody] });
    expect(await db.userLink.findFirst({ where: { userId: late } })).toMatchObject({ remoteId: null });
    await later();
    expect(await members('Everybody')).toEqual(['ann', 'late']);
    expect(await members('Crew')).toEqual(['ann', 'late']);
  });
});

describe('an account in error that is gone', () => {
  test('is created again by the next cycle', async () => {
    const { ids } = await twoGroups(['ann', 'ben']);
    await faults({ protectedUser: 'ann' });
    await rename(ids[0] ?? '', 'Anna');
    await work();
    expect(await db.userLink.findFirst({ where: { userId: ids[0] ?? '' } })).toMatchObject({ state: 'error' });
    await faults({ protectedUser: '' });
    await control('DELETE', '/users', { userName: 'ann' });
    // Nothing is left to be sent that would find it out.
    await rename(ids[0] ?? '', 'ann');
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await db.userLink.findFirst({ where: { userId: ids[0] ?? '' } })).toMatchObject({ state: 'provisioned' });
    expect(await members('Crew')).toEqual(['ann']);
  });

  test('is created again at once where its last change was answered by nothing, whatever is wanted by now', async () => {
    const { ids } = await twoGroups(['ann', 'ben']);
    const [ann = ''] = ids;
    await faults({ dropNext: 1 });
    await rename(ann, 'Anna');
    await stretch({ userIds: [ann], groupIds: [] });
    expect(await db.userLink.findFirst({ where: { userId: ann } })).toMatchObject({ state: 'error' });
    await control('DELETE', '/users', { userName: 'ann' });
    await rename(ann, 'ann');
    await stretch({ userIds: [ann], groupIds: [] });
    await later();
    expect((await state()).users.filter(({ data }) => data.userName === 'ann')).toHaveLength(1);
    expect(await db.userLink.findFirst({ where: { userId: ann } })).toMatchObject({ state: 'provisioned' });
    expect(await members('Crew')).toEqual(['ann']);
  });
});

describe('a group in error that is gone', () => {
  test('is created again, with its members', async () => {
    const { crew } = await twoGroups(['ann', 'ben']);
    await db.groupLink.updateMany({ where: { groupId: crew }, data: { state: 'error' } });
    const { remoteId } = await db.groupLink.findFirstOrThrow({ where: { groupId: crew } });
    await deleteThere(`/Groups/${remoteId}`);
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await members('Crew')).toEqual(['ann']);
    expect(await db.groupLink.findFirstOrThrow({ where: { groupId: crew } })).toMatchObject({ state: 'provisioned' });
  });
});

async function rename(id: string, firstname: string): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id } });
  await updateUser(actor, { ...user, customAttributes: {}, firstname }, unguarded);
}
