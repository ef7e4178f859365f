import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { listPlanned } from '@/lib/provisioning/queries/planned';
import { type ActionSettings, connectionSettings } from '@/lib/provisioning/settings';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { enqueue } from '@/lib/queue/enqueue';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { group, person, work } from './testing/support';

let peer: TestScimServer;
let [applicationId, groupId, ana, ben, cleo] = ['', '', '', '', ''];

beforeAll(async () => {
  peer = await startScim(() => undefined);
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  peer.users.clear();
  peer.groups.clear();
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const application = await createApplication(actor, { templateId: 'egnyte', displayLabel: 'Egnyte', ...general });
  applicationId = application.id;
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
  [ana, ben, cleo] = [await person('ana'), await person('ben'), await person('cleo')];
  groupId = await group('Staff', [ana, ben, cleo]);
  await associateGroup(actor, { applicationId, groupId });
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: true,
  });
  await work();
});

async function set(actions: Partial<ActionSettings>): Promise<void> {
  const integration = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const settings = { ...settingsOf(connectionSettings, integration), ...actions };
  await updateIntegration(actor, { applicationId, version: integration.version, ...settings });
}

/** What leaves for the application, writes alone. */
async function sent(): Promise<string[]> {
  peer.received.length = 0;
  await work();
  return peer.received
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.split('/')[1]}`);
}

async function rename(userId: string, firstname: string): Promise<void> {
  await db.user.update({ where: { id: userId }, data: { firstname } });
  await enqueue(db, 'directory-changed', { userIds: [userId], groupIds: [] });
}

const isActive = (username: string) => [...peer.users.values()].find(({ userName }) => userName === username)?.active;

test('what a switch leaves out is not sent, is told as skipped wherever it is looked at, and is sent when it is on again', async () => {
  const off = { createUsers: false, updateUsers: false, deactivateUsers: false, pushGroups: false };
  await set(off);
  await work();
  await rename(ana, 'Anna');
  await suspendUser(actor, { id: ben });
  await db.group.update({ where: { id: groupId }, data: { name: 'Team' } });
  const dora = await person('dora');
  await db.groupMember.create({ data: { groupId, userId: dora } });
  await enqueue(db, 'directory-changed', { userIds: [dora], groupIds: [groupId] });
  const eventsBefore = await db.event.count({ where: { outcome: 'error' } });
  expect(await sent()).toEqual([]);

  const said = { ana: 'UpdateSwitchedOff', ben: 'DeactivateSwitchedOff', dora: 'CreateSwitchedOff' };
  const { items: planned } = await listPlanned(applicationId, {});
  const reasons = planned.map(({ subject, action, reason }) => [subject.name.split(' ')[0], action, reason?.code]);
  expect(reasons).toEqual([
    ['ana', 'skip', said.ana],
    ['ben', 'skip', said.ben],
    ['cleo', 'none', undefined],
    ['dora', 'skip', said.dora],
  ]);
  const { items: listed } = await listAssignments(applicationId, { state: ['skipped'] });
  expect(listed.map(({ username, lastError }) => [username, lastError?.code])).toEqual(Object.entries(said));
  expect((await getAssignment(applicationId, ben)).standing).toMatchObject({
    code: 'suspended',
    fix: expect.stringContaining('Deactivating users is switched off'),
  });
  expect((await listPersonAccounts(dora)).items[0]?.next).toMatchObject({ action: 'skip' });
  expect(await listGroupLinks(applicationId)).toMatchObject([{ state: 'skipped' }]);
  // What an administrator has set is no failure.
  expect(await db.event.count({ where: { outcome: 'error' } })).toBe(eventsBefore);

  await runCycleNow(actor, { applicationId });
  expect(await sent()).toEqual([]);
  const cycle = await db.cycle.findFirstOrThrow({ where: { applicationId }, orderBy: { startedAt: 'desc' } });
  const { items: rows } = await listCycleRows({ cycleId: cycle.id, outcome: 'skip' });
  expect(rows.map(({ detail, error }) => error?.code ?? detail).sort()).toEqual(
    [...Object.values(said), 'PushSwitchedOff'].sort(),
  );

  await set({ createUsers: true, updateUsers: true, deactivateUsers: true, pushGroups: true });
  expect([...new Set(await sent())].sort()).toEqual(['PATCH Groups', 'PATCH Users', 'POST Users']);
  expect(isActive('ben')).toBe(false);
  const states = await db.userLink.findMany({ where: { applicationId }, select: { state: true, lastError: true } });
  expect(states.filter(({ state, lastError }) => state === 'skipped' || lastError !== null)).toEqual([]);
});

test('an account that is to be reactivated is known to be inactive however long the switch is off', async () => {
  await suspendUser(actor, { id: ben });
  await work();
  await set({ updateUsers: false });
  await reactivateUser(actor, { id: ben });
  expect(await sent()).toEqual([]);
  expect(await listAssignments(applicationId, { state: ['skipped'] })).toMatchObject({ items: [{ username: 'ben' }] });
  await suspendUser(actor, { id: ben });
  expect(await sent()).toEqual([]);
  expect(await db.userLink.findFirstOrThrow({ where: { userId: ben } })).toMatchObject({ state: 'deactivated' });
  await reactivateUser(actor, { id: ben });
  await work();
  await set({ updateUsers: true });
  expect(await sent()).toContain('PATCH Users');
  expect(isActive('ben')).toBe(true);
});

test('whoever leaves has the account deleted, and another one made when back; or keeps it as it is', async () => {
  await set({ deprovisionAction: 'delete' });
  await disassociateGroup(actor, { applicationId, groupId });
  expect((await sent()).filter((request) => request.endsWith('Users'))).toEqual(Array(3).fill('DELETE Users'));
  // The server numbers accounts by how many it has: with these, none gets the id of one that was deleted.
  for (const id of ['x', 'y', 'z']) peer.users.set(id, { id, userName: id });
  await associateGroup(actor, { applicationId, groupId });
  expect((await sent()).filter((request) => request.endsWith('Users'))).toEqual(Array(3).fill('POST Users'));
  await set({ deprovisionAction: 'nothing' });
  await disassociateGroup(actor, { applicationId, groupId });
  expect((await sent()).filter((request) => request.endsWith('Users'))).toEqual([]);
  expect(await listAssignments(applicationId, { state: ['skipped'] })).toMatchObject({ items: [{}, {}, {}] });
  await suspendUser(actor, { id: cleo });
  expect((await sent()).filter((request) => request.endsWith('Users'))).toEqual(['PATCH Users']);
  expect(isActive('cleo')).toBe(false);
});
