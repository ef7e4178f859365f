import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { updateMappings } from '@/lib/applications/update-mappings';
import { settingsOf } from '@/lib/core/setting';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteGroup } from '@/lib/directory/delete-group';
import { deleteUser } from '@/lib/directory/delete-user';
import { purgeUser } from '@/lib/directory/purge-user';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import { markUsersDue, wakeEngines } from '@/lib/provisioning/mark-due';
import { connectionSettings } from '@/lib/provisioning/settings';
import { updateIntegration } from '@/lib/provisioning/update-integration';
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
  tenant = `egnyte/acme${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
});

interface Account {
  id: string;
  userName: string;
  active: boolean;
  userType?: string;
  name?: { givenName?: string; formatted?: string };
}

interface TenantState {
  users: Account[];
  groups: { id: string; displayName: string; members?: { value: string }[] }[];
}

interface Stored {
  users: { id: string; data: Account }[];
  groups: { id: string; displayName: string; members: string[] }[];
}

/** The resources of the tenant, as it stores them. */
async function state(): Promise<TenantState> {
  const { users, groups } = await peer.control<Stored>('GET', `/state?tenant=${tenant}`);
  return {
    users: users.map(({ id, data }) => ({ ...data, id })),
    groups: groups.map(({ id, displayName, members }) => ({
      id,
      displayName,
      members: members.map((value) => ({ value })),
    })),
  };
}
const account = async (userName: string) => (await state()).users.find((user) => user.userName === userName);
const members = async (name: string) => {
  const there = await state();
  const found = there.groups.find((one) => one.displayName === name);
  return found?.members?.map((member) => there.users.find((user) => user.id === member.value)?.userName).sort();
};
const writes = async () => {
  const { requests } = await peer.control<{ requests: { method: string; path: string }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  return requests.filter((request) => request.method !== 'GET').map((request) => request.method);
};
const forgetRequests = () => peer.control('DELETE', `/requests?tenant=${tenant}`);
const events = async (name: string) =>
  (await db.event.findMany({ where: { name }, orderBy: { id: 'asc' } })).map(
    (event) => `${event.targetName}: ${event.outcome}`,
  );

/** Two people in one group, connected and provisioned. */
async function provisioned() {
  const ids = [await person('zoe.first', { firstname: 'Zoe' }), await person('yan.second', { firstname: 'Yan' })];
  const groupId = await group('Platform', ids);
  await connect(applicationId, tenant, peer);
  await associateGroup(actor, { applicationId, groupId });
  await work();
  const [zoe = '', yan = ''] = ids;
  return { zoe, yan, groupId };
}

describe('accounts', () => {
  test('a service account is created with a generated password, which is kept and told nowhere', async () => {
    const extension = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
    const row = (target: string, source: string) => {
      const plain = { matchingPrecedence: null, defaultValue: null, required: false, kind: 'constant' as const };
      return { ...plain, id: `new-${target.slice(-20)}`, target, source, apply: 'creation' as const };
    };
    const service = [
      ...(await db.attributeMapping.findMany({ where: { applicationId, objectType: 'user' } })),
      row(`${extension}:serviceAccount`, 'True'),
      row(`${extension}:sendInvite`, 'False'),
    ];
    const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
    await updateMappings(actor, { applicationId, objectType: 'user', version, mappings: service });
    const userId = await person('svc.backup');
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId: await group('Services', [userId]) });
    await work();
    // Without a password that is mapped, the rule of the application has one generated.
    expect(await account('svc.backup')).toMatchObject({ active: true, [extension]: { serviceAccount: true } });
    const exchanges = await db.exchange.findMany();
    const bodies = exchanges.map(({ requestBody }) => requestBody ?? '').filter((body) => body.includes('password'));
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) expect(body).toContain('"password":"[redacted]"');
  });

  test('what an expression redacts is sent, and shown in no event, operation or exchange', async () => {
    const table = await db.attributeMapping.findMany({ where: { applicationId, objectType: 'user' } });
    const mappings = table.map((row) =>
      row.target === 'name.familyName'
        ? { ...row, kind: 'expression' as const, source: 'Redact(ToUpper([lastname]))' }
        : row,
    );
    const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
    await updateMappings(actor, { applicationId, objectType: 'user', version, mappings });
    const userId = await person('r.hidden', { lastname: 'Witness' });
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId: await group('Protected', [userId]) });
    await work();
    expect((await account('r.hidden'))?.name).toMatchObject({ familyName: 'WITNESS' });
    const link = { userLink: { userId } };
    const told = {
      events: await db.event.findMany({ where: { targetId: userId, applicationId } }),
      operations: await db.operation.findMany({ where: link }),
      exchanges: await db.exchange.findMany({ where: { operation: link } }),
    };
    expect(told.exchanges.length).toBeGreaterThan(0);
    const text = JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain('WITNESS');
    expect(told.operations[0]?.changes).toMatchObject({ 'name.familyName': { from: null, to: '[Redact]' } });
  });

  test('a unique value is the first of its candidates that nobody else in the application has', async () => {
    const table = await db.attributeMapping.findMany({ where: { applicationId, objectType: 'user' } });
    const source = 'SelectUniqueValue([firstname], Append([firstname], "2"), Append([firstname], "3"))';
    const unique = { kind: 'expression' as const, source, apply: 'creation' as const };
    const mappings = table.map((row) => {
      if (row.target === 'userName') return { ...row, ...unique, matchingPrecedence: null };
      return row.target === 'emails: value' ? { ...row, matchingPrecedence: 1 } : row;
    });
    const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
    await updateMappings(actor, { applicationId, objectType: 'user', version, mappings });
    const two = [await person('a.lima', { firstname: 'ana' }), await person('a.lopez', { firstname: 'Ana' })];
    // An account of this name is there already, and is nobody's.
    const groupId = await group('Platform', [...two, await person('d.other', { firstname: 'd.kim' })]);
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    const named = (user: Account) => user.userName.toLowerCase();
    const names = async () =>
      (await state()).users
        .map(named)
        .filter((name) => /^(ana|d\.kim)\d?$/.test(name))
        .sort();
    expect(await names()).toEqual(['ana', 'ana2', 'd.kim', 'd.kim2']);
    const [third, fourth] = [await person('a.ruiz', { firstname: 'ana' }), await person('a.vaz', { firstname: 'ana' })];
    await updateGroupMembers(actor, { groupId, add: [third], remove: [] });
    await work();
    expect(await names()).toEqual(['ana', 'ana2', 'ana3', 'd.kim', 'd.kim2']);
    // Whoever finds all of them taken is told so, and takes nobody's account.
    await updateGroupMembers(actor, { groupId, add: [fourth], remove: [] });
    await work();
    expect(await names()).toEqual(['ana', 'ana2', 'ana3', 'd.kim', 'd.kim2']);
    const left = await db.userLink.findFirstOrThrow({ where: { applicationId, userId: fourth } });
    expect(left).toMatchObject({ state: 'skipped', remoteId: null });
    expect(JSON.stringify(left.lastError)).toContain('All values that this gives are taken');
  });

  test('everybody in an associated group gets an account, and the group its members, with one event each', async () => {
    await provisioned();
    expect(await account('zoe.first')).toMatchObject({
      active: true,
      name: { givenName: 'Zoe', formatted: 'Zoe Test' },
    });
    expect(await members('Platform')).toEqual(['yan.second', 'zoe.first']);
    expect((await events('user_create_provision')).sort()).toEqual(['Yan Test: success', 'Zoe Test: success']);
    expect(await events('group_create_provision')).toEqual(['Platform: success']);
    expect(await db.operation.count({ where: { finishedAt: null } })).toBe(0);
  });

  test('nothing changed means not one write', async () => {
    await provisioned();
    await forgetRequests();
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await writes()).toEqual([]);
    expect(await db.cycle.findFirst({ orderBy: { startedAt: 'desc' } })).toMatchObject({ stage: 'finished' });
  });

  test('one changed attribute is one PATCH of that attribute', async () => {
    const { zoe } = await provisioned();
    await forgetRequests();
    const user = await db.user.findUniqueOrThrow({ where: { id: zoe } });
    await updateUser(actor, { ...user, customAttributes: {}, firstname: 'Zoë' }, unguarded);
    await work();
    expect(await account('zoe.first')).toMatchObject({ name: { givenName: 'Zoë' } });
    expect(await writes()).toEqual(['PATCH']);
  });

  test('an existing account with the same username is taken over: only differences are sent, and userType stays', async () => {
    await person('ana.martinez', { firstname: 'Ana', lastname: 'Changed' });
    const ana = await db.user.findFirstOrThrow({ where: { username: 'ana.martinez' } });
    const before = await account('ana.martinez');
    const groupId = await group('Sales', [ana.id]);
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    const after = await account('ana.martinez');
    expect(after?.id).toBe(before?.id);
    expect(after?.userType).toBe(before?.userType);
    expect(after?.name).toMatchObject({ familyName: 'Changed' });
    expect(await events('user_create_provision')).toEqual([]);
    expect(await db.userLink.findFirst({ where: { userId: ana.id } })).toMatchObject({
      state: 'provisioned',
      takenOver: true,
    });
  });
});

/** As an administrator of the application does it. */
async function deleteThere(path: string): Promise<void> {
  const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const answer = await fetch(`${scimUrl}${path}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(204);
}

describe('a cycle', () => {
  test('whose reading is older than our own last write of an account does not undo it, nor send it again', async () => {
    const { zoe } = await provisioned();
    await runCycleNow(actor, { applicationId });
    await work();
    const user = await db.user.findUniqueOrThrow({ where: { id: zoe } });
    await db.user.update({ where: { id: zoe }, data: { firstname: 'Zoë' } });
    await directoryChanged({ userIds: [zoe], groupIds: [] });
    await work();
    expect(await account(user.username)).toMatchObject({ name: { givenName: 'Zoë' } });
    await forgetRequests();
    // As when her page was read before the change, and the other pages after it.
    const { id: cycleId } = await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'users' } });
    await transaction(async (tx) =>
      wakeEngines(tx, await markUsersDue(tx, { applicationId }, { priority: 2, cycleId })),
    );
    await work();
    expect(await db.cycle.findUniqueOrThrow({ where: { id: cycleId } })).toMatchObject({ stage: 'finished' });
    expect(await writes()).toEqual([]);
  });

  test('creates an account again that was taken over without a change and then deleted over there, in its groups', async () => {
    const { groupId } = await provisioned();
    const ana = await person('ana.martinez', { firstname: 'Ana', lastname: 'Martinez' });
    await updateGroupMembers(actor, { groupId, add: [ana], remove: [] });
    await work();
    // Taken over, and in agreement already: nothing was ever changed by us.
    await db.userLink.updateMany({ where: { userId: ana }, data: { lastChangeAt: null } });
    const there = await account('ana.martinez');
    await deleteThere(`/Users/${there?.id}`);
    await runCycleNow(actor, { applicationId });
    await work();
    const again = await account('ana.martinez');
    expect(again).toMatchObject({ active: true });
    expect(again?.id).not.toBe(there?.id);
    expect(await members('Platform')).toContain('ana.martinez');
    await forgetRequests();
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await writes()).toEqual([]);
  });

  test('creates a group again that was deleted over there, with its members', async () => {
    await provisioned();
    const there = (await state()).groups.find((one) => one.displayName === 'Platform');
    await deleteThere(`/Groups/${there?.id}`);
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await members('Platform')).toEqual(['yan.second', 'zoe.first']);
    await forgetRequests();
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await writes()).toEqual([]);
  });
});

describe('leaving', () => {
  test('suspension deactivates and keeps the membership; coming back reactivates', async () => {
    const { zoe } = await provisioned();
    await suspendUser(actor, { id: zoe });
    await work();
    expect(await account('zoe.first')).toMatchObject({ active: false });
    expect(await members('Platform')).toEqual(['yan.second', 'zoe.first']);
    await reactivateUser(actor, { id: zoe });
    await work();
    expect(await account('zoe.first')).toMatchObject({ active: true });
    expect(await events('user_deprovision')).toEqual(['Zoe Test: success']);
  });

  test('losing one group keeps the account while another still grants it', async () => {
    const { zoe, groupId } = await provisioned();
    const other = await group('Readers', [zoe]);
    await associateGroup(actor, { applicationId, groupId: other });
    await work();
    await updateGroupMembers(actor, { groupId, add: [], remove: [zoe] });
    await work();
    expect(await account('zoe.first')).toMatchObject({ active: true });
    expect(await members('Platform')).toEqual(['yan.second']);
    expect(await members('Readers')).toEqual(['zoe.first']);
  });

  test('disassociating leaves the group as it is and deactivates members that no other group grants', async () => {
    const { zoe, groupId } = await provisioned();
    const other = await group('Readers', [zoe]);
    await associateGroup(actor, { applicationId, groupId: other });
    await work();
    await disassociateGroup(actor, { applicationId, groupId });
    await work();
    expect(await members('Platform')).toEqual(['yan.second', 'zoe.first']);
    expect(await account('yan.second')).toMatchObject({ active: false });
    expect(await account('zoe.first')).toMatchObject({ active: true });
  });

  test('deleting a managed group deletes it there and deactivates its members', async () => {
    const { groupId } = await provisioned();
    await deleteGroup(actor, { id: groupId });
    await work();
    expect((await state()).groups.map((one) => one.displayName)).not.toContain('Platform');
    expect(await account('zoe.first')).toMatchObject({ active: false });
    expect(await events('group_delete_provision')).toEqual(['Platform: success']);
  });

  test('soft deletion deactivates, permanent deletion deletes the account', async () => {
    const { zoe } = await provisioned();
    await deleteUser(actor, { id: zoe });
    await work();
    expect(await account('zoe.first')).toMatchObject({ active: false });
    await purgeUser(actor, { id: zoe });
    await work();
    expect(await account('zoe.first')).toBeUndefined();
    expect((await events('user_delete_provision')).length).toBe(1);
  });
});

describe('another place', () => {
  test('activating against another tenant forgets whose account is whose, and finds everybody anew', async () => {
    const { zoe } = await provisioned();
    await deactivateIntegration(actor, { applicationId });
    const elsewhere = `egnyte/elsewhere${count}`;
    await peer.control('POST', '/reset', { tenant: elsewhere });
    await connect(applicationId, elsewhere, peer);
    const between = await db.userLink.findFirstOrThrow({ where: { userId: zoe } });
    expect(between).toMatchObject({ remoteId: null, lastSent: null, state: 'pending' });
    await work();
    const after = await db.userLink.findFirstOrThrow({ where: { userId: zoe } });
    expect(after.state).toBe('provisioned');
    const there = await peer.control<Stored>('GET', `/state?tenant=${elsewhere}`);
    expect(there.users.find((user) => user.data.userName === 'zoe.first')?.id).toBe(after.remoteId);
    // What stays behind stays as it is.
    expect(await account('zoe.first')).toMatchObject({ active: true });
  });

  test('deactivating and activating again at the same place goes on with the links', async () => {
    const { zoe } = await provisioned();
    const before = await db.userLink.findFirstOrThrow({ where: { userId: zoe } });
    await deactivateIntegration(actor, { applicationId });
    await forgetRequests();
    await connect(applicationId, tenant, peer);
    await work();
    const after = await db.userLink.findFirstOrThrow({ where: { userId: zoe } });
    expect(after).toMatchObject({ remoteId: before.remoteId, state: 'provisioned' });
    expect(await writes()).toEqual([]);
  });
});

describe('groups', () => {
  test('an empty group is not created', async () => {
    await provisioned();
    const empty = await group('Nobody', []);
    await associateGroup(actor, { applicationId, groupId: empty });
    await work();
    expect((await state()).groups.map((one) => one.displayName)).not.toContain('Nobody');
  });

  test('renaming renames, and one member more is one PATCH', async () => {
    const { groupId } = await provisioned();
    const third = await person('xi.third', { firstname: 'Xi' });
    await forgetRequests();
    await updateGroupMembers(actor, { groupId, add: [third], remove: [] });
    await work();
    expect(await members('Platform')).toEqual(['xi.third', 'yan.second', 'zoe.first']);
    expect((await writes()).sort()).toEqual(['PATCH', 'POST']);
    const { version } = await db.group.findUniqueOrThrow({ where: { id: groupId } });
    await updateGroup(actor, { id: groupId, version, name: 'Platform Team', description: '' });
    await work();
    expect(await members('Platform Team')).toEqual(['xi.third', 'yan.second', 'zoe.first']);
  });

  test('a group with the same name is taken over, and the members that are not ours stay', async () => {
    const there = (await state()).groups[0];
    if (!there) throw new Error('The sandbox has no group to take over.');
    const before = (await members(there.displayName)) ?? [];
    const id = await person('wim.fourth', { firstname: 'Wim' });
    const groupId = await group(there.displayName, [id]);
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    expect(await members(there.displayName)).toEqual([...before, 'wim.fourth'].sort());
    const link = await db.groupLink.findFirst({ where: { groupId } });
    expect(link).toMatchObject({ takenOver: true, foreignMembers: before.length });
  });

  test('with group management off, people are managed and groups are left alone', async () => {
    const { groupId, zoe } = await provisioned();
    const integration = await db.integration.findUniqueOrThrow({ where: { applicationId } });
    const settings = { ...settingsOf(connectionSettings, integration), manageGroups: false };
    await updateIntegration(actor, { applicationId, version: integration.version, ...settings });
    await updateGroupMembers(actor, { groupId, add: [], remove: [zoe] });
    await work();
    expect(await members('Platform')).toEqual(['yan.second', 'zoe.first']);
    expect(await account('zoe.first')).toMatchObject({ active: false });
  });
});

describe('faults', () => {
  test('a revoked token quarantines at once, with a handful of requests, and says so by mail', async () => {
    const { groupId } = await provisioned();
    await peer.control('POST', '/faults', { tenant, unauthorized: true });
    await forgetRequests();
    const more = await Promise.all(Array.from({ length: 30 }, (_, index) => person(`late.${index}`)));
    await updateGroupMembers(actor, { groupId, add: more, remove: [] });
    await work();
    expect(await db.integration.findFirst({ where: { applicationId } })).toMatchObject({ status: 'quarantined' });
    const { requests } = await peer.control<{ requests: unknown[] }>('GET', `/requests?tenant=${tenant}`);
    expect(requests.length).toBeLessThan(10);
  });

  test('one person who breaks a rule does not stop the others, and the link says which rule', async () => {
    const good = await person('good.person');
    const bad = await person('bad person!');
    const groupId = await group('Mixed', [good, bad]);
    await connect(applicationId, tenant, peer);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    expect(await account('good.person')).toMatchObject({ active: true });
    const link = await db.userLink.findFirst({ where: { userId: bad } });
    expect(link).toMatchObject({ state: 'skipped', lastError: { code: 'ApplicationRule' } });
    expect(await members('Mixed')).toEqual(['good.person']);
  });
});
