import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import type { Changes } from '@/lib/events/schema';
import { activateDryRun } from '@/lib/provisioning/activate-integration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { allowHeld } from '@/lib/provisioning/decide-held';
import { applyDryRun } from '@/lib/provisioning/dry-runs/apply-dry-run';
import { dryRunStretch } from '@/lib/provisioning/dry-runs/run-dry-run';
import { cancelDryRun, startActivationDryRun, startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import type { PlannedLink } from '@/lib/provisioning/plan/planned-link';
import { listHeld } from '@/lib/provisioning/queries/held';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox, work } from './testing/support';

const isFull = process.env.LATCHKEY_TESTS === 'full';
/** People, most of whom have nothing but an account to be made. */
const many = isFull ? 10_000 : 200;

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
  tenant = `egnyte/dry${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
});

const writes = async () =>
  (await peer.control<{ counters: { writes: number } }>('GET', `/requests?tenant=${tenant}`)).counters.writes;
const forgetRequests = () => peer.control('DELETE', `/requests?tenant=${tenant}`);

/** Accounts that are there before anybody was provisioned. */
async function alreadyThere(usernames: readonly string[]): Promise<void> {
  const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  for (const userName of usernames) {
    const email = `${userName}@acme.example`;
    const name = { givenName: userName, familyName: 'Elsewhere' };
    const answer = await fetch(`${scimUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName,
        externalId: userName,
        emails: [{ value: email, primary: true }],
        name,
        active: true,
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

async function people(names: readonly string[]): Promise<string[]> {
  await db.user.createMany({
    data: names.map((username) => ({
      username,
      email: `${username}@acme.example`,
      firstname: username,
      lastname: 'Test',
      displayName: `${username} Test`,
    })),
  });
  const rows = await db.user.findMany({
    where: { username: { in: [...names] } },
    select: { id: true, username: true },
  });
  const ids = new Map(rows.map(({ id, username }) => [username, id]));
  return names.map((name) => ids.get(name) ?? '');
}

/** An application in which nearly everything that can be to do is to do, and nothing is done because it is paused. */
async function muchToDo(newcomers = many) {
  const [drifts = '', changes = '', leaves = '', suspended = '', gone = '', stays = ''] = await people([
    'drifts',
    'changes',
    'leaves',
    'suspended',
    'gone',
    'stays',
  ]);
  const first = await group('First', [drifts, changes, leaves, suspended, gone, stays]);
  await connect(applicationId, tenant, peer);
  await associateGroup(actor, { applicationId, groupId: first });
  await work();
  await pauseIntegration(actor, { applicationId });
  await alreadyThere(['taken.one', 'taken.two']);
  const fresh = await people([...Array(newcomers).keys()].map((index) => `fresh${index}`));
  const [takenOne = '', takenTwo = '', rule = '', one = '', two = ''] = await people([
    'taken.one',
    'taken.two',
    'rule',
    'same.one',
    'same.two',
  ]);
  const second = await group('Second', [...fresh, takenOne, takenTwo, rule, one, two, changes]);
  await group('Nobody', []);
  await associateGroup(actor, { applicationId, groupId: second });
  const typed = (userId: string, username: string) =>
    db.applicationUser.create({
      data: {
        applicationId,
        userId,
        assigned: false,
        applicationUsername: username,
        applicationUsernameFolded: username,
      },
    });
  await typed(one, 'same.two');
  await typed(rule, 'has@sign.example');
  await db.user.update({ where: { id: changes }, data: { lastname: 'Changed', displayName: 'changes Changed' } });
  await db.group.update({ where: { id: first }, data: { name: 'First of all' } });
  await updateGroupMembers(actor, { groupId: first, add: [], remove: [leaves] });
  await suspendUser(actor, { id: suspended });
  await peer.control('POST', '/users', { tenant, userName: 'drifts', set: { name: { familyName: 'Elsewhere' } } });
  await peer.control('DELETE', '/users', { tenant, userName: 'gone' });
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await forgetRequests();
}

interface Done {
  action: string;
  changes: Changes;
}

/** What a cycle has sent, by the person or the group: the first attempt of each. */
async function sentSince(at: Date): Promise<Map<string, Done>> {
  const operations = await db.operation.findMany({
    where: { applicationId, createdAt: { gte: at } },
    include: { userLink: true, groupLink: true },
    orderBy: { createdAt: 'desc' },
  });
  return new Map(
    operations.map(({ userLink, groupLink, action, changes }) => [
      userLink?.userId ?? groupLink?.groupId ?? '',
      { action, changes: changes as Changes },
    ]),
  );
}

const planOf = (plan: unknown) => plan as PlannedLink;

describe('a dry run', () => {
  test(`of ${many} people writes nothing, and its plan is what the cycle then does, row by row`, {
    timeout: isFull ? 1_800_000 : 60_000,
  }, async () => {
    await muchToDo();
    const { id: runId } = await startDryRun(actor, { applicationId });
    await work();
    const run = await db.dryRun.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ stage: 'finished', error: null });
    expect(await writes()).toBe(0);
    expect(await db.operation.count({ where: { createdAt: { gte: run.startedAt } } })).toBe(0);
    const rows = await db.dryRunRow.findMany({ where: { runId } });
    expect(run.planned).toBe(rows.length);
    expect(run.counts).toMatchObject({
      create: many + 2,
      take_over: 2,
      update: 3,
      deactivate: 2,
      conflict: 2,
      rule: 1,
      none: 1,
    });
    const at = new Date();
    await resumeIntegration(actor, { applicationId });
    await work();
    const sent = await sentSince(at);
    const planned = rows.flatMap(({ subjectId, plan }) => {
      const { action, changes } = planOf(plan);
      const { added = 0, removed = 0 } = planOf(plan).members ?? {};
      // An operation tells of a hundred names at most.
      const members = added + removed > 0 ? { added: Math.min(added, 100), removed: Math.min(removed, 100) } : null;
      return action !== 'none' && action !== 'skip' ? [[subjectId, { action, changes, members }] as const] : [];
    });
    const done = [...sent].map(([id, { action, changes }]) => {
      const { 'members added': added, 'members removed': removed, ...attributes } = changes;
      const members = added || removed ? { added: countOf(added?.to), removed: countOf(removed?.from) } : null;
      return [id, { action, changes: attributes, members }] as const;
    });
    const sorted = <T>(entries: (readonly [string, T])[]) =>
      [...entries].sort(([one], [other]) => one.localeCompare(other));
    expect(sorted(planned)).toEqual(sorted(done));
  });

  test('is carried out as it was reviewed: what has changed since is held, and says so', async () => {
    await muchToDo(5);
    const { id: runId } = await startDryRun(actor, { applicationId });
    await work();
    const idOf = async (username: string) => (await db.user.findFirstOrThrow({ where: { username } })).id;
    const changed = await idOf('fresh1');
    await db.user.update({ where: { id: changed }, data: { lastname: 'Renamed', displayName: 'fresh1 Renamed' } });
    await suspendUser(actor, { id: await idOf('fresh2') });
    await people(['came.later']);
    const second = await db.group.findFirstOrThrow({ where: { name: 'Second' } });
    await db.groupMember.create({ data: { groupId: second.id, userId: await idOf('came.later') } });
    await forgetRequests();
    const { cycleId } = await applyDryRun(actor, { runId });
    await work();
    const state = async (username: string) =>
      (await db.userLink.findFirst({ where: { user: { username } } }))?.state ?? 'none';
    expect(await state('fresh0')).toBe('provisioned');
    expect(await state('taken.one')).toBe('provisioned');
    expect(await state('leaves')).toBe('deactivated');
    // Changed, and came later: neither was reviewed so. Whoever was suspended gets none.
    expect(await state('fresh1')).toBe('pending');
    expect(await state('came.later')).toBe('pending');
    expect(await state('fresh2')).toBe('none');
    const { items } = await listHeld(applicationId, {}, 10);
    expect(items.map(({ name, reason }) => [name, reason]).sort()).toEqual([
      // Its members are others than were reviewed.
      ['Second', 'not_reviewed'],
      ['came.later Test', 'not_reviewed'],
      ['fresh1 Renamed', 'not_reviewed'],
    ]);
    expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'finished', dryRunId: runId });
    // The next full cycle does not send it either; once it is allowed it is sent as it is planned by then.
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await state('fresh1')).toBe('pending');
    await allowHeld(actor, { applicationId });
    await work();
    expect(await state('fresh1')).toBe('provisioned');
    expect(await state('came.later')).toBe('provisioned');
  });

  test('is carried out in part: what is not chosen waits, and is sent once it is chosen', async () => {
    const ids = await people(['one', 'two', 'three']);
    await connect(applicationId, tenant, peer);
    await work();
    await pauseIntegration(actor, { applicationId });
    await associateGroup(actor, { applicationId, groupId: await group('Staff', ids) });
    const { id: runId } = await startDryRun(actor, { applicationId });
    await work();
    const provisioned = () => db.userLink.count({ where: { applicationId, state: 'provisioned' } });
    await applyDryRun(actor, { runId, rows: [ids[0] ?? ''] });
    await work();
    expect(await provisioned()).toBe(1);
    // The two others, and their group.
    expect((await listHeld(applicationId, {}, 10)).items.map(({ reason }) => reason)).toEqual(
      Array(3).fill('not_reviewed'),
    );
    await expect(applyDryRun(actor, { runId, kind: 'update' })).rejects.toMatchObject({ code: 'invalid_input' });
    await applyDryRun(actor, { runId, kind: 'create', of: 'user' });
    await work();
    expect(await provisioned()).toBe(3);
    expect((await listHeld(applicationId, {}, 10)).items).toMatchObject([{ kind: 'group', name: 'Staff' }]);
    expect(
      await db.event.findMany({ where: { message: { contains: 'Chosen rows' } }, orderBy: { id: 'asc' } }),
    ).toMatchObject([{ message: expect.stringMatching(/: 1\.$/) }, { message: expect.stringMatching(/: 3\.$/) }]);
  });

  test('says what the guard would hold of it, and gives no value twice, however far apart two people are planned', async () => {
    await connect(applicationId, tenant, peer);
    const leavers = await people(['leaves.one', 'leaves.two', 'suspended']);
    const left = await group('Left', leavers);
    await associateGroup(actor, { applicationId, groupId: left });
    await work();
    await db.integration.update({
      where: { applicationId },
      data: { settings: { guardPeople: 2, guardPercent: 1 }, status: 'paused' },
    });
    await suspendUser(actor, { id: leavers[2] ?? '' });
    await updateGroupMembers(actor, { groupId: left, add: [], remove: leavers.slice(0, 2) });
    // Planned in two batches: 200 people are one.
    const ids = await people([...Array(201).keys()].map((index) => `x${String(index).padStart(3, '0')}`));
    await db.user.updateMany({ where: { id: { in: ids } }, data: { department: 'same' } });
    const unique = 'SelectUniqueValue([department], Append([department], [username]))';
    await db.attributeMapping.updateMany({
      where: { applicationId, objectType: 'user', target: 'userName' },
      data: { kind: 'expression', source: unique, apply: 'creation', matchingPrecedence: null },
    });
    await db.attributeMapping.updateMany({
      where: { applicationId, target: 'emails: value' },
      data: { matchingPrecedence: 1 },
    });
    await associateGroup(actor, { applicationId, groupId: await group('Staff', ids) });
    const { id: runId } = await startDryRun(actor, { applicationId });
    await dryRunStretch(runId);
    const run = await db.dryRun.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ stage: 'finished', guard: { losing: 2, counted: 3, threshold: 2, holds: true } });
    const rows = await db.dryRunRow.findMany({ where: { runId, isGroup: false, kind: 'create' } });
    const given = rows.flatMap(({ gives }) => gives);
    expect(given.filter((one) => one === 'userName\nsame')).toHaveLength(1);
    expect(new Set(given).size).toBe(201);
  });

  test('of a connection that is not active is shown before it is activated, and activating sends just that', async () => {
    const ids = await people(['fresh.one', 'there.already']);
    await alreadyThere(['there.already']);
    await associateGroup(actor, {
      applicationId,
      groupId: await group('Staff', ids),
    });
    const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
    await forgetRequests();
    const authentication = { kind: 'bearer' as const, secret: token };
    const connection = { applicationId, baseUrl: scimUrl, authentication, manageGroups: true };
    const { id: runId } = await startActivationDryRun(actor, connection);
    await work();
    expect(await db.dryRun.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({
      stage: 'finished',
      counts: { create: 2, take_over: 1 },
    });
    expect(await writes()).toBe(0);
    expect(await db.remoteAccount.count({ where: { applicationId } })).toBe(0);
    expect(await db.integration.count({ where: { applicationId } })).toBe(0);
    await activateDryRun(actor, { runId });
    await work();
    expect(await db.userLink.findMany({ where: { applicationId }, select: { state: true } })).toEqual([
      { state: 'provisioned' },
      { state: 'provisioned' },
    ]);
    expect(await db.userLink.findFirst({ where: { userId: ids[1] ?? '' } })).toMatchObject({ takenOver: true });
    expect((await db.dryRun.findUniqueOrThrow({ where: { id: runId } })).tokenSealed).toBe('');
    await expect(activateDryRun(actor, { runId })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('says what is new, changed and gone since the one before', async () => {
    const [one = '', two = '', three = ''] = await people(['one', 'two', 'three']);
    const staff = await group('Staff', [one, two]);
    await connect(applicationId, tenant, peer);
    await pauseIntegration(actor, { applicationId });
    await associateGroup(actor, { applicationId, groupId: staff });
    const run = async () => {
      const { id } = await startDryRun(actor, { applicationId });
      await work();
      const rows = await db.dryRunRow.findMany({ where: { runId: id, compared: { not: null } } });
      return Object.fromEntries(rows.map(({ subjectId, compared }) => [subjectId, compared]));
    };
    expect(await run()).toEqual({});
    await db.user.update({ where: { id: one }, data: { lastname: 'Changed' } });
    await updateGroupMembers(actor, { groupId: staff, add: [three], remove: [two] });
    expect(await run()).toEqual({ [one]: 'changed', [two]: 'gone', [three]: 'new' });
    expect(await run()).toEqual({});
  });

  test('that is cancelled, or whose worker is killed, leaves nothing half', async () => {
    await muchToDo(5);
    const { id: runId } = await startDryRun(actor, { applicationId });
    // Killed in the middle: what it had begun is done by the next one, once.
    await Promise.all([dryRunStretch(runId), dryRunStretch(runId)]);
    const run = await db.dryRun.findUniqueOrThrow({ where: { id: runId } });
    expect(run.planned).toBe(await db.dryRunRow.count({ where: { runId, kind: { not: null } } }));
    const { id: cancelled } = await startDryRun(actor, { applicationId });
    await dryRunStretch(cancelled, AbortSignal.abort());
    await cancelDryRun(actor, { runId: cancelled });
    await work();
    expect(await db.dryRun.findUniqueOrThrow({ where: { id: cancelled } })).toMatchObject({ stage: 'cancelled' });
    expect(await db.dryRunRow.count({ where: { runId: cancelled } })).toBe(0);
    await expect(cancelDryRun(actor, { runId: cancelled })).rejects.toMatchObject({ code: 'conflict' });
  });
});

function countOf(names: unknown): number {
  return Array.isArray(names) ? names.length : 0;
}
