import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { listAttention } from '@/lib/home/attention';
import { confirmMissing } from '@/lib/provisioning/cycles/confirm-missing';
import { runCycleStretch } from '@/lib/provisioning/cycles/run-cycle';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { listMissing } from '@/lib/provisioning/queries/missing';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let count = 0;

const names = Array.from({ length: 10 }, (_, index) => `here.${index}`);

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/missing${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  const ids: string[] = [];
  for (const name of names) ids.push(await person(name));
  await associateGroup(actor, { applicationId, groupId: await group('Here', ids) });
  await connect(applicationId, tenant, peer);
  await work();
});

const faults = (given: Record<string, unknown>) => peer.control('POST', '/faults', { tenant, ...given });
const deleteThere = async (userNames: readonly string[]) => {
  for (const userName of userNames) await peer.control('DELETE', '/users', { tenant, userName });
};
const links = () =>
  db.userLink.findMany({ select: { userId: true, remoteId: true, state: true }, orderBy: { userId: 'asc' } });
const groups = () =>
  db.groupLink.findMany({ select: { groupId: true, remoteId: true, state: true }, orderBy: { groupId: 'asc' } });
const writes = async () => {
  const { requests } = await peer.control<{ requests: { method: string }[] }>('GET', `/requests?tenant=${tenant}`);
  return requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);
};
const requests = async () => {
  const answer = await peer.control<{ requests: { method: string; path: string }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  return answer.requests.map(({ method, path }) => `${method} ${path.replace(/^.*\/(Users|Groups)/, '$1')}`);
};
const cycle = async () => {
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await runCycleNow(actor, { applicationId });
  await work();
  return db.cycle.findFirstOrThrow({ where: { applicationId }, orderBy: { startedAt: 'desc' } });
};

describe('an account that the list does not show', () => {
  test('is not forgotten while it answers by its id', async () => {
    const before = await links();
    await faults({ unlisted: 3 });
    expect(await cycle()).toMatchObject({ stage: 'finished' });
    expect(await links()).toEqual(before);
    expect(await writes()).toEqual([]);
  });

  test('is created again only after it was asked for by its id', async () => {
    const before = await db.userLink.findFirstOrThrow({ where: { user: { username: 'here.3' } } });
    await deleteThere(['here.3']);
    expect(await cycle()).toMatchObject({ stage: 'finished' });
    const asked = await requests();
    expect(asked.filter((one) => one === `GET Users/${before.remoteId}`)).toHaveLength(1);
    const again = await db.userLink.findFirstOrThrow({ where: { user: { username: 'here.3' } } });
    expect(again).toMatchObject({ state: 'provisioned' });
    expect(again.remoteId).not.toBe(before.remoteId);
  });
});

describe('many accounts that disappear at once', () => {
  test('are not created again: the cycle stops and asks', async () => {
    const before = await links();
    await deleteThere(names.slice(0, 7));
    expect(await cycle()).toMatchObject({ stage: 'failed', error: { code: 'AccountsMissing' } });
    expect(await links()).toEqual(before);
    expect(await writes()).toEqual([]);
  });
});

describe('many groups that disappear at once', () => {
  test('stop the cycle as well', async () => {
    const more = await Promise.all(Array.from({ length: 7 }, (_, index) => group(`Team ${index}`, [])));
    const someone = await db.user.findFirstOrThrow();
    for (const groupId of more) {
      await db.groupMember.create({ data: { groupId, userId: someone.id } });
      await associateGroup(actor, { applicationId, groupId });
    }
    await work();
    const before = await groups();
    expect(before.filter((one) => one.remoteId)).toHaveLength(8);
    const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
    const deleteGroup = (id: string) =>
      fetch(`${scimUrl}/Groups/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    for (const { remoteId } of before.slice(0, 6)) await deleteGroup(remoteId ?? '');
    expect(await cycle()).toMatchObject({ stage: 'failed', error: { code: 'AccountsMissing' } });
    expect(await groups()).toEqual(before);
    expect(await writes()).toEqual([]);
  });
});

describe('a connection that is held because many accounts are missing', () => {
  const missing = () => listMissing(applicationId, {}, 100);
  const integration = () => db.integration.findUniqueOrThrow({ where: { applicationId } });

  beforeEach(async () => {
    await deleteThere(names.slice(0, 7));
    await cycle();
  });

  test('says so on Home and in an event, and whose they are', async () => {
    expect(await integration()).toMatchObject({ status: 'quarantined', heldAt: expect.any(Date) });
    const { items } = await missing();
    expect(items.map(({ name }) => name).sort()).toEqual(names.slice(0, 7).map((name) => `${name} Test`));
    expect(items.filter(({ answer }) => answer === 'gone').length).toBeGreaterThan(5);
    const [line] = await listAttention();
    expect(line).toMatchObject({ title: 'Many accounts are missing', action: { label: 'Look at them' } });
    expect(line?.cause).toContain('7 of 10 linked accounts');
    const events = await db.event.findMany({ where: { name: 'idm_integration_quarantine' } });
    expect(events.map(({ message }) => message)).toEqual([line?.cause]);
  });

  test('sends nothing while it reads again, and goes on by itself once few enough are missing', async () => {
    const user = await db.user.findFirstOrThrow({ where: { username: 'here.9' } });
    await suspendUser(actor, { id: user.id });
    expect(await cycle()).toMatchObject({ stage: 'failed', error: { code: 'AccountsMissing' } });
    expect(await writes()).toEqual([]);
    // Somebody leaves them as they are: there is nothing to be missed any more.
    await db.$executeRaw`UPDATE user_links SET state = 'released' WHERE remote_id IN (SELECT remote_id FROM missing_links)`;
    expect(await cycle()).toMatchObject({ stage: 'finished' });
    expect(await integration()).toMatchObject({ status: 'active', heldAt: null, quarantineReason: null });
    expect(await writes()).toEqual(['PATCH']);
    expect((await missing()).items).toEqual([]);
  });

  test('creates them again once somebody has confirmed that they may be gone, and asks nobody twice', async () => {
    const before = await links();
    await confirmMissing(actor, { applicationId });
    await work();
    expect(await integration()).toMatchObject({ status: 'active', heldAt: null });
    const after = await links();
    expect(after.every(({ state, remoteId }) => state === 'provisioned' && remoteId)).toBe(true);
    expect(after.filter(({ remoteId }) => !before.some((one) => one.remoteId === remoteId))).toHaveLength(7);
    expect((await missing()).items).toEqual([]);
    await expect(confirmMissing(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that was paused and resumed reads before it sends anything', async () => {
    await pauseIntegration(actor, { applicationId });
    await peer.control('DELETE', `/requests?tenant=${tenant}`);
    await resumeIntegration(actor, { applicationId });
    await work();
    expect(await integration()).toMatchObject({ status: 'quarantined', heldAt: expect.any(Date) });
    expect(await writes()).toEqual([]);
  });
});

test('a reading that was not complete is no proof: who is missing is asked for, and forgotten only when answered to be gone', async () => {
  const before = await links();
  const gone = await db.userLink.findFirstOrThrow({ where: { user: { username: 'here.3' } } });
  await deleteThere(['here.3']);
  await faults({ maxPageSize: 1, unlisted: 2 });
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  const { cycleId } = await runCycleNow(actor, { applicationId });
  // As when an earlier page had claimed more than was read in the end.
  await runCycleStretch(cycleId);
  await db.$executeRaw`UPDATE cycles SET reading = jsonb_set(reading, '{claimed}', '1000') WHERE id = ${cycleId}::uuid`;
  await work();
  const isOthers = ({ userId }: { userId: string }) => userId !== gone.userId;
  expect((await links()).filter(isOthers)).toEqual(before.filter(isOthers));
  expect((await requests()).filter((one) => one === `GET Users/${gone.remoteId}`)).toHaveLength(1);
  expect(await db.userLink.findUnique({ where: { id: gone.id } })).toMatchObject({ state: 'provisioned' });
  expect((await writes()).filter((method) => method === 'POST')).toHaveLength(1);
});
