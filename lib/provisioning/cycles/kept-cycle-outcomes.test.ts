import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import type { LinkState, OperationState } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { markUsersDue } from '../mark-due';
import { countCycle } from '../queries/cycle-counts';
import { listCycleRows } from '../queries/cycle-rows';
import { whileHeld } from '../testing/integration';

let applicationId = '';
let cycleId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  const look = { logoColor: '#00968f', logoImage: null, showInPortal: true };
  const input = { templateId: 'egnyte', displayLabel: 'Egnyte', description: '', ...look };
  applicationId = (await createApplication(systemActor, input)).id;
  cycleId = (await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'users' } })).id;
});

async function linkOf(name: string): Promise<string> {
  const names = { username: name, email: `${name}@acme.example`, firstname: 'Ana', lastname: name, displayName: name };
  const user = await db.user.create({ data: names });
  const data = { applicationId, userId: user.id, cycleId, dueAt: new Date(), state: 'pending' as const };
  return (await db.userLink.create({ data })).id;
}

/** Claims a link and settles it, as the engine does: in transactions that others run beside. */
async function settle(id: string, state: LinkState, message?: string, outcome?: OperationState): Promise<void> {
  await db.userLink.update({ where: { id }, data: { leaseToken: randomUUID() } });
  const operation = { applicationId, userLinkId: id, cycleId, action: 'create' as const, changes: {} };
  const intent = outcome && (await db.operation.create({ data: operation }));
  await db.$transaction(async (tx) => {
    const lastError = message ? { lastError: { code: 'X', message } } : {};
    await tx.$executeRaw`UPDATE user_links SET last_error = NULL WHERE id = ${id}::uuid`;
    await tx.userLink.update({ where: { id }, data: { state, leaseToken: null, dueAt: null, ...lastError } });
    if (intent) await tx.operation.update({ where: { id: intent.id }, data: { state: outcome } });
  });
}

const rows = async () => {
  const { items } = await listCycleRows({ cycleId });
  return items.map(({ name, outcome, error }) => [name, outcome, error?.message ?? null]);
};

test('the last attempt counts; who was left out and then was not is none of its outcomes', async () => {
  const [ana, ben, cem] = [await linkOf('ana'), await linkOf('ben'), await linkOf('cem')];
  await settle(ana, 'error', 'It failed.', 'failed');
  await settle(ben, 'skipped', 'No name.');
  await settle(cem, 'provisioned');
  expect(await rows()).toEqual([
    ['ana', 'error', null],
    ['ben', 'skip', 'No name.'],
  ]);
  await settle(ana, 'provisioned', undefined, 'succeeded');
  await settle(ben, 'provisioned');
  expect(await rows()).toEqual([['ana', 'create', null]]);
  const counts = { create: 1, skip: 0, error: 0, running: 0, changes: 1, failures: 1, doneUsers: 3 };
  expect(await countCycle(cycleId)).toMatchObject(counts);
});

test('a cycle that is over stays as it was, whatever becomes of its links', async () => {
  const [ana, ben] = [await linkOf('ana'), await linkOf('ben')];
  await settle(ana, 'skipped', 'No name.');
  await settle(ben, 'provisioned');
  await db.cycle.update({ where: { id: cycleId }, data: { stage: 'finished', finishedAt: new Date() } });
  const before = await rows();
  await settle(ana, 'provisioned');
  await settle(ben, 'error', 'It failed.');
  const other = await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'users' } });
  await db.userLink.updateMany({ data: { cycleId: other.id } });
  expect(await rows()).toEqual(before);
  expect(before).toEqual([['ana', 'skip', 'No name.']]);
});

/** An attempt of which the answer is outstanding. */
async function intent(link: string): Promise<string> {
  await db.userLink.update({ where: { id: link }, data: { leaseToken: randomUUID() } });
  const data = { applicationId, userLinkId: link, cycleId, action: 'create' as const, changes: {} };
  return (await db.operation.create({ data })).id;
}
const answered = (id: string, state: OperationState) => db.operation.update({ where: { id }, data: { state } });
const endCycle = (stage: 'finished' | 'stopped') =>
  db.cycle.update({ where: { id: cycleId }, data: { stage, finishedAt: new Date() } });

test('counts are final at the end of a cycle: only what was under way then still comes to its own', async () => {
  const [ana, ben, cem, dan] = [await linkOf('ana'), await linkOf('ben'), await linkOf('cem'), await linkOf('dan')];
  await settle(ana, 'provisioned', undefined, 'succeeded');
  await settle(ben, 'skipped', 'No name.');
  const unknown = await intent(cem);
  await answered(unknown, 'unknown');
  const underWay = await intent(dan);
  await endCycle('stopped');
  expect(await countCycle(cycleId)).toMatchObject({
    create: 1,
    skip: 1,
    error: 1,
    running: 1,
    changes: 1,
    failures: 1,
  });
  await answered(underWay, 'succeeded');
  const final = { create: 2, skip: 1, error: 1, running: 0, changes: 2, failures: 1 };
  expect(await countCycle(cycleId)).toMatchObject(final);
  const before = await rows();
  // Found out later, left out for another reason, gone, deleted for good, forgotten: none of it is the doing of a cycle that is over.
  await answered(unknown, 'succeeded');
  await settle(ben, 'error', 'It failed.');
  expect(await rows()).toEqual(before);
  await db.userLink.delete({ where: { id: ana } });
  await db.user.updateMany({ data: { lastname: '', firstname: '', displayName: 'Deleted', purgedAt: new Date() } });
  await db.operation.deleteMany();
  await db.userLink.deleteMany();
  expect(await countCycle(cycleId)).toMatchObject(final);
});

test('an attempt that is taken back before it was made is none, and nobody stays under way', async () => {
  const ana = await linkOf('ana');
  await intent(ana);
  expect(await rows()).toEqual([['ana', 'running', null]]);
  await endCycle('stopped');
  await db.operation.deleteMany();
  expect(await rows()).toEqual([]);
  expect(await countCycle(cycleId)).toMatchObject({ create: 0, error: 0, running: 0, changes: 0, failures: 0 });
});

test('who gives a link back without having looked at it says nothing of it', async () => {
  const ana = await linkOf('ana');
  const lastError = { code: 'X', message: 'Of the cycle before.' };
  await db.userLink.update({ where: { id: ana }, data: { state: 'error', lastError, leaseToken: randomUUID() } });
  await db.userLink.update({ where: { id: ana }, data: { leaseToken: null } });
  expect(await rows()).toEqual([]);
  expect(await countCycle(cycleId)).toMatchObject({ error: 0, doneUsers: 0 });
});

test('a cycle that starts over counts everybody’s turn anew, and what it did before as well', async () => {
  for (const name of ['ana', 'ben', 'cem']) await settle(await linkOf(name), 'provisioned', undefined, 'succeeded');
  expect(await countCycle(cycleId)).toMatchObject({ create: 3, doneUsers: 3 });
  await db.integration.create({
    data: {
      applicationId,
      status: 'active',
      baseUrl: 'https://x.example',
      tokenSealed: '',
      tokenUpdatedAt: new Date(),
      manageGroups: false,
      capabilities: {},
    },
  });
  await db.$transaction((tx) => markUsersDue(tx, { applicationId }, { priority: 2, cycleId }));
  expect(await countCycle(cycleId)).toMatchObject({ create: 3, doneUsers: 0 });
  const [first] = await db.userLink.findMany();
  await settle(first?.id ?? '', 'provisioned');
  expect(await countCycle(cycleId)).toMatchObject({ create: 3, doneUsers: 1 });
});

test('nothing in a cycle tells the name of somebody who was deleted for good', async () => {
  const ana = await linkOf('ana');
  await settle(ana, 'skipped', 'No name.');
  await db.user.updateMany({ data: { lastname: '', firstname: '', displayName: 'Deleted', purgedAt: new Date() } });
  expect(await db.cycleOutcome.count()).toBe(0);
  expect(await listCycleRows({ cycleId })).toMatchObject({ items: [], total: 0 });
});

test('nor where somebody is deleted for good while an outcome of theirs is being written', async () => {
  const ana = await linkOf('ana');
  await db.userLink.update({ where: { id: ana }, data: { leaseToken: randomUUID() } });
  const purge = () =>
    db.user.updateMany({ data: { lastname: '', firstname: '', displayName: 'Deleted', purgedAt: new Date() } });
  await whileHeld(async (tx) => {
    const lastError = { code: 'X', message: 'No name.' };
    await tx.userLink.update({
      where: { id: ana },
      data: { state: 'skipped', leaseToken: null, dueAt: null, lastError },
    });
    await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`;
    expect(await tx.cycleOutcome.count()).toBe(1);
  }, purge);
  expect(await db.cycleOutcome.count()).toBe(0);
  expect((await countCycle(cycleId)).skip).toBe(0);
});

test('with a cycle, and with an application, go its outcomes', async () => {
  await settle(await linkOf('ana'), 'skipped', 'No name.');
  await db.cycle.delete({ where: { id: cycleId } });
  expect([await db.cycleOutcome.count(), await db.cycleCounts.count()]).toEqual([0, 0]);
  cycleId = (await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'users' } })).id;
  await settle(await linkOf('ben'), 'provisioned', undefined, 'succeeded');
  await db.application.delete({ where: { id: applicationId } });
  expect([await db.cycleOutcome.count(), await db.cycleCounts.count()]).toEqual([0, 0]);
});

test('what is kept is what there is, after many changes by several at once', async () => {
  const links = await Promise.all([...Array(24)].map((_, index) => linkOf(`p${index}`)));
  const kinds = [
    ['provisioned', undefined, 'succeeded'],
    ['error', 'It failed.', 'failed'],
    ['error', 'Lost.', 'unknown'],
    ['skipped', 'No name.', undefined],
    ['conflict', 'Two.', undefined],
    ['provisioned', undefined, undefined],
    ['provisioned', undefined, 'intent'],
  ] as const;
  let seed = 7;
  const chance = (of: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % of;
  };
  await Promise.all(
    [0, 1, 2, 3].map(async (worker) => {
      // A lease is one worker's.
      const own = links.filter((_, index) => index % 4 === worker);
      for (let step = 0; step < 25; step += 1) {
        const [state, message, outcome] = kinds[chance(kinds.length)] ?? kinds[0];
        const id = own[chance(own.length)];
        if (id) await settle(id, state, message, outcome);
      }
      const gone = own.pop();
      if (gone) await db.userLink.delete({ where: { id: gone } });
    }),
  );
  const [differing] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (
      SELECT DISTINCT ON (l.id) l.id, CASE WHEN o.state = 'succeeded' THEN 'create' WHEN o.state = 'intent' THEN 'running'
        WHEN o.state IS NULL AND l.state = 'skipped' THEN 'skip' ELSE 'error' END AS outcome
      FROM user_links l LEFT JOIN operations o ON o.user_link_id = l.id
      WHERE o.id IS NOT NULL OR l.last_error IS NOT NULL ORDER BY l.id, o.created_at DESC) computed
    FULL JOIN cycle_outcomes kept ON kept.link_id = computed.id WHERE kept.outcome IS DISTINCT FROM computed.outcome`;
  expect(differing?.count).toBe(0);
  const of = (outcome: string) => db.cycleOutcome.count({ where: { outcome } });
  const { changes: _changes, failures: _failures, doneUsers, ...counts } = await countCycle(cycleId);
  const update = await of('update');
  const deactivate = await of('deactivate');
  const [create, skip, error, running] = [await of('create'), await of('skip'), await of('error'), await of('running')];
  const drift = await db.cycleOutcome.count({ where: { drift: true } });
  expect(counts).toEqual({ create, update, deactivate, skip, held: 0, error, running, drift });
  expect(create + skip + error + running).toBeGreaterThan(5);
  expect(doneUsers).toBeGreaterThan(5);
  expect((await listCycleRows({ cycleId })).total).toBe(await db.cycleOutcome.count());
});
