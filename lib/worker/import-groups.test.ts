import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { getApplication } from '@/lib/applications/queries';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteGroup } from '@/lib/directory/delete-group';
import { listForeignMembers } from '@/lib/directory/foreign-members';
import { getGroup } from '@/lib/directory/get-group';
import { nestGroup } from '@/lib/directory/nest-group';
import { turnGroup } from '@/lib/directory/turn-group';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateGroupRule } from '@/lib/directory/update-group-rule';
import { type Actor, systemActor } from '@/lib/events/actor';
import { fetchAccounts } from '@/lib/imports/fetch-accounts';
import { confirmImportGroups } from '@/lib/imports/groups/confirm-groups';
import { decideImportGroups } from '@/lib/imports/groups/decide-groups';
import { countImportGroups, listImportGroups } from '@/lib/imports/groups/queries';
import { readGroups } from '@/lib/imports/groups/read-groups';
import { listImportRuns } from '@/lib/imports/runs';
import { defaultMatching, defaultReverseMappings } from '@/lib/imports/settings-schema';
import { beginScheduled, discardImport, startImport } from '@/lib/imports/start-import';
import type { ImportTakes } from '@/lib/imports/takes';
import { findConnection } from '@/lib/provisioning/connection';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { linkGroup } from '@/lib/provisioning/link-group';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let actor: Actor = systemActor;
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/groups${count}`;
  await emptyTables('users', 'groups', 'applications', 'events', 'mails');
  await peer.control('POST', '/reset', { tenant });
  await peer.control('DELETE', '/groups', { tenant, name: 'Engineering' });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  await connect(applicationId, tenant, peer);
  actor = { id: await person('the.admin'), name: 'the.admin', clientAddress: null };
  await db.user.updateMany({ data: { role: 'administrator' } });
});

const there = (name: string, members?: string[], rename?: string) =>
  peer.control<{ id: string }>('POST', '/groups', { tenant, name, members, rename });
const requests = async (path: RegExp) => {
  const log = await peer.control<{ requests: { method: string; path: string }[] }>('GET', `/requests?tenant=${tenant}`);
  return log.requests.filter((one) => path.test(one.path)).map(({ method, path: asked }) => `${method} ${asked}`);
};
const groupWrites = async () => (await requests(/Groups/)).filter((one) => !one.startsWith('GET'));

/** An import that was read, and has followed what is here already. */
async function read(takes: ImportTakes = 'groups'): Promise<string> {
  const { id } = await startImport(actor, { applicationId, takes, replace: true });
  await work();
  return id;
}

async function rows(importId: string) {
  const { items } = await listImportGroups(importId, {});
  return Object.fromEntries(items.map((one) => [one.name, one]));
}

/** Makes these accounts over there those of people of the same names. @returns the people */
async function linked(...usernames: string[]): Promise<Record<string, string>> {
  const state = await peer.control<{ users: { id: string; data: { userName: string } }[] }>(
    'GET',
    `/state?tenant=${tenant}`,
  );
  const people: Record<string, string> = {};
  for (const username of usernames) {
    const remoteId = state.users.find(({ data }) => data.userName === username)?.id ?? '';
    const userId = await person(username);
    await db.userLink.create({ data: { applicationId, userId, remoteId, state: 'imported' } });
    people[username] = userId;
  }
  return people;
}

async function kept(name: string): Promise<string> {
  const importId = await read();
  const remoteId = (await rows(importId))[name]?.remoteId ?? '';
  await confirmImportGroups(actor, { importId, remoteIds: [remoteId] });
  await work();
  return (await db.group.findFirstOrThrow({ where: { remoteId, deletedAt: null } })).id;
}

const members = async (groupId: string) => {
  const found = await db.groupMember.findMany({ where: { groupId }, select: { user: { select: { username: true } } } });
  return found.map((one) => one.user.username).sort();
};
const refusal = (run: () => Promise<unknown>) =>
  run().then(
    () => 'allowed',
    (error: { code?: string }) => error.code,
  );

test('a group is kept with the people whose accounts are in it, the others are named, nobody here changes it, and nothing of it is ever sent back', async () => {
  await there('Legal hold', ['ana.martinez', 'ben.okafor', 'legacy.admin']);
  await there('Nobody yet', []);
  const people = await linked('ana.martinez', 'ben.okafor');
  // The first cycle, which reads the accounts.
  await work();
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  const importId = await read();
  expect(await requests(/./)).toHaveLength(1);
  expect((await rows(importId))['Legal hold']).toMatchObject({
    ...{ match: 'none', decision: 'keep', state: 'listed', members: 3, foreignMembers: 1, told: true },
  });
  await confirmImportGroups(actor, { importId });
  const run = { ofGroups: true, kind: 'confirmed', startedByName: actor.name };
  expect(await listImportRuns(importId)).toMatchObject([{ ...run, finishedAt: null, done: null, failed: null }]);
  await work();
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'finished' });
  const [ran] = await listImportRuns(importId);
  expect(ran).toMatchObject({ ...run, finishedAt: expect.any(Date), done: ran?.rows, failed: 0 });
  const { id, version } = await db.group.findFirstOrThrow({ where: { name: 'Legal hold' } });
  expect(await members(id)).toEqual(['ana.martinez', 'ben.okafor']);
  expect(await getGroup(id)).toMatchObject({ readOnly: true, importedFrom: { id: applicationId }, foreignMembers: 1 });
  expect((await listForeignMembers(id, {})).items).toMatchObject([{ name: 'Lena Adler' }]);

  const other = await group('Mine', []);
  const values = { id, version, name: 'Renamed', description: '' };
  const rule = [[{ attribute: 'department', operator: 'EQUALS' as const, value: 'x', caseSensitive: false }]];
  const refused = [
    () => updateGroup(actor, values),
    () => updateGroupMembers(actor, { groupId: id, add: [], remove: [people['ana.martinez'] ?? ''] }),
    () => updateGroupRule(actor, { id, version, rule: rule as never }),
    () => nestGroup(actor, { parentId: id, childId: other }),
    () => deleteGroup(actor, { id }),
    () => associateGroup(actor, { applicationId, groupId: id }),
    () => linkGroup(actor, { applicationId, groupId: id, remoteId: 'x' }),
  ];
  for (const run of refused) expect(await refusal(run)).toBe('conflict');
  await expect(db.group.update({ where: { id }, data: { dynamic: true } })).rejects.toThrow();

  // It gives access elsewhere; and neither it, nor a namesake of the directory, is pushed where it comes from.
  const elsewhere = (await egnyteApplication('Elsewhere')).id;
  await connect(elsewhere, `${tenant}b`, peer);
  await associateGroup(actor, { applicationId: elsewhere, groupId: id });
  const namesake = await group('Legal hold', [people['ana.martinez'] ?? '']);
  await associateGroup(actor, { applicationId, groupId: namesake });
  await runCycleNow(actor, { applicationId });
  await work();
  expect(await groupWrites()).toEqual([]);
  expect(await db.groupLink.findMany({ where: { applicationId }, select: { groupId: true, state: true } })).toEqual([
    { groupId: namesake, state: 'conflict' },
  ]);
  const links = { applicationId: elsewhere, userId: people['ana.martinez'] ?? '' };
  expect(await db.userLink.findUnique({ where: { applicationId_userId: links } })).toMatchObject({
    state: 'provisioned',
  });
  expect(await db.groupLink.findFirst({ where: { applicationId: elsewhere } })).toMatchObject({
    ...{ groupId: id, state: 'provisioned' },
  });

  // Turned into one of the directory, it is changed here, and is pushed there once somebody says so.
  expect(await refusal(() => turnGroup(actor, { id, version }))).toBe('already_exists');
  await deleteGroup(actor, { id: namesake });
  const turned = await turnGroup(actor, { id, version });
  expect(turned).toMatchObject({ importedFromId: null, remoteId: null });
  expect(await members(id)).toEqual(['ana.martinez', 'ben.okafor']);
  await updateGroup(actor, { ...values, version: turned.version });
  expect((await getApplication(applicationId)).id).toBe(applicationId);
});

test('whoever becomes the person of an account is in its groups at once, and who is nobody any more is not', async () => {
  await there('Legal hold', ['ana.martinez', 'priya.nair']);
  const id = await kept('Legal hold');
  expect(await members(id)).toEqual([]);
  expect(await getGroup(id)).toMatchObject({ foreignMembers: 2 });
  const { 'ana.martinez': ana = '' } = await linked('ana.martinez');
  await work();
  expect(await members(id)).toEqual(['ana.martinez']);
  const told = { name: 'group_members_update', targetId: id };
  expect(await db.event.findFirst({ where: told })).toMatchObject({ changes: { added: { to: ['ana.martinez'] } } });
  await db.userLink.deleteMany({ where: { applicationId, userId: ana } });
  await work();
  expect(await members(id)).toEqual([]);
  expect((await listForeignMembers(id, { limit: 1 })).items).toHaveLength(1);
});

test('later imports follow names, and who came and went; what is gone over there stays here, is marked, and may be deleted', async () => {
  await there('Legal hold', ['ana.martinez', 'ben.okafor']);
  await there('Archive', ['ana.martinez']);
  await linked('ana.martinez', 'ben.okafor', 'priya.nair');
  const id = await kept('Legal hold');
  const archive = await kept('Archive');
  await read();
  const events = () => db.event.count({ where: { name: { in: ['group_update', 'group_members_update'] } } });
  const before = await events();
  const same = await read();
  expect([await events(), (await rows(same))['Legal hold']]).toMatchObject([before, { match: 'kept', state: 'done' }]);

  await there('Legal hold', ['ben.okafor', 'priya.nair', 'legacy.admin'], 'On hold');
  await peer.control('DELETE', '/groups', { tenant, name: 'Archive' });
  const importId = await read();
  expect(await rows(importId)).toMatchObject({
    'On hold': { match: 'kept', state: 'done', joins: 1, leaves: 1 },
    Archive: { gone: true, state: 'done' },
  });
  expect(await getGroup(id)).toMatchObject({ name: 'On hold', foreignMembers: 1, goneAt: null });
  expect(await members(id)).toEqual(['ben.okafor', 'priya.nair']);
  expect(await getGroup(archive)).toMatchObject({ goneAt: expect.any(Date), orphan: true });
  expect(await members(archive)).toEqual(['ana.martinez']);
  await deleteGroup(actor, { id: archive });
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'finished' });
});

test('where more people would lose access than the safeguard lets, the group stays as it was until somebody confirms', async () => {
  await there('Legal hold', ['ana.martinez', 'ben.okafor', 'priya.nair']);
  const people = await linked('ana.martinez', 'ben.okafor', 'priya.nair');
  const id = await kept('Legal hold');
  const elsewhere = (await egnyteApplication('Elsewhere')).id;
  await associateGroup(actor, { applicationId: elsewhere, groupId: id });
  // Whom something else lets in loses nothing.
  const also = await group('Also', [people['ana.martinez'] ?? '']);
  await associateGroup(actor, { applicationId: elsewhere, groupId: also });
  const schedule = { safeguardPeople: 1, safeguardPercent: 1 };
  const rules = { matching: defaultMatching, mappings: [...defaultReverseMappings] };
  await db.importSettings.create({ data: { applicationId, schedule, ...rules } });
  await there('Legal hold', ['ben.okafor']);
  const one = await read();
  expect(await db.import.findUnique({ where: { id: one } })).toMatchObject({ heldLeaving: null });
  expect(await members(id)).toEqual(['ben.okafor']);

  await there('Legal hold', ['ana.martinez', 'ben.okafor', 'priya.nair']);
  await read();
  await there('Legal hold', []);
  const importId = await read();
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ heldLeaving: 2, state: 'review' });
  expect(await members(id)).toHaveLength(3);
  expect(await db.mail.count({ where: { subject: { contains: '2 people would lose access' } } })).toBe(1);
  expect(await countImportGroups(importId)).toMatchObject({ held: 1, ready: 1 });
  await confirmImportGroups(actor, { importId });
  await work();
  expect(await members(id)).toEqual([]);
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'finished' });
});

test('a namesake needs a choice, which the next import of the schedule takes over: linked it is pushed with what is there, turned it stands beside, left out it stays left out', async () => {
  const [sales, legal] = [
    await there('Sales', ['ana.martinez', 'legacy.admin']),
    await there('Legal', ['ana.martinez']),
  ];
  await there('Junk', []);
  const { 'ana.martinez': ana = '' } = await linked('ana.martinez');
  const mine = await group('Sales', [ana]);
  await associateGroup(actor, { applicationId, groupId: mine });
  await db.importSettings.create({
    data: {
      applicationId,
      matching: { ...defaultMatching },
      mappings: [...defaultReverseMappings],
      schedule: { importTakes: 'people_and_groups' },
    },
  });
  const { id: earlier } = await startImport(actor, { applicationId, takes: 'people_and_groups' });
  // Nothing else has its turn: a cycle would take the namesake over.
  await fetchAccounts(earlier);
  const found = await rows(earlier);
  expect(found).toMatchObject({
    Sales: { match: 'name', decision: null, group: { id: mine } },
    Legal: { match: 'none' },
  });
  const helpdesk = { id: await person('help'), name: 'help', clientAddress: null };
  await db.user.update({ where: { id: helpdesk.id }, data: { role: 'helpdesk' } });
  const of = (remoteId: string | undefined, decision: 'link' | 'turn' | 'ignore') => ({
    ...{ importId: earlier, remoteIds: [remoteId ?? ''], decision },
  });
  expect(await refusal(() => decideImportGroups(helpdesk, of(sales.id, 'link')))).toBe('forbidden');
  await decideImportGroups(actor, of(sales.id, 'link'));
  await decideImportGroups(actor, of(legal.id, 'turn'));
  await decideImportGroups(helpdesk, of(found.Junk?.remoteId, 'ignore'));
  await transaction((tx) => beginScheduled(tx, applicationId, { id: earlier }));
  const { id: importId } = await db.import.findFirstOrThrow({ where: { finishedAt: null, takesGroups: true } });
  await fetchAccounts(importId);
  expect(await rows(importId)).toMatchObject({
    Sales: { decision: 'link', group: { id: mine } },
    Legal: { decision: 'turn' },
    Junk: { decision: 'ignore' },
  });
  await confirmImportGroups(helpdesk, { importId });
  await work();
  expect(await rows(importId)).toMatchObject({
    Sales: { state: 'done', error: null },
    Legal: { state: 'done' },
    Junk: { state: 'listed', decision: 'ignore', error: null },
  });
  expect(await db.groupLink.findFirst({ where: { groupId: mine } })).toMatchObject({
    ...{ remoteId: sales.id, state: 'provisioned', takenOver: true, foreignMembers: 1 },
  });
  const turned = await db.group.findFirstOrThrow({ where: { name: 'Legal' } });
  expect([turned.importedFromId, await members(turned.id)]).toEqual([null, ['ana.martinez']]);
  await discardImport(actor, { importId });
  const again = await rows(await read());
  expect(again).toMatchObject({ Sales: { match: 'linked' }, Legal: { match: 'name' }, Junk: { decision: 'ignore' } });
});

test('a server that hides members in lists is asked for each group; of one that never tells, nobody is concluded to be missing', async () => {
  await there('Legal hold', ['ana.martinez']);
  await linked('ana.martinez');
  const id = await kept('Legal hold');
  await peer.control('POST', '/faults', { tenant, membersNotListed: true });
  const hide = (memberReads: string) =>
    db.integration.update({ where: { applicationId }, data: { capabilities: { memberReads } } });
  await hide('byId');
  await there('Legal hold', ['ana.martinez', 'ben.okafor']);
  await read();
  expect([await members(id), await getGroup(id)]).toMatchObject([['ana.martinez'], { foreignMembers: 1 }]);
  await hide('nowhere');
  await there('Legal hold', []);
  const importId = await read();
  expect((await rows(importId))['Legal hold']).toMatchObject({ told: false, leaves: 0 });
  expect([await members(id), await getGroup(id)]).toMatchObject([['ana.martinez'], { membersTold: false }]);
});

test('a reading of groups that is killed between pages goes on where it was: no group twice, none missing', async () => {
  for (let at = 0; at < 5; at += 1) await there(`Team ${at}`, ['ana.martinez']);
  await peer.control('POST', '/faults', { tenant, maxPageSize: 2 });
  const { id: importId } = await startImport(actor, { applicationId, takes: 'groups' });
  const begun = await db.import.findUniqueOrThrow({ where: { id: importId } });
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('There is no connection.');
  expect(await readGroups(connection, begun, 0)).toBe('another stretch');
  await fetchAccounts(importId);
  await Promise.all([fetchAccounts(importId), work()]);
  const found = await db.import.findUniqueOrThrow({ where: { id: importId } });
  expect(found).toMatchObject({ state: 'review', groupsFetched: 5, groupsReading: { pages: 3, resources: 5 } });
});
