import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor } from '@/lib/events/actor';
import type { TaskName, TaskPayload } from '@/lib/queue/tasks';
import { startCycle } from './cycles/start-cycle';
import { directoryChanged } from './directory-changed';
import { settle } from './engine/settle';
import { userKind } from './engine/users/user-kind';
import { integratedApplication as connected } from './testing/integration';

const longAgo = new Date('2026-01-01T00:00:00Z');

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

async function payloadsOf<Name extends TaskName>(name: Name): Promise<TaskPayload<Name>[]> {
  const rows = await db.$queryRaw<{ payload: TaskPayload<Name> }[]>`
    SELECT j.payload FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE t.identifier = ${name}`;
  return rows.map(({ payload }) => payload);
}

let count = 0;
async function people(number: number): Promise<string[]> {
  const rows = Array.from({ length: number }, () => {
    count += 1;
    const email = `p${count}@acme.example`;
    return { username: `p${count}`, email, firstname: 'Ana', lastname: `${count}`, displayName: `Ana ${count}` };
  });
  return (await db.user.createManyAndReturn({ data: rows, select: { id: true } })).map(({ id }) => id);
}

const group = async (name: string, userIds: readonly string[]) =>
  (await db.group.create({ data: { name, members: { create: userIds.map((userId) => ({ userId })) } } })).id;

/** Accounts of these people in an application, all of which agree. */
const linked = (applicationId: string, userIds: readonly string[]) =>
  db.userLink.createMany({
    data: userIds.map((userId) => ({ applicationId, userId, remoteId: `r-${userId}`, state: 'provisioned' as const })),
  });

const due = async () =>
  (await db.userLink.findMany({ where: { dueAt: { not: null } }, select: { applicationId: true, userId: true } })).map(
    ({ applicationId, userId }) => `${applicationId} ${userId}`,
  );
const woken = async () => {
  const payloads = [...(await payloadsOf('provision')), ...(await payloadsOf('provision-urgent'))];
  return payloads.map(({ applicationId }) => applicationId).sort();
};

test('a change of one person wakes the applications where they have an account or access, in as many statements however many there are', async () => {
  const [ana = '', other = ''] = await people(2);
  const allowed = await connected('Allowed');
  await db.applicationUser.create({ data: { applicationId: allowed, userId: ana, assigned: true } });
  const few = [allowed, await connected('One'), await connected('Two')].sort();
  for (const applicationId of few) if (applicationId !== allowed) await linked(applicationId, [ana, other]);
  const one = await countStatements(() => directoryChanged({ userIds: [ana], groupIds: [] }));
  expect((await due()).sort()).toEqual(few.map((id) => `${id} ${ana}`));
  expect(await woken()).toEqual(few);

  await db.userLink.updateMany({ data: { dueAt: null } });
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  for (let more = 0; more < 12; more += 1) {
    const applicationId = await connected(`More ${more}`);
    await linked(applicationId, more < 6 ? [ana] : [other]);
  }
  expect(await countStatements(() => directoryChanged({ userIds: [ana], groupIds: [] }))).toBe(one);
  expect((await due()).filter((pair) => !pair.endsWith(ana))).toEqual([]);
  expect(await woken()).toHaveLength(few.length + 6);
});

test('who joins a group of many is looked at alone, with the links of the group and of those above', async () => {
  const applicationId = await connected('Egnyte');
  const inside = await people(300);
  const groupId = await group('Staff', inside);
  const above = await group('Everybody', []);
  await db.groupNesting.create({ data: { parentId: above, childId: groupId } });
  await db.applicationGroup.create({ data: { applicationId, groupId: above } });
  await linked(applicationId, inside);
  const [ana = ''] = await people(1);
  await updateGroupMembers(systemActor, { groupId, add: [ana], remove: [] });
  const [change] = await payloadsOf('directory-changed');
  await directoryChanged(change ?? { userIds: [], groupIds: [] });
  expect(await due()).toEqual([`${applicationId} ${ana}`]);
  const groups = await db.groupLink.findMany({ where: { dueAt: { not: null } }, select: { groupId: true } });
  expect(groups).toEqual([{ groupId: above }]);
});

/** An open cycle with 60 people whose turn has not come, in a stage. */
async function firstCycle(stage: 'reading' | 'users') {
  const applicationId = await connected('Egnyte');
  const userIds = await people(60);
  const groupId = await group('Staff', userIds);
  await db.applicationGroup.create({ data: { applicationId, groupId } });
  const { id } = await startCycle(db, { id: applicationId, displayLabel: 'Egnyte' }, 'activation');
  await db.cycle.update({ where: { id }, data: { stage, cursor: 401, readAccounts: 400, startedAt: longAgo } });
  if (stage === 'users') {
    const data = userIds.map((userId) => ({ applicationId, userId, cycleId: id, dueAt: longAgo, priority: 2 }));
    await db.userLink.createMany({ data });
    await db.cycle.update({ where: { id }, data: { totalUsers: 60 } });
  }
  return { applicationId, groupId, userIds, cycleId: id };
}

test.each(['reading', 'users'] as const)(
  'an edit of anybody leaves a cycle that is under way where it is: %s',
  async (stage) => {
    const { cycleId, userIds } = await firstCycle(stage);
    const before = await db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
    const [outside = ''] = await people(1);
    await directoryChanged({ userIds: [outside], groupIds: [] });
    await directoryChanged({ userIds: userIds.slice(0, 1), groupIds: [] });
    expect(await db.cycle.findUniqueOrThrow({ where: { id: cycleId } })).toEqual(before);
  },
);

test('many who come into scope join the cycle that is under way: those it has not read for wait for it, the others are counted in', async () => {
  const join = async (groupId: string) => {
    const userIds = await people(60);
    await db.groupMember.createMany({ data: userIds.map((userId) => ({ groupId, userId })) });
    await directoryChanged({ userIds, groupIds: [groupId] });
    return db.userLink.findMany({ where: { userId: { in: userIds } } });
  };
  const reading = await firstCycle('reading');
  expect(new Set((await join(reading.groupId)).map((link) => link.dueAt))).toEqual(new Set([null]));
  expect(await db.cycle.findUniqueOrThrow({ where: { id: reading.cycleId } })).toMatchObject({ cursor: 401 });

  await emptyTables('users', 'groups', 'applications', 'events');
  const sending = await firstCycle('users');
  const joined = await join(sending.groupId);
  expect(joined).toHaveLength(60);
  for (const link of joined)
    expect(link).toMatchObject({ cycleId: sending.cycleId, priority: 2, dueAt: expect.any(Date) });
  expect(await db.cycle.findUniqueOrThrow({ where: { id: sending.cycleId } })).toMatchObject({
    stage: 'users',
    totalUsers: 120,
  });
});

test('changes and outcomes of the same people, in whatever order each names them, never wait for each other in a circle', async () => {
  const applicationId = await connected('Egnyte');
  const userIds = await people(120);
  const groupId = await group('Staff', userIds);
  await db.applicationGroup.create({ data: { applicationId, groupId } });
  await linked(applicationId, userIds);
  const workerId = '0a000000-0000-7000-8000-000000000001';
  await db.userLink.updateMany({ data: { leaseToken: workerId, leaseUntil: new Date('2100-01-01T00:00:00Z') } });
  const links = await db.userLink.findMany();
  const shuffled = <T>(items: readonly T[]): T[] => {
    const keyed = items.map((item) => ({ item, key: Math.random() }));
    return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
  };
  const settled = () =>
    shuffled(links).map((link) => ({
      link,
      state: link.state,
      remoteId: link.remoteId,
      lastSent: null,
      lastRead: null,
      lastError: null,
      takenOver: false,
      changed: false,
      nextInMs: null,
      attempts: 0,
    }));
  const deadlocks = async () => {
    const [row] = await db.$queryRaw<{ deadlocks: number }[]>`
      SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`;
    return row?.deadlocks ?? 0;
  };
  const before = await deadlocks();
  for (let round = 0; round < 6; round += 1) {
    await db.userLink.updateMany({ data: { leaseToken: workerId } });
    await Promise.all([
      ...Array.from({ length: 4 }, () => directoryChanged({ userIds: shuffled(userIds), groupIds: [groupId] })),
      ...Array.from({ length: 4 }, () => settle(userKind, applicationId, settled())),
    ]);
  }
  await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  expect((await deadlocks()) - before).toBe(0);
});
