import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { correctDrift } from '@/lib/provisioning/correct-drift';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycle } from '@/lib/provisioning/queries/cycles';
import { listAssignments } from '@/lib/provisioning/queries/links';
import type { DriftSettings } from '@/lib/provisioning/settings';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

const tenant = 'egnyte/drift';
const names = ['changed.one', 'deleted.one', 'suspended.one', 'left.one', 'same.one'];
let peer: TestSandbox;
let scim: { token: string; scimUrl: string };
let applicationId = '';

beforeAll(async () => {
  peer = await startTestSandbox();
  applicationId = (await egnyteApplication()).id;
  const ids: Record<string, string> = {};
  for (const name of names) ids[name] = await person(name);
  const groupId = await group('Drifting', Object.values(ids));
  await associateGroup(actor, { applicationId, groupId });
  await connect(applicationId, tenant, peer, false);
  scim = await peer.control('POST', '/tokens', { tenant });
  await work();
  await suspendUser(actor, { id: ids['suspended.one'] ?? '' });
  await updateGroupMembers(actor, { groupId, add: [], remove: [ids['left.one'] ?? ''] });
  await work();
});
afterAll(() => peer.sandbox.close());

/** By somebody over there. */
async function there(name: string, method: 'PATCH' | 'DELETE', set?: Record<string, unknown>): Promise<void> {
  const { remoteId } = await db.userLink.findFirstOrThrow({ where: { user: { username: name } } });
  const operations = Object.entries(set ?? {}).map(([path, value]) => ({ op: 'replace', path, value }));
  const response = await fetch(`${scim.scimUrl}/Users/${remoteId}`, {
    method,
    headers: { authorization: `Bearer ${scim.token}`, 'content-type': 'application/scim+json' },
    ...(set
      ? { body: JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }) }
      : {}),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** What everybody does at once. */
async function meddle(familyName: string): Promise<void> {
  await there('changed.one', 'PATCH', { 'name.familyName': familyName });
  await there('deleted.one', 'DELETE');
  await there('suspended.one', 'PATCH', { active: true });
  await there('left.one', 'PATCH', { active: true });
}

async function cycle() {
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await runCycleNow(actor, { applicationId });
  await work();
  const { id } = await db.cycle.findFirstOrThrow({ where: { applicationId }, orderBy: { startedAt: 'desc' } });
  const { items } = await listCycleRows({ cycleId: id, drift: true });
  const rows = Object.fromEntries(items.map((row) => [row.detail, row]));
  return { ...(await getCycle(id)), rows, writes: await writes() };
}

async function writes(): Promise<string[]> {
  const { requests } = await peer.control<{ requests: { method: string; path: string }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  return requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('/Users'))
    .map(({ method }) => method)
    .sort();
}

/** As somebody left it over there: the username, and what differs. */
async function leftThere() {
  const { items, total } = await listAssignments(applicationId, { drift: true });
  expect(total).toBe(items.length);
  return Object.fromEntries(items.map(({ username, drift }) => [username, drift?.kind]));
}

const accounts = async () => {
  const { users } = await peer.control<{
    users: { data: { userName: string; active: boolean; name: { familyName: string } } }[];
  }>('GET', `/state?tenant=${tenant}`);
  return Object.fromEntries(users.map(({ data }) => [data.userName, data]));
};

const choose = (settings: Partial<DriftSettings>) =>
  db.integration.update({ where: { applicationId }, data: { settings } });

const events = async () => {
  const found = await db.event.findMany({ where: { code: 'Drift' }, orderBy: { id: 'asc' } });
  await db.event.deleteMany({ where: { code: 'Drift' } });
  return found.map(({ name, targetName, outcome }) => `${name} ${targetName} ${outcome}`).sort();
};

test('what somebody changed over there is corrected, or left, and called drift wherever it is shown', async () => {
  // Corrected, but for who only left.
  await meddle('Meddled');
  const first = await cycle();
  expect(first).toMatchObject({ drift: 4, counts: { create: 1, update: 1, deactivate: 1, skip: 1, error: 0 } });
  expect(first.writes).toEqual(['PATCH', 'PATCH', 'POST']);
  expect(first.rows['changed.one']).toMatchObject({
    outcome: 'update',
    changes: { 'name.familyName': { from: 'Meddled', drift: true } },
  });
  expect(first.rows['left.one']).toMatchObject({ outcome: 'skip', error: { code: 'Drift' } });
  expect(first.rows['same.one']).toBeUndefined();
  expect(await leftThere()).toEqual({ 'left.one': 'reactivated' });
  expect(await accounts()).toMatchObject({
    'deleted.one': { active: true },
    'suspended.one': { active: false },
    'left.one': { active: true },
  });
  expect(await events()).toEqual([
    'user_create_provision deleted.one Test success',
    'user_deprovision suspended.one Test success',
    'user_drift left.one Test success',
    'user_update_provision changed.one Test success',
  ]);

  // Only shown: nothing is sent, now and in the next cycle, and it is told once.
  await choose({ driftAction: 'show', deletedOverThere: 'leave', reactivatedSuspended: 'show' });
  await meddle('Again');
  for (const round of ['first', 'second']) {
    const next = await cycle();
    expect(next, round).toMatchObject({ drift: 4, writes: [], counts: { skip: 4, error: 0, update: 0 } });
  }
  expect(await leftThere()).toEqual({
    'changed.one': 'changed',
    'deleted.one': 'deleted',
    'left.one': 'reactivated',
    'suspended.one': 'reactivated',
  });
  expect(await events()).toEqual([
    'user_drift changed.one Test success',
    'user_drift deleted.one Test success',
    'user_drift suspended.one Test success',
  ]);

  // Somebody wants one of them corrected, and then all.
  const { id } = await db.userLink.findFirstOrThrow({ where: { user: { username: 'changed.one' } } });
  await correctDrift(actor, { applicationId, linkIds: [id] });
  await work();
  expect((await accounts())['changed.one']?.name.familyName).toBe('Test');
  expect(Object.keys(await leftThere())).toEqual(['deleted.one', 'left.one', 'suspended.one']);
  expect(await correctDrift(actor, { applicationId })).toMatchObject({ changed: 3 });
  await work();
  expect(await leftThere()).toEqual({});
  expect(await accounts()).toMatchObject({
    'deleted.one': { active: true },
    'suspended.one': { active: false },
    'left.one': { active: false },
  });
  expect(await cycle()).toMatchObject({ drift: 0, writes: [] });
});
