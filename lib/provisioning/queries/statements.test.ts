import { beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { listAttention } from '@/lib/home/attention';
import { getCycle, getCycleProgress, listCycles } from './cycles';
import { countLinkStates } from './link-counts';
import { listAssignments } from './links';
import { findNotAssigned } from './not-assigned';
import { listPlanned } from './planned';
import { listRecentCycles } from './recent-cycles';

let made = 0;

async function application(): Promise<string> {
  made += 1;
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const input = { templateId: 'egnyte', displayLabel: `Egnyte ${made}`, ...general };
  const { id } = await createApplication(systemActor, input);
  const connection = { baseUrl: 'https://scim.example.com', tokenSealed: '', tokenUpdatedAt: new Date() };
  await db.integration.create({
    data: { applicationId: id, status: 'active', ...connection, manageGroups: true, capabilities: {} },
  });
  return id;
}

async function person(): Promise<string> {
  made += 1;
  const names = { username: `p${made}`, email: `p${made}@acme.example`, firstname: 'Ana', lastname: `Test ${made}` };
  return (await db.user.create({ data: { ...names, displayName: `Ana ${made}` } })).id;
}

/** A cycle with an account created, one that failed, and one that was left out. */
async function cycle(applicationId: string, over: boolean): Promise<string> {
  const now = new Date();
  const { id } = await db.cycle.create({
    data: {
      applicationId,
      trigger: 'manual',
      stage: 'users',
    },
  });
  const link = async (state: 'provisioned' | 'error' | 'skipped') => {
    const lastError = state === 'provisioned' ? {} : { lastError: { code: 'X', message: 'It failed.' } };
    const data = {
      applicationId,
      userId: await person(),
      state,
      cycleId: id,
      leaseToken: id,
      dueAt: now,
      ...lastError,
    };
    const link = await db.userLink.create({ data });
    return db.userLink.update({ where: { id: link.id }, data: { leaseToken: null, dueAt: null } });
  };
  await link('skipped');
  for (const [state, outcome] of [
    ['provisioned', 'succeeded'],
    ['error', 'failed'],
  ] as const) {
    const { id: userLinkId } = await link(state);
    await db.operation.create({
      data: { applicationId, userLinkId, cycleId: id, action: 'create', state: outcome, changes: {}, createdAt: now },
    });
  }
  if (over) await db.cycle.update({ where: { id }, data: { stage: 'finished', finishedAt: new Date() } });
  return id;
}

const counts = { create: 1, update: 0, deactivate: 0, skip: 1, error: 1, held: 0 };

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});

test('a cycle that is over keeps the counts of its end when what it did is gone', async () => {
  const id = await cycle(await application(), true);
  expect((await getCycle(id)).counts).toEqual(counts);
  await db.operation.deleteMany();
  await db.userLink.deleteMany();
  expect((await getCycle(id)).counts).toEqual(counts);
  const { applicationId } = await db.cycle.findUniqueOrThrow({ where: { id } });
  expect((await listRecentCycles([applicationId])).get(applicationId)).toMatchObject([{ changes: 1, failures: 1 }]);
});

test('a poll of a cycle under way reads what is kept of it: nothing is counted for it', async () => {
  const id = await cycle(await application(), false);
  expect(await getCycleProgress(id)).toMatchObject({ counts, doneUsers: 0, final: false });
  await db.cycle.update({ where: { id }, data: { totalUsers: 4 } });
  expect(await getCycleProgress(id)).toMatchObject({ doneUsers: 3, totalUsers: 4 });
  expect(await countStatements(() => getCycleProgress(id))).toBe(1);
});

test('lists of cycles, and Home, ask as often for many applications as for few', async () => {
  const ids = [await application(), await application()];
  for (const id of ids) await cycle(id, true);
  const reads = async () => ({
    cycles: await countStatements(() => listCycles({})),
    recent: await countStatements(() => listRecentCycles(ids)),
    attention: await countStatements(() => listAttention()),
  });
  await listAttention();
  const few = await reads();
  for (let more = 0; more < 8; more += 1) {
    const id = await application();
    ids.push(id);
    await cycle(id, true);
    await cycle(id, true);
  }
  // Names of new people are computed by whoever asks first.
  await listAttention();
  expect(await reads()).toEqual(few);
  expect((await listAttention()).filter(({ id }) => id.startsWith('failing-user:'))).toHaveLength(ids.length);
});

test('a page of assignments, and of what is planned for them, asks as often for many people as for few', async () => {
  const applicationId = await application();
  const group = await db.group.create({ data: { name: 'Staff' } });
  await associateGroup(systemActor, { applicationId, groupId: group.id });
  const join = async () => db.groupMember.create({ data: { groupId: group.id, userId: await person() } });
  const read = () =>
    countStatements(async () => {
      await listAssignments(applicationId, {});
      await listPlanned(applicationId, {});
      await countLinkStates(applicationId);
      await findNotAssigned(applicationId, 'ana');
    });
  await join();
  await listPlanned(applicationId, {});
  // What is told of a column by a sample is kept for a minute.
  await read();
  const few = await read();
  for (let more = 0; more < 40; more += 1) await join();
  expect((await listPlanned(applicationId, {})).items).toHaveLength(41);
  expect(await read()).toBe(few);
});
