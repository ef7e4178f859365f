import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { clockOffset, now, setClockOffset } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { deleteUser } from '@/lib/directory/delete-user';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { moveDemoClock } from '@/lib/installation/move-demo-clock';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { authenticateToken } from '@/lib/tokens/authenticate-token';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { resetDemo } from '@/prisma/seed';
import { connectDemo } from '@/prisma/seed/connected';
import { seedId } from '@/prisma/seed/people';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

const tenant = 'egnyte/acmeusw';
let peer: TestSandbox;

beforeAll(async () => {
  peer = await startTestSandbox();
  process.env.LATCHKEY_DEMO = '1';
});
afterEach(() => setClockOffset(0));
afterAll(async () => {
  delete process.env.LATCHKEY_DEMO;
  await peer.sandbox.close();
});

/** Everything that a reset brings back, without the moments at which it was written. */
async function everything() {
  const users = await db.user.findMany({
    orderBy: { id: 'asc' },
    omit: { createdAt: true, updatedAt: true, passwordHash: true },
  });
  const groups = await db.group.findMany({ orderBy: { id: 'asc' }, omit: { createdAt: true, updatedAt: true } });
  const members = await db.groupMember.findMany({
    orderBy: [{ groupId: 'asc' }, { userId: 'asc' }],
    omit: { createdAt: true },
  });
  const events = await db.event.findMany({ orderBy: { id: 'asc' }, select: { id: true, name: true } });
  const counts = {
    applications: await db.application.count(),
    links: await db.userLink.count(),
    mails: await db.mail.count(),
    settings: await db.setting.findMany({ where: { key: { not: 'canary' } } }),
  };
  const [jobs] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier NOT IN ('schedule-cycles', 'housekeeping')`;
  const sandbox = await peer.control('GET', `/state?tenant=${tenant}`);
  return { users, groups, members, events, counts, jobs: Number(jobs?.count), sandbox };
}

async function reset(): Promise<void> {
  await resetDemo(actor);
  await peer.control('POST', '/reset');
}

describe('the connected Egnyte', () => {
  test('members of the dynamic group are power users over there, everybody else of the team a standard one, and it follows', async () => {
    await resetDemo(actor);
    await peer.control('POST', '/reset');
    await connectDemo(peer.sandbox.url);
    await work();
    const namesIn = async (groupName: string) => {
      const rows = await db.groupMember.findMany({
        where: { groupId: seedId('group', groupName) },
        include: { user: true },
      });
      return rows.map(({ user }) => user.username);
    };
    const typesThere = async () => {
      const { users } = await peer.control<{
        users: { data: { userName: string; userType: string; active: boolean } }[];
      }>('GET', '/state?tenant=egnyte/acmeemea');
      return new Map(users.filter(({ data }) => data.active).map(({ data }) => [data.userName, data.userType]));
    };
    const [team, power] = [await namesIn('Sales EMEA'), await namesIn('Egnyte Power Users')];
    const wanted = () => team.map((name) => [name, power.includes(name) ? 'power' : 'standard']);
    const there = await typesThere();
    expect(team.map((name) => [name, there.get(name)])).toEqual(wanted());
    expect(new Set(wanted().map(([, type]) => type)).size, 'both are shown').toBe(2);

    // Another job makes another user of somebody, over there too.
    const promoted = await db.user.findFirstOrThrow({
      where: { username: { in: team.filter((name) => !power.includes(name)) } },
    });
    await updateUser(actor, { ...promoted, customAttributes: {}, jobTitle: 'Solution Engineer' }, async () => {});
    await work();
    expect((await typesThere()).get(promoted.username)).toBe('power');
  });
});

describe('reset', () => {
  test('whatever was done in between, the directory, the queue and the sandbox are the same again', async () => {
    await reset();
    const first = await everything();
    const { id } = await egnyteApplication();
    const groupId = await group('Only for now', [await person('zed.temporary')]);
    await connect(id, tenant, peer);
    await associateGroup(actor, { applicationId: id, groupId });
    await work();
    await associateGroup(actor, { applicationId: id, groupId: await group('Waits in the queue', []) });
    await moveDemoClock(actor, { step: '30 days' });
    expect(await everything()).not.toEqual(first);
    await reset();
    const second = await everything();
    expect(second).toEqual(first);
    expect(second.users.length).toBeGreaterThan(200);
    expect(second.jobs).toBe(0);
  });

  test('the clock is back at real time for every process', async () => {
    await moveDemoClock(actor, { step: '40 minutes' });
    await reset();
    await refreshDemoClock(0);
    expect(clockOffset()).toBe(0);
  });
});

describe('the clock', () => {
  test('forty minutes later the next full cycle runs', async () => {
    await reset();
    const { id } = await egnyteApplication();
    await connect(id, tenant, peer);
    await work();
    const before = await db.cycle.count({ where: { applicationId: id } });
    await moveDemoClock(actor, { step: '40 minutes' });
    // Another process knows nothing of it yet.
    setClockOffset(0);
    await work();
    expect(await db.cycle.count({ where: { applicationId: id, finishedAt: { not: null } } })).toBe(before + 1);
  });

  test('thirty days later who was deleted is gone for good', async () => {
    await reset();
    const id = await person('gone.soon');
    await deleteUser(actor, { id });
    await moveDemoClock(actor, { step: '30 days' });
    await moveDemoClock(actor, { step: '40 minutes' });
    expect(clockOffset()).toBe((30 * 24 * 60 + 40) * 60_000);
    expect(now().getTime()).toBeGreaterThan(Date.now() + 29 * 24 * 3_600_000);
    setClockOffset(0);
    await work();
    expect(await db.user.count({ where: { id, purgedAt: null } })).toBe(0);
  });

  test('thirty days later nobody is signed out, and nothing that is in use has gone', async () => {
    await reset();
    const userId = await person('stays.signed.in');
    const inAnHour = new Date(Date.now() + 3_600_000);
    const at = new Date();
    const session = await db.session.create({
      data: { userId, authenticatedAt: at, lastSeenAt: at, expiresAt: inAnHour },
    });
    const application = await egnyteApplication();
    const answered = { applicationId: application.id, requestId: '_r', answeredAt: at, expiresAt: inAnHour };
    await db.authnRequest.create({ data: answered });
    const { token } = await createToken(
      actor,
      createTokenSchema.parse({ label: 'Script', role: 'administrator', expiresAt: inAnHour }),
    );
    const { id: tokenId } = await db.apiToken.findFirstOrThrow({ where: { label: 'Script' } });
    await db.idempotencyKey.create({ data: { tokenId, key: 'k', requestHash: 'h' } });
    for (let month = 0; month < 3; month += 1) {
      await moveDemoClock(actor, { step: '30 days' });
      await work();
    }
    expect(await db.session.count({ where: { id: session.id, revokedAt: null } })).toBe(1);
    expect(await db.authnRequest.count({ where: answered })).toBe(1);
    expect(await db.idempotencyKey.count({ where: { tokenId } })).toBe(1);
    expect(await authenticateToken(`Bearer ${token}`, null)).toMatchObject({ tokenId });
  });

  test('a pause of a minute is over thirty days later, for the engine as for the screen', async () => {
    await reset();
    const { id } = await egnyteApplication();
    await connect(id, tenant, peer);
    await work();
    await peer.control('POST', '/faults', { tenant, failNext: 1, failStatus: 503, retryAfterSeconds: 60 });
    await associateGroup(actor, { applicationId: id, groupId: await group('Rests', [await person('rests.a.minute')]) });
    await work();
    expect((await findIntegration(id))?.restingUntil).not.toBeNull();
    await moveDemoClock(actor, { step: '30 days' });
    expect((await findIntegration(id))?.restingUntil).toBeNull();
    await peer.control('DELETE', `/requests?tenant=${tenant}`);
    await work();
    const { counters } = await peer.control<{ counters: { total: number } }>('GET', `/requests?tenant=${tenant}`);
    expect(counters.total).toBeGreaterThan(0);
  });

  test('what has happened under the moved clock is dated by it, whoever ended it', async () => {
    await reset();
    await moveDemoClock(actor, { step: '30 days' });
    const { id } = await egnyteApplication();
    await connect(id, tenant, peer);
    await deactivateIntegration(actor, { applicationId: id });
    const cycle = await db.cycle.findFirstOrThrow({ where: { applicationId: id } });
    expect(cycle.finishedAt?.getTime()).toBeGreaterThanOrEqual(cycle.startedAt.getTime());
  });

  test('outside a demo the clock cannot be moved', async () => {
    delete process.env.LATCHKEY_DEMO;
    await expect(moveDemoClock(actor, { step: '30 days' })).rejects.toMatchObject({ code: 'forbidden' });
    process.env.LATCHKEY_DEMO = '1';
  });
});
