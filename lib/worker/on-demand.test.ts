import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { filterSchema } from '@/lib/filters/schema';
import { previewOnDemand } from '@/lib/provisioning/on-demand/preview-on-demand';
import { provisionOnDemand } from '@/lib/provisioning/on-demand/provision-on-demand';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { getAttempt } from '@/lib/provisioning/queries/attempt';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { updateScopeFilter } from '@/lib/provisioning/update-scope-filter';
import {
  connect,
  egnyteApplication,
  group,
  oneStretch,
  person,
  startTestSandbox,
  type TestSandbox,
  work,
} from './testing/support';

const tenant = 'egnyte/on-demand';
let peer: TestSandbox;
let applicationId = '';
let ana = '';
let groupId = '';

/** Ana is in scope, and was provisioned with her group. */
beforeAll(async () => {
  peer = await startTestSandbox();
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication()).id;
  ana = await person('ana');
  groupId = await group('Crew', [ana]);
  await associateGroup(actor, { applicationId, groupId });
  await connect(applicationId, tenant, peer);
  await work();
});
afterAll(() => peer.sandbox.close());

const provision = (subjectId: string, subject: 'user' | 'group' = 'user') =>
  provisionOnDemand(actor, { applicationId, subject, subjectId });
const preview = (subjectId: string, subject: 'user' | 'group' = 'user') =>
  previewOnDemand({ applicationId, subject, subjectId });

/** Each step by its state. */
async function states(id: string): Promise<string> {
  return (await getAttempt(id)).steps.map(({ name, state }) => `${name} ${state}`).join(', ');
}

async function newcomer(username: string): Promise<string> {
  const id = await person(username);
  await db.groupMember.create({ data: { groupId, userId: id } });
  return id;
}

test('two clicks are one attempt, its five steps are told as they happen, and what was previewed is what is sent', async () => {
  const nina = await newcomer('nina');
  const { plan } = await preview(nina);
  expect(plan).toMatchObject({ action: 'create', request: { method: 'POST', path: '/Users' } });
  const [{ id }, again] = await Promise.all([provision(nina), provision(nina)]);
  expect(again.id).toBe(id);
  expect(await states(id)).toBe('connection running, find waiting, scope waiting, match waiting, action waiting');
  await oneStretch(applicationId, 'urgent');
  const attempt = await getAttempt(id);
  expect(attempt.final).toBe(true);
  expect(await states(id)).toBe('connection ok, find ok, scope ok, match ok, action ok');
  const [, find, , match, action] = attempt.steps;
  expect(find?.exchanges).toMatchObject([{ method: 'GET', status: 200 }]);
  expect(match?.words).toContain('a new account');
  const sent = action?.exchanges[0];
  expect([sent?.method, sent?.status]).toEqual(['POST', 201]);
  expect(JSON.parse(sent?.requestBody ?? '')).toEqual(plan.request?.body);
  expect(action?.changes).toMatchObject({ userName: { from: null } });
  expect(await db.operation.count({ where: { userLink: { userId: nina } } })).toBe(1);
  // The same, by the id of what was sent.
  expect((await getAttempt(attempt.operationId ?? '')).id).toBe(id);
  expect(await db.event.count({ where: { name: 'provisioning_on_demand', targetId: nina } })).toBe(2);
});

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** As somebody else over there. */
async function there(method: string, path: string, body?: unknown) {
  const { baseUrl } = await db.integration.findFirstOrThrow();
  const { token } = await peer.control<{ token: string }>('POST', '/tokens', { tenant });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
}

test('what somebody changed over there is put right, and an account that is gone is made anew by the same attempt', async () => {
  const link = await db.userLink.findFirstOrThrow({ where: { userId: ana } });
  const Operations = [{ op: 'replace', path: 'name.familyName', value: 'Changed' }];
  await there('PATCH', `/Users/${link.remoteId}`, { schemas: [patchOp], Operations });
  const mended = await provision(ana);
  await oneStretch(applicationId, 'urgent');
  const { steps } = await getAttempt(mended.id);
  expect(steps[1]?.exchanges).toMatchObject([{ method: 'GET', status: 200 }]);
  expect(steps[4]).toMatchObject({ changes: { 'name.familyName': { from: 'Changed', to: 'Test' } } });
  await there('DELETE', `/Users/${link.remoteId}`);
  const choose = (deletedOverThere: string) =>
    db.integration.update({ where: { applicationId }, data: { settings: { deletedOverThere } } });
  await choose('leave');
  const left = await provision(ana);
  await work();
  expect(
    (await getAttempt(left.id)).steps.flatMap(({ exchanges }) => exchanges.map(({ method }) => method)),
  ).not.toContain('POST');
  await choose('recreate');
  const { id } = await provision(ana);
  await work();
  const again = await getAttempt(id);
  expect(again.final).toBe(true);
  expect(again.steps[1]?.exchanges.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 200']);
  expect(again.steps[4]?.exchanges).toMatchObject([{ method: 'POST', status: 201 }]);
});

test('somebody who is not in scope is told so, and nothing is sent or linked', async () => {
  const stranger = await person('stranger');
  const { id } = await provision(stranger);
  expect(await states(id)).toBe('connection ok, find ok, scope skipped, match skipped, action ok');
  expect(await db.userLink.count({ where: { userId: stranger } })).toBe(0);
});

test('a group is read, and what it lacks is sent at once, by the ordinary engine', async () => {
  const omar = await newcomer('omar');
  await provision(omar);
  await oneStretch(applicationId, 'urgent');
  const { plan } = await preview(groupId, 'group');
  expect(plan).toMatchObject({ action: 'update', members: { added: expect.any(Number) } });
  const { id } = await provision(groupId, 'group');
  await oneStretch(applicationId, 'urgent');
  expect(await states(id)).toBe('connection ok, find ok, scope ok, match ok, action ok');
  const { steps } = await getAttempt(id);
  expect(steps[1]?.exchanges).toMatchObject([{ method: 'GET', status: 200 }]);
  expect(steps[4]?.exchanges).toMatchObject([{ method: 'PATCH' }]);
  expect(JSON.parse(steps[4]?.exchanges[0]?.requestBody ?? '')).toEqual(plan.request?.body);
  const other = await provision(await group('Nobody asked', []), 'group');
  expect(await states(other.id)).toContain('scope skipped');
  expect(await db.groupLink.count()).toBe(1);
});

test('while it is paused it waits and says so, and what has to be allowed is held', async () => {
  const { version } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const settings = { baseUrl: (await db.integration.findFirstOrThrow()).baseUrl, holdDeprovisioning: true };
  await updateIntegration(actor, { applicationId, version, ...settings } as Parameters<typeof updateIntegration>[1]);
  await db.groupMember.deleteMany({ where: { userId: ana } });
  await pauseIntegration(actor, { applicationId });
  const { id } = await provision(ana);
  await oneStretch(applicationId, 'urgent');
  const waiting = await getAttempt(id);
  expect(waiting.final).toBe(false);
  expect(waiting.steps[0]).toMatchObject({ state: 'warning', words: expect.stringContaining('paused') });
  await resumeIntegration(actor, { applicationId });
  await oneStretch(applicationId, 'urgent');
  const held = await getAttempt(id);
  expect(held.final).toBe(true);
  expect(held.steps[4]).toMatchObject({ state: 'warning', words: expect.stringContaining('Held') });
  expect(held.steps[4]?.exchanges).toEqual([]);
});

test('a past attempt tells why somebody left: the group that was taken away and by whom, the filter, the suspension, as it was then', async () => {
  const [gone, filtered, away] = [await newcomer('gone'), await newcomer('filtered'), await newcomer('away')];
  await db.user.update({ where: { id: filtered }, data: { department: 'Sales' } });
  for (const id of [gone, filtered, away]) await provision(id);
  await work();
  const told = async (userId: string) => {
    const link = await db.userLink.findUniqueOrThrow({ where: { applicationId_userId: { applicationId, userId } } });
    const { id } = await db.operation.findFirstOrThrow({ where: { userLinkId: link.id, action: 'deactivate' } });
    const { steps, final } = await getAttempt(id);
    return { words: steps.find(({ name }) => name === 'scope')?.words, final };
  };
  await updateGroupMembers(actor, { groupId, add: [], remove: [gone] });
  await suspendUser(actor, { id: away });
  await work();
  expect((await told(gone)).words).toMatch(
    /^Not in scope: in no associated user group.* taken out of the user group “Crew” by Latchkey \(/,
  );
  // Whatever is so by now, it is told as it was.
  await updateGroupMembers(actor, { groupId, add: [gone], remove: [] });
  await db.user.update({ where: { id: away }, data: { status: 'active' } });
  expect((await told(gone)).words).toContain('taken out of the user group “Crew”');
  expect(await told(away)).toEqual({ words: 'Suspended: there is to be no active account.', final: true });
  const named = { key: 'unit', type: 'string', label: 'Business unit' };
  await db.attributeDefinition.upsert({ where: { key: 'unit' }, create: named, update: named });
  await db.user.updateMany({ data: { customAttributes: { unit: 'Home' } } });
  await db.user.update({ where: { id: filtered }, data: { customAttributes: { unit: 'Sales' } } });
  const clause = { attribute: 'unit', operator: 'NOT EQUALS', value: 'Sales', caseSensitive: false } as const;
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  const groups = filterSchema.parse([[clause]]);
  await updateScopeFilter(actor, { applicationId, version, objectType: 'user', groups, fallingOut: 'deactivate' });
  await work();
  expect((await told(filtered)).words).toContain('filtered out by Business unit NOT EQUALS "Sales"');
  await work();
});
