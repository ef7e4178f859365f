import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aGroup, aPerson } from '@/lib/directory/testing/people';
import type { Actor } from '@/lib/events/actor';
import { getUserBatch, listUserBatchRows } from './queries';
import { runBatch } from './run-batch';
import { batchFilterSchema } from './schema';
import { startUserBatch, undoUserBatch } from './start-batch';

let actor: Actor;
beforeEach(async () => {
  await emptyTables('users', 'groups', 'events', 'user_batches', 'graphile_worker._private_jobs');
  const admin = await aPerson({ role: 'administrator', passwordHash: 'x' });
  actor = { id: admin.id, name: admin.username, clientAddress: null };
});

const statuses = async () =>
  Object.fromEntries(
    (await db.user.findMany()).map(({ username, status, deletedAt }) => [username, deletedAt ? 'deleted' : status]),
  );

test('of many some fail, the others are done, oneself is spared, and it is undone for those alone whom it changed', async () => {
  const [one, already, gone] = [
    await aPerson({ username: 'one' }),
    await aPerson({ username: 'already', status: 'suspended' }),
    await aPerson({ username: 'gone', deletedAt: new Date() }),
  ];
  const userIds = [one.id, already.id, gone.id, actor.id ?? ''];
  const { id, changed } = await startUserBatch(actor, { action: 'suspend', userIds });
  expect(changed).toBe(4);
  await runBatch(id);
  expect(await getUserBatch(id)).toMatchObject({ state: 'finished', counts: { done: 1, skipped: 1, failed: 2 } });
  const { items } = await listUserBatchRows(id, { state: 'failed' });
  expect(items.map(({ userId, error }) => [userId, error?.code]).sort()).toEqual(
    [
      [gone.id, 'conflict'],
      [actor.id, 'last_administrator'],
    ]
      .map(([userId, code]) => [userId, userId === actor.id ? 'conflict' : code])
      .sort(),
  );
  expect(await statuses()).toMatchObject({ one: 'suspended', already: 'suspended', gone: 'deleted' });
  expect(await db.event.findMany({ where: { name: 'user_suspend', outcome: 'success' } })).toMatchObject([
    { targetId: one.id },
  ]);
  expect(await db.event.findFirst({ where: { name: 'user_batch_finish' } })).toMatchObject({
    outcome: 'error',
    message: '1 suspended, 1 were so already, 2 failed.',
  });

  const undo = await undoUserBatch(actor, { id });
  await runBatch(undo.id);
  expect(await statuses()).toMatchObject({ one: 'active', already: 'suspended' });
  await expect(undoUserBatch(actor, { id })).rejects.toMatchObject({ code: 'conflict' });
});

test('all that a filter finds are added to a group by one event, and removed again, but for those who were in it before', async () => {
  for (let n = 0; n < 12; n += 1) await aPerson({ department: n < 8 ? 'Sales' : 'Else' });
  const before = await db.user.findFirstOrThrow({ where: { department: 'Sales' } });
  const group = await aGroup('Readers', [before]);
  await db.event.deleteMany({});
  const filter = batchFilterSchema.parse({ department: 'sales', q: 'person' });
  const { id, changed } = await startUserBatch(actor, {
    action: 'add_to_group',
    groupId: group.id,
    filter,
    expected: 8,
  });
  expect(changed).toBe(8);
  await runBatch(id);
  expect(await db.groupMember.count({ where: { groupId: group.id } })).toBe(8);
  expect(await db.event.findMany({ where: { name: 'group_members_update' } })).toMatchObject([
    { message: '7 added, 0 removed.' },
  ]);
  await runBatch((await undoUserBatch(actor, { id })).id);
  expect(await db.groupMember.findMany({ where: { groupId: group.id } })).toMatchObject([{ userId: before.id }]);
});

test('what is left is refused when whoever asked is no administrator any more', async () => {
  const [one, two] = [await aPerson(), await aPerson({ role: 'administrator', passwordHash: 'x' })];
  const { id } = await startUserBatch(actor, { action: 'delete', userIds: [one.id] });
  await db.user.update({ where: { id: actor.id ?? '' }, data: { role: 'user' } });
  expect(two.role).toBe('administrator');
  await runBatch(id);
  expect(await listUserBatchRows(id, {})).toMatchObject({ items: [{ state: 'failed', error: { code: 'forbidden' } }] });
  expect((await db.user.findUniqueOrThrow({ where: { id: one.id } })).deletedAt).toBeNull();
});

test('two runners side by side do nobody twice', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => aPerson()));
  const { id } = await startUserBatch(actor, { action: 'delete', userIds: people.map((one) => one.id) });
  await Promise.all([runBatch(id), runBatch(id), runBatch(id)]);
  expect((await getUserBatch(id)).counts.done).toBe(20);
  expect(await db.event.count({ where: { name: 'user_delete' } })).toBe(20);
  expect(await db.event.count({ where: { name: 'user_batch_finish' } })).toBe(1);
});
