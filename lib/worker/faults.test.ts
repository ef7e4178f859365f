import { describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { scheduleCycles } from '@/lib/provisioning/cycles/schedule-cycles';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { replaceCredentials } from '@/lib/provisioning/replace-credentials';
import { group, oneStretch, person, work } from './testing/support';
import { tenantPerTest } from './testing/tenant';

let applicationId = '';

const at = tenantPerTest('faulty', (id) => {
  applicationId = id;
});
const { connect, control, faults, noFaults, state, requests, forgetRequests } = at;
const named = async (prefix: string) => (await state()).users.filter((user) => user.data.userName.startsWith(prefix));
/** What waits for a later try is tried now. */
const hurry = async () => {
  await db.$executeRaw`UPDATE user_links SET due_at = clock_timestamp() WHERE due_at IS NOT NULL`;
  await db.$executeRaw`UPDATE group_links SET due_at = clock_timestamp() WHERE due_at IS NOT NULL`;
  await db.$executeRaw`UPDATE integrations SET not_before = NULL`;
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = clock_timestamp()`;
  await work();
};

/** So many seconds pass, by what is scheduled: whatever is due next is due now. */
const passing = async (seconds: number) => {
  for (let passed = 0; passed < seconds * 1_000; ) {
    const [next] = await db.$queryRaw<{ ms: number }[]>`
      SELECT greatest(0, ceil(extract(epoch FROM greatest(min(l.due_at), max(i.not_before)) - clock_timestamp()) * 1000))::float8 AS ms
      FROM integrations i JOIN user_links l USING (application_id) WHERE l.due_at IS NOT NULL`;
    const ms = Number(next?.ms ?? 60_000);
    passed += ms;
    const by = Prisma.sql`${ms} * interval '1 millisecond'`;
    await db.$executeRaw`UPDATE user_links SET due_at = due_at - ${by}`;
    await db.$executeRaw`UPDATE integrations SET not_before = not_before - ${by}`;
    if (passed < seconds * 1_000) await oneStretch(applicationId);
  }
};

/** Everybody is due, as after a change. */
const markDue = () => db.userLink.updateMany({ data: { dueAt: new Date(), priority: 1 } });

async function connected(names: readonly string[]) {
  const ids = await Promise.all(names.map((name) => person(name)));
  const groupId = await group('Crew', ids);
  await associateGroup(actor, { applicationId, groupId });
  await connect();
  return { ids, groupId };
}

describe('a connection that fails', () => {
  test('an answer that is lost is looked up before anything is repeated: no account twice, no event missing', async () => {
    await connected(['lost.one', 'lost.two', 'lost.three']);
    await faults({ dropNext: 2 });
    await work();
    await hurry();
    const there = await named('lost.');
    expect(there.map((user) => user.data.userName).sort()).toEqual(['lost.one', 'lost.three', 'lost.two']);
    const sent = await requests();
    expect(sent.filter((request) => request.method === 'POST' && request.path.endsWith('/Users')).length).toBe(3);
    const created = await db.event.findMany({ where: { name: 'user_create_provision', outcome: 'success' } });
    expect(created.map((event) => event.targetName).sort()).toEqual([
      'lost.one Test',
      'lost.three Test',
      'lost.two Test',
    ]);
    expect(await db.operation.count({ where: { finishedAt: null } })).toBe(0);
  });

  test('an answer that was lost long after it was decided to ask is looked for as long as what it has done may not be found yet', async () => {
    const { ids } = await connected(['late.one']);
    await control('POST', '/faults', { sameNames: true, consistencyMs: 60_000, dropNext: 1 });
    await work();
    // It waited for its turn: decided on a minute before its answer was missed.
    await db.$executeRaw`UPDATE operations SET created_at = created_at - interval '1 minute'`;
    await db.$executeRaw`UPDATE exchanges SET created_at = created_at + interval '1 minute'`;
    await hurry();
    const created = (await requests()).filter(({ method, path }) => method === 'POST' && path.endsWith('/Users'));
    expect(created).toHaveLength(1);
    await control('POST', '/faults', { consistencyMs: 0 });
    await hurry();
    expect((await named('late.')).length).toBe(1);
    const events = await db.event.findMany({ where: { targetId: ids[0] ?? '', name: 'user_create_provision' } });
    expect(events.filter(({ outcome }) => outcome === 'success')).toHaveLength(1);
  });

  test('an answer that is cut off is one person’s trouble: the others go on, and it is tried again within two seconds', async () => {
    await connected(Array.from({ length: 12 }, (_, index) => `cut.${index}`));
    await work();
    await forgetRequests();
    await db.user.updateMany({ data: { firstname: 'Renamed' } });
    await faults({ dropNext: 2, resetNext: 1 });
    await markDue();
    await oneStretch(applicationId, 'changes');
    expect(await db.integration.findFirst()).toMatchObject({ failures: 0, notBefore: null });
    const waiting = await db.userLink.findMany({ where: { dueAt: { not: null } } });
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.length).toBeLessThanOrEqual(3);
    const latest = Math.max(...waiting.map(({ dueAt }) => dueAt?.getTime() ?? 0));
    expect(latest).toBeLessThanOrEqual(Date.now() + 2_000);
    expect(
      (await named('cut.')).filter(({ data }) => data.name?.givenName === 'Renamed').length,
    ).toBeGreaterThanOrEqual(11);
  });

  test('429 stops the run for as long as Retry-After says, loses nobody, and is no quarantine', async () => {
    await connected(Array.from({ length: 6 }, (_, index) => `busy.${index}`));
    await faults({ requestsPerSecond: 3, retryAfterSeconds: 2 });
    await work();
    for (let round = 0; round < 12 && (await named('busy.')).length < 6; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      await work();
    }
    expect((await named('busy.')).length).toBe(6);
    expect(await db.integration.findFirst()).toMatchObject({ status: 'active' });
  });

  test('a server that is down for a minute is asked a handful of times, not once for each person, and then it goes on', async () => {
    await connected(Array.from({ length: 40 }, (_, index) => `down.${index}`));
    await work();
    expect((await named('down.')).length).toBe(40);
    await faults({ failRate: 1, failStatus: 500 });
    await forgetRequests();
    await db.user.updateMany({ where: { username: { startsWith: 'down.' } }, data: { status: 'suspended' } });
    await markDue();
    await oneStretch(applicationId);
    await passing(60);
    // One alone, four at once, and from then on one at the end of each rest.
    expect((await requests()).length).toBeLessThanOrEqual(11);
    await noFaults();
    await hurry();
    await hurry();
    expect((await named('down.')).filter((user) => user.data.active)).toEqual([]);
  });

  test('an account that may not be changed is one person’s trouble: the others go on, and nothing is quarantined', async () => {
    await connected(['guarded.one', 'guarded.two', 'guarded.three']);
    await faults({ protectedUser: 'guarded.one' });
    await work();
    expect((await named('guarded.')).map((user) => user.data.userName).sort()).toEqual([
      'guarded.three',
      'guarded.two',
    ]);
    expect(await db.integration.findFirst()).toMatchObject({ status: 'active' });
    const failed = await db.userLink.findFirst({ where: { state: 'error' }, include: { user: true } });
    expect(failed).toMatchObject({ user: { username: 'guarded.one' }, lastError: { code: 'Forbidden' } });
    // The cycle is none the worse for it, and neither is the next one, in which everybody changes.
    await db.user.updateMany({ data: { firstname: 'Changed' } });
    await runCycleNow(actor, { applicationId });
    await work();
    const cycles = await db.cycle.findMany();
    expect(cycles.map(({ stage }) => stage)).toEqual(['finished', 'finished']);
    const changed = (await named('guarded.')).filter(({ data }) => data.name?.givenName === 'Changed');
    expect(changed.map(({ data }) => data.userName).sort()).toEqual(['guarded.three', 'guarded.two']);
  });

  test('a server that lets nobody be written is quarantined', async () => {
    await connected(Array.from({ length: 8 }, (_, index) => `nobody.${index}`));
    await faults({ readOnly: true });
    await work();
    expect(await db.integration.findFirst()).toMatchObject({ status: 'quarantined' });
  });

  test('a server that fails for everybody in a cycle is quarantined with one mail, and one more tells when it is over', async () => {
    process.env.SMTP_URL = `smtp://127.0.0.1:${at.peer.sandbox.smtpPort}`;
    const to = 'operations@acme.example';
    const mails = async () => {
      const { mails: all } = await at.peer.control<{ mails: { subject: string }[] }>('GET', `/mailbox?to=${to}`);
      return all.map(({ subject }) => subject.replace(/^.*: /, '')).reverse();
    };
    const restIsOver = async () => {
      await db.integration.updateMany({ data: { notBefore: new Date(Date.now() - 1_000) } });
      await scheduleCycles();
      await work();
    };
    const status = async () => (await db.integration.findFirstOrThrow()).status;
    const { groupId } = await connected(['told.one', 'told.two']);
    await work();
    await db.integration.updateMany({ data: { settings: { notificationEmail: to } } });
    await updateGroupMembers(actor, { groupId, add: [await person('told.three')], remove: [] });
    await faults({ failRate: 1, failStatus: 500 });
    await runCycleNow(actor, { applicationId });
    for (let round = 0; round < 20 && (await status()) === 'active'; round += 1) await hurry();
    expect(await status()).toBe('quarantined');
    await work();
    expect(await mails()).toEqual(['provisioning is quarantined']);
    // Tried in vain: nobody is told the same again.
    await restIsOver();
    expect([await status(), ...(await mails())]).toEqual(['quarantined', 'provisioning is quarantined']);
    await noFaults();
    await restIsOver();
    await work();
    expect([await status(), ...(await mails())]).toEqual([
      ...['active', 'provisioning is quarantined', 'provisioning is out of quarantine'],
    ]);
    expect((await named('told.')).length).toBe(3);
    expect(await db.cycle.count({ where: { finishedAt: null } })).toBe(0);
  }, 60_000);

  test('garbage instead of SCIM rests the connection, says so, and breaks nothing', async () => {
    const { groupId } = await connected(['html.one']);
    await work();
    await faults({ html: true });
    const late = await person('html.two');
    await updateGroupMembers(actor, { groupId, add: [late], remove: [] });
    await work();
    const link = await db.userLink.findFirst({ where: { userId: late } });
    expect(link).toMatchObject({ state: 'error', lastError: { code: 'NotScim' } });
    await noFaults();
    await hurry();
    expect((await named('html.')).length).toBe(2);
  });

  test('a revoked token is replaced in place: the links stay, and what waited is sent', async () => {
    const { groupId } = await connected(['token.one']);
    await work();
    const before = await db.userLink.findFirst();
    await control('DELETE', '/tokens');
    const late = await person('token.two');
    await updateGroupMembers(actor, { groupId, add: [late], remove: [] });
    await work();
    expect(await db.integration.findFirst()).toMatchObject({
      status: 'quarantined',
      quarantineReason: expect.stringContaining(
        'Error authenticating: Unauthorized. Errors reported by remote server: ',
      ),
    });
    const { version } = await db.integration.findFirstOrThrow();
    await expect(
      replaceCredentials(actor, { applicationId, version, authentication: { kind: 'bearer', secret: 'wrong' } }),
    ).rejects.toMatchObject({
      code: 'connection_failed',
      field: 'authentication.secret',
    });
    const { token } = await control<{ token: string }>('POST', '/tokens', {});
    await replaceCredentials(actor, { applicationId, version, authentication: { kind: 'bearer', secret: token } });
    await hurry();
    expect((await named('token.')).length).toBe(2);
    expect((await db.userLink.findMany()).find((link) => link.id === before?.id)).toMatchObject({
      remoteId: before?.remoteId,
    });
    const reauth = await db.event.findMany({ where: { name: 'idm_integration_reauth' }, orderBy: { id: 'asc' } });
    expect(reauth.map((event) => event.outcome)).toEqual(['error', 'success']);
  });

  test('without PATCH the whole resource is sent, and what is not ours is carried over', async () => {
    await faults({ noPatch: true });
    const { groupId } = await connected(['put.one', 'put.two']);
    await work();
    await updateGroupMembers(actor, { groupId, add: [await person('put.three')], remove: [] });
    await work();
    const crew = (await state()).groups.find((one) => one.displayName === 'Crew');
    expect(crew?.members.length).toBe(3);
    await control('POST', '/users', { userName: 'put.one', set: { title: 'Set over there' } });
    const user = await db.user.findFirstOrThrow({ where: { username: 'put.one' } });
    await suspendUser(actor, { id: user.id });
    await work();
    const one = (await named('put.one'))[0]?.data;
    expect(one).toMatchObject({ active: false, title: 'Set over there' });
  });

  test('members beyond what one request may hold are split, and the limit is learned', async () => {
    await faults({ maxMembersPerRequest: 10 });
    await connected(Array.from({ length: 25 }, (_, index) => `many.${index}`));
    await work();
    await hurry();
    const crew = (await state()).groups.find((one) => one.displayName === 'Crew');
    expect(crew?.members.length).toBe(25);
    const { maxMembers } = (await getIntegration(applicationId)).profile;
    expect(maxMembers).toMatchObject({ origin: 'learned' });
    expect(maxMembers.value).toBeLessThanOrEqual(10);
  });
});

describe('an account over there', () => {
  test('that was deleted by hand is created again by the next cycle', async () => {
    await connected(['gone.one']);
    await work();
    await control('DELETE', '/users', { userName: 'gone.one' });
    await runCycleNow(actor, { applicationId });
    await work();
    expect((await named('gone.')).map((user) => user.data.active)).toEqual([true]);
  });

  test('that drifted is corrected by a cycle; one that we deactivated and somebody reactivated is only where its person is suspended', async () => {
    const { ids, groupId } = await connected(['drift.one', 'drift.two', 'drift.three']);
    const [, suspended = '', left = ''] = ids;
    await work();
    await suspendUser(actor, { id: suspended });
    await updateGroupMembers(actor, { groupId, add: [], remove: [left] });
    await work();
    const activeThere = async () =>
      Object.fromEntries((await named('drift.')).map(({ data }) => [data.userName, data.active]));
    expect(await activeThere()).toEqual({ 'drift.one': true, 'drift.two': false, 'drift.three': false });
    await control('POST', '/users', { userName: 'drift.one', set: { name: { givenName: 'Somebody' } } });
    await control('POST', '/users', { userName: 'drift.two', set: { active: true } });
    await control('POST', '/users', { userName: 'drift.three', set: { active: true } });
    expect(await activeThere()).toEqual({ 'drift.one': true, 'drift.two': true, 'drift.three': true });
    await runCycleNow(actor, { applicationId });
    await work();
    expect((await named('drift.one'))[0]?.data.name?.givenName).toBe('drift.one');
    expect(await activeThere()).toEqual({ 'drift.one': true, 'drift.two': false, 'drift.three': true });
  });
});
