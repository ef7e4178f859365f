import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { setClockOffset } from '@/lib/core/clock';
import { settingsOf } from '@/lib/core/setting';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteGroup } from '@/lib/directory/delete-group';
import { deleteUser } from '@/lib/directory/delete-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { allowHeld, rejectHeld } from '@/lib/provisioning/decide-held';
import { forgetAccounts } from '@/lib/provisioning/forget-accounts';
import { listHeld } from '@/lib/provisioning/queries/held';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { releaseLink } from '@/lib/provisioning/release-link';
import { connectionSettings } from '@/lib/provisioning/settings';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let [tenant, applicationId, groupId] = ['', '', ''];
let people: Record<'ana' | 'ben' | 'cleo', string>;
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterEach(() => setClockOffset(0));
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/held${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  people = { ana: await person('ana'), ben: await person('ben'), cleo: await person('cleo') };
  groupId = await group('Staff', Object.values(people));
  await associateGroup(actor, { applicationId, groupId });
  await connect(applicationId, tenant, peer);
  await hold(true);
  await work();
});

async function hold(holdDeprovisioning: boolean): Promise<void> {
  const integration = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const settings = { ...settingsOf(connectionSettings, integration), holdDeprovisioning };
  await updateIntegration(actor, { applicationId, version: integration.version, ...settings });
}

const held = async () =>
  (await listHeld(applicationId, {}, 50)).items.toSorted((one, other) => one.name.localeCompare(other.name));
const operations = (userId: string) =>
  db.operation.findMany({
    where: { userLink: { userId }, action: { not: 'create' } },
    select: { id: true, action: true, state: true },
    orderBy: { createdAt: 'asc' },
  });
const linkOf = (userId: string) =>
  db.userLink.findUniqueOrThrow({ where: { applicationId_userId: { applicationId, userId } } });
async function there(): Promise<Record<string, boolean>> {
  const { users } = await peer.control<{ users: { data: { userName: string; active: boolean } }[] }>(
    'GET',
    `/state?tenant=${tenant}`,
  );
  return Object.fromEntries(
    users.filter(({ data }) => data.userName in people).map(({ data }) => [data.userName, data.active]),
  );
}
async function cycle() {
  await runCycleNow(actor, { applicationId });
  await work();
  return db.cycle.findFirstOrThrow({ where: { applicationId }, orderBy: { startedAt: 'desc' } });
}
async function everybodyLeaves(): Promise<void> {
  await disassociateGroup(actor, { applicationId, groupId });
  await work();
}
async function everybodyIsBack(): Promise<void> {
  await associateGroup(actor, { applicationId, groupId });
  await work();
}

const all = { ana: true, ben: true, cleo: true };
const none = { ana: false, ben: false, cleo: false };

test('whoever leaves keeps the account until somebody allows it, and is asked for once however often it is planned', async () => {
  await everybodyLeaves();
  expect(await there()).toEqual(all);
  expect(await held()).toMatchObject(
    ['ana Test', 'ben Test', 'cleo Test'].map((name) => ({ name, action: 'deactivate', reason: 'out_of_scope' })),
  );
  await cycle();
  expect(await held()).toHaveLength(3);
  expect(await operations(people.ana)).toHaveLength(1);
  expect(await linkOf(people.ana)).toMatchObject({
    state: 'provisioned',
    dueAt: null,
    leaseToken: null,
    lastError: null,
  });
  expect(await db.event.count({ where: { name: 'provisioning_hold' } })).toBe(3);
  expect(await db.event.count({ where: { name: 'user_deprovision' } })).toBe(0);
});

test('what is allowed is sent, as the operation that was held', async () => {
  await everybodyLeaves();
  const [first, second] = await held();
  await allowHeld(actor, { applicationId, operationIds: [first?.operationId ?? '', second?.operationId ?? ''] });
  await work();
  expect(await there()).toEqual({ ana: false, ben: false, cleo: true });
  expect(await operations(people.ana)).toEqual([{ id: first?.operationId, action: 'deactivate', state: 'succeeded' }]);
  expect(await linkOf(people.ana)).toMatchObject({ state: 'deactivated', holdId: null });
  expect(await held()).toMatchObject([{ name: 'cleo Test' }]);
  await allowHeld(actor, { applicationId });
  await work();
  expect(await there()).toEqual(none);
});

test('whoever is back before somebody decides keeps the account, and nothing waits any more', async () => {
  await everybodyLeaves();
  await everybodyIsBack();
  expect(await held()).toEqual([]);
  expect(await operations(people.ana)).toMatchObject([{ state: 'withdrawn' }]);
  expect(await linkOf(people.ana)).toMatchObject({ state: 'provisioned', holdId: null });
  await expect(allowHeld(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
  expect(await there()).toEqual(all);
});

test('what was allowed is not sent to whoever is back by then', async () => {
  await everybodyLeaves();
  await allowHeld(actor, { applicationId });
  await associateGroup(actor, { applicationId, groupId });
  await work();
  expect(await there()).toEqual(all);
  expect(await operations(people.ben)).toMatchObject([{ state: 'withdrawn' }]);
});

describe('what is rejected', () => {
  test('stays as it is, and is not asked again, until the directory says otherwise', async () => {
    await everybodyLeaves();
    await rejectHeld(actor, { applicationId });
    await cycle();
    expect(await held()).toEqual([]);
    expect(await there()).toEqual(all);
    expect(await operations(people.ana)).toMatchObject([{ state: 'rejected' }]);
    await everybodyIsBack();
    await everybodyLeaves();
    expect(await held()).toHaveLength(3);
  });

  test('can be allowed after all, by name alone', async () => {
    await everybodyLeaves();
    const [first] = await held();
    await rejectHeld(actor, { applicationId });
    await expect(allowHeld(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
    const operationIds = [first?.operationId ?? ''];
    // Somebody whose list is older than the rejection does not undo it unawares.
    await expect(allowHeld(actor, { applicationId, operationIds })).rejects.toMatchObject({ code: 'conflict' });
    await allowHeld(actor, { applicationId, operationIds, rejected: true });
    await work();
    expect(await there()).toEqual({ ...all, ana: false });
  });
});

test('whoever is suspended loses the account at once', async () => {
  await suspendUser(actor, { id: people.ana });
  await work();
  expect(await there()).toEqual({ ...all, ana: false });
});

test('whoever is deleted keeps the account until somebody allows it', async () => {
  await deleteUser(actor, { id: people.ana });
  await work();
  expect(await held()).toMatchObject([{ name: 'ana Test', reason: 'deleted' }]);
  expect(await there()).toEqual(all);
});

test('what was allowed is tried until it has succeeded, without being asked for again', async () => {
  await everybodyLeaves();
  // The first one is refused, and the others do not get to leave.
  await peer.control('POST', '/faults', { tenant, failNext: 1, failStatus: 503, retryAfterSeconds: 60 });
  await allowHeld(actor, { applicationId });
  await work();
  expect(await there()).toEqual(all);
  expect(await db.operation.groupBy({ by: ['state'], where: { action: 'deactivate' }, _count: true })).toEqual(
    expect.arrayContaining([expect.objectContaining({ state: 'allowed', _count: 2 })]),
  );
  await peer.control('DELETE', `/faults?tenant=${tenant}`);
  await db.integration.update({ where: { applicationId }, data: { notBefore: null, restsUntil: null } });
  // This process knows of the rest as well, until a clock is moved.
  setClockOffset(60_000);
  await cycle();
  expect(await held()).toEqual([]);
  expect(await there()).toEqual(none);
});

test('switching it off lets nothing out that waits', async () => {
  await everybodyLeaves();
  await hold(false);
  await cycle();
  expect(await there()).toEqual(all);
  expect(await held()).toHaveLength(3);
});

test('a group that is deleted stays over there until somebody allows it', async () => {
  const groupsThere = async () =>
    (await peer.control<{ groups: { displayName: string }[] }>('GET', `/state?tenant=${tenant}`)).groups
      .map(({ displayName }) => displayName)
      .filter((name) => name === 'Staff');
  await deleteGroup(actor, { id: groupId });
  await work();
  expect((await held()).filter(({ kind }) => kind === 'group')).toMatchObject([{ name: 'Staff', action: 'delete' }]);
  expect(await groupsThere()).toEqual(['Staff']);
  await allowHeld(actor, { applicationId });
  await work();
  expect(await groupsThere()).toEqual([]);
  expect(await there()).toEqual(none);
});

test('what a cycle holds is counted as held, and what is sent later changes nothing of that cycle', async () => {
  await db.applicationGroup.deleteMany({ where: { applicationId, groupId } });
  const { id } = await cycle();
  const counts = () => db.cycleCounts.findUniqueOrThrow({ where: { cycleId: id } });
  expect(await counts()).toMatchObject({ held: 3, skipped: 0, deactivated: 0, failed: 0, changes: 0 });
  await allowHeld(actor, { applicationId });
  await work();
  expect(await there()).toEqual(none);
  expect(await counts()).toMatchObject({ held: 3, skipped: 0, deactivated: 0, failed: 0, changes: 0 });
});

test('all that waits means what was there when it was looked at', async () => {
  await suspendUser(actor, { id: people.cleo });
  await work();
  await deleteUser(actor, { id: people.ana });
  await work();
  const { seenAt } = await listHeld(applicationId, {}, 50);
  await everybodyLeaves();
  expect(await held()).toHaveLength(2);
  await allowHeld(actor, { applicationId, seenAt });
  await work();
  expect(await there()).toEqual({ ana: false, ben: true, cleo: false });
});

test.each(['held', 'rejected'])(
  'whoever is suspended loses the account at once, also where leaving was %s before',
  async (state) => {
    await everybodyLeaves();
    if (state === 'rejected') await rejectHeld(actor, { applicationId });
    await suspendUser(actor, { id: people.ana });
    await work();
    expect(await there()).toEqual({ ...all, ana: false });
    expect(await linkOf(people.ana)).toMatchObject({ state: 'deactivated', holdId: null });
    expect((await held()).map(({ name }) => name)).not.toContain('ana Test');
  },
);

test('whoever is back with other values is sent those, and nothing waits any more', async () => {
  await everybodyLeaves();
  await db.user.update({ where: { id: people.ana }, data: { firstname: 'Anna', displayName: 'Anna Test' } });
  await everybodyIsBack();
  expect(await held()).toEqual([]);
  expect(await operations(people.ana)).toMatchObject([
    { action: 'deactivate', state: 'withdrawn' },
    { action: 'update', state: 'succeeded' },
  ]);
});

test('of an account that is released nothing waits any more', async () => {
  await everybodyLeaves();
  const { id: linkId } = await linkOf(people.ana);
  await releaseLink(actor, { linkId });
  expect((await held()).map(({ name }) => name)).toEqual(['ben Test', 'cleo Test']);
  expect(await linkOf(people.ana)).toMatchObject({ state: 'released', holdId: null });
});

test('what waited at one place is withdrawn where the connection leads to another', async () => {
  await everybodyLeaves();
  await transaction((tx) => forgetAccounts(tx, applicationId));
  expect(await held()).toEqual([]);
  expect(await operations(people.ana)).toMatchObject([{ state: 'withdrawn' }]);
  expect(await linkOf(people.ana)).toMatchObject({ remoteId: null, holdId: null });
});

test.each(['before', 'after'])(
  'what was allowed is sent once where the worker is killed %s its request',
  async (moment) => {
    await everybodyLeaves();
    const operationId = (await held())[0]?.operationId ?? '';
    const before = await linkOf(people.ana);
    await allowHeld(actor, { applicationId, operationIds: [operationId] });
    if (moment === 'after') await work();
    // As it leaves the database: an intent, and a link that says nothing of it yet.
    await db.operation.update({ where: { id: operationId }, data: { state: 'intent', finishedAt: null } });
    const { state, holdId } = before;
    const lastSent = { ...(before.lastSent as object) };
    await db.userLink.update({ where: { id: before.id }, data: { state, holdId, lastSent, dueAt: new Date() } });
    await cycle();
    expect(await there()).toEqual({ ...all, ana: false });
    expect((await operations(people.ana)).map((one) => one.state)).toEqual(
      moment === 'after' ? ['succeeded'] : ['failed', 'succeeded'],
    );
    expect(await linkOf(people.ana)).toMatchObject({ state: 'deactivated', holdId: null, dueAt: null });
    expect((await held()).map(({ name }) => name)).toEqual(['ben Test', 'cleo Test']);
  },
);

test('a preview says of what was decided what is then done, whatever the setting says by now', async () => {
  const hint = async (userId: string) => (await getAssignment(applicationId, userId)).next?.hint;
  const waits = 'It is sent only once somebody allows it.';
  await everybodyLeaves();
  const [ana, ben] = await held();
  await rejectHeld(actor, { applicationId, operationIds: [ana?.operationId ?? ''] });
  await allowHeld(actor, { applicationId, operationIds: [ben?.operationId ?? ''] });
  for (const setting of [true, false]) {
    await hold(setting);
    expect([await hint(people.ana), await hint(people.ben), await hint(people.cleo)]).toEqual([
      waits,
      undefined,
      waits,
    ]);
    // Why somebody has an account still says the same.
    expect((await getAssignment(applicationId, people.ana)).standing.fix).toContain(waits);
    expect((await getAssignment(applicationId, people.ben)).standing.fix).not.toContain(waits);
  }
});

test('what is allowed goes before all changes that wait, and the event says in which application', async () => {
  await everybodyLeaves();
  await allowHeld(actor, { applicationId });
  expect(await db.$queryRaw`SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'provision-urgent'`).toEqual([
    { key: `provision-urgent:${applicationId}` },
  ]);
  expect(await db.event.findFirst({ where: { name: 'provisioning_allow' } })).toMatchObject({
    applicationId,
    targetType: 'application',
    targetId: applicationId,
  });
});
