import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteUser } from '@/lib/directory/delete-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { directoryChanged, personShutOut } from './directory-changed';
import { integratedApplication, linkedPerson } from './testing/integration';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

/** Somebody with an account, in an application of their own. */
async function provisioned(username: string) {
  const applicationId = await integratedApplication(username);
  const { userId: id } = await linkedPerson(applicationId, username, 'provisioned');
  await db.applicationUser.create({ data: { applicationId, userId: id, assigned: true } });
  return { id, applicationId };
}

async function rename(id: string): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id } });
  await updateUser(actor, { ...user, customAttributes: {}, firstname: 'Renamed' }, unguarded);
}

/** What waits, in the order in which it gets a slot. */
const waiting = (...tasks: string[]) =>
  db.$queryRaw<{ applicationId: string; userId: string; userIds: string[] }[]>`
    SELECT payload ->> 'applicationId' AS "applicationId", payload ->> 'userId' AS "userId", payload -> 'userIds' AS "userIds"
    FROM graphile_worker._private_jobs JOIN graphile_worker._private_tasks t ON t.id = task_id
    WHERE t.identifier = ANY (${tasks}) ORDER BY priority, run_at, _private_jobs.id`;

test('a suspension waits for no change that is to be looked at, and has slots of its own to be sent', async () => {
  const [one, two, three] = [await provisioned('one'), await provisioned('two'), await provisioned('three')];
  await rename(one.id);
  await rename(two.id);
  await suspendUser(actor, { id: three.id });
  await deleteUser(actor, { id: two.id });
  expect((await waiting('person-shut-out')).map(({ userId }) => userId)).toEqual([three.id, two.id]);
  expect((await waiting('directory-changed')).map(({ userIds }) => userIds)).toEqual([[one.id], [two.id]]);
  for (const { id } of [one, two, three]) await directoryChanged({ userIds: [id], groupIds: [] });
  expect((await waiting('provision-urgent')).map(({ applicationId }) => applicationId)).toEqual([
    two.applicationId,
    three.applicationId,
  ]);
  expect((await waiting('provision')).map(({ applicationId }) => applicationId)).toEqual([one.applicationId]);
});

test('who looks at a suspension goes on with one of the applications, and asks for the others with the marks, in five statements', async () => {
  const { id, applicationId } = await provisioned('one');
  const others = [await integratedApplication('other'), await integratedApplication('another')];
  for (const other of others) {
    await db.userLink.create({
      data: { applicationId: other, userId: id, state: 'provisioned', remoteId: 'r' },
    });
  }
  const failing = await integratedApplication('failing');
  await db.userLink.create({ data: { applicationId: failing, userId: id, state: 'error' } });
  await suspendUser(actor, { id });
  let goesOn: string | undefined;
  expect(
    await countStatements(async () => {
      goesOn = await personShutOut(id);
    }),
  ).toBe(5);
  const asked = (await waiting('provision-urgent')).map((task) => task.applicationId);
  expect([goesOn, ...asked].sort()).toEqual([applicationId, ...others].sort());
  expect((await waiting('provision')).map((task) => task.applicationId)).toEqual([failing]);
  expect(await db.userLink.count({ where: { dueAt: { not: null } } })).toBe(4);
  // Killed before anything was sent, its task is run again.
  const again = await personShutOut(id);
  const askedAgain = (await waiting('provision-urgent')).map((task) => task.applicationId);
  expect(new Set([again, ...askedAgain])).toEqual(new Set([applicationId, ...others]));
});

test('a later change of the same application does not make a suspension wait again', async () => {
  const [one, two] = [await provisioned('one'), await provisioned('two')];
  await suspendUser(actor, { id: two.id });
  await directoryChanged({ userIds: [two.id], groupIds: [] });
  await rename(one.id);
  await directoryChanged({ userIds: [one.id], groupIds: [] });
  await db.applicationUser.create({ data: { applicationId: two.applicationId, userId: one.id, assigned: true } });
  await directoryChanged({ userIds: [one.id], groupIds: [] });
  expect((await waiting('provision-urgent')).map(({ applicationId }) => applicationId)).toEqual([two.applicationId]);
});

test('what somebody loses is asked for with its mark, in one transaction of three statements', async () => {
  const { id, applicationId } = await provisioned('one');
  await suspendUser(actor, { id });
  expect(await countStatements(() => directoryChanged({ userIds: [id], groupIds: [] }))).toBe(5);
  expect((await waiting('provision-urgent')).map((task) => task.applicationId)).toEqual([applicationId]);
});

test('what somebody loses is asked for at once, also where a cycle that others join is being changed', async () => {
  const [leaving, other] = [await provisioned('one'), await provisioned('two')];
  const cycle = await db.cycle.create({
    data: { applicationId: other.applicationId, trigger: 'manual', stage: 'users', totalUsers: 0 },
  });
  const names = Array.from({ length: 50 }, (_, index) => `new${index}`);
  for (const name of names) await linkedPerson(other.applicationId, name, 'pending');
  await db.userLink.updateMany({
    where: { state: 'pending' },
    data: { remoteId: null, cycleId: null, dueAt: new Date() },
  });
  await suspendUser(actor, { id: leaving.id });
  let changed: Promise<void> | undefined;
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM cycles WHERE id = ${cycle.id}::uuid FOR UPDATE`;
    changed = directoryChanged({ userIds: [leaving.id, other.id], groupIds: [] });
    await expect
      .poll(async () => (await waiting('provision-urgent')).map((task) => task.applicationId), { timeout: 25_000 })
      .toEqual([leaving.applicationId]);
  });
  await changed;
  expect((await waiting('provision')).map((task) => task.applicationId)).toEqual([other.applicationId]);
});
