import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// One connection, so that what it has read is counted before anybody asks.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { filterClauseSchema } from '@/lib/filters/schema';
import { letsThrough } from '@/lib/filters/sql';
import { createGroup } from './create-group';
import { createUser } from './create-user';
import { deleteUser } from './delete-user';
import { getGroup } from './get-group';
import { previewGroupRule } from './preview-group-rule';
import { reactivateUser } from './reactivate-user';
import { restoreUser } from './restore-user';
import { createUserSchema } from './schema';
import { suspendUser } from './suspend-user';
import { queued, tester, unguarded } from './testing/people';
import { updateGroupMembers } from './update-group-members';
import { updateGroupRule } from './update-group-rule';
import { updateUser } from './update-user';
import { columnsOf } from './user-columns';

const clause = (attribute: string, operator: string, value = '') =>
  filterClauseSchema.parse({ attribute, operator, value });
const ofSales = [[clause('department', 'EQUALS', 'Sales')]];
const many = 3_000;
let sales = '';

const membersOf = async (groupId: string) =>
  (await db.groupMember.findMany({ where: { groupId }, select: { user: { select: { username: true } } } }))
    .map(({ user }) => user.username)
    .sort();
const isIn = async (groupId: string, userId: string) =>
  (await db.groupMember.count({ where: { groupId, userId } })) === 1;
const person = (username: string, values: object = {}) =>
  createUser(
    tester,
    createUserSchema.parse({
      username,
      email: `${username}@acme.example`,
      firstname: 'Pat',
      lastname: username,
      sendActivation: false,
      ...values,
    }),
  );
const change = async (id: string, values: object) => {
  const before = await db.user.findUniqueOrThrow({ where: { id } });
  return updateUser(tester, { ...columnsOf(before), ...values, id, version: before.version }, unguarded);
};
const emptied = () => db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;

beforeAll(async () => {
  await db.$executeRawUnsafe(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, updated_at)
    SELECT gen_random_uuid(), 'u' || n, 'u' || n, 'u' || n, 'u' || n, 'Ana', 'K' || n, 'Ana K' || n, CASE WHEN n % 3 = 0 THEN 'Sales' ELSE 'Else' END, now()
    FROM generate_series(1, ${many}) AS n`);
  sales = (await createGroup(tester, { name: 'Sales', description: '', rule: ofSales })).id;
  await db.$executeRawUnsafe('VACUUM ANALYZE');
}, 60_000);
afterAll(() => db.$disconnect());

test('what the database says of stored rules is word by word what it says of scoping filters', async () => {
  const [row] = await db.$queryRaw<{ prosrc: string }[]>`SELECT prosrc FROM pg_proc WHERE proname = 'follows_rule'`;
  const expression = letsThrough('user', Prisma.sql`group_rule_clauses c WHERE c.group_id = rule_of`);
  expect(row?.prosrc.trim()).toBe(`SELECT ${expression.text}`.trim());
});

test('a rule is saved by one statement for everybody, with an event that counts and a task that names who changed', async () => {
  await emptied();
  const { version } = await getGroup(sales);
  const rule = [[clause('department', 'EQUALS', 'Else')]];
  const statements = await countStatements(
    () => updateGroupRule(tester, { id: sales, version, rule }),
    (text) => /group_members|users u/.test(text),
  );
  expect(statements).toBe(1);
  expect(await getGroup(sales)).toMatchObject({ dynamic: true, rule, directMembers: 2_000, effectiveMembers: 2_000 });
  const events = await db.event.findMany({ where: { targetId: sales }, orderBy: { id: 'desc' }, take: 1 });
  expect(events).toMatchObject([
    {
      name: 'group_update',
      message: '2000 added, 1000 removed, by the rule of the group.',
      changes: { rule: { from: 'department EQUALS "Sales"', to: 'department EQUALS "Else"' } },
    },
  ]);
  const [task] = await queued('directory-changed');
  expect(task).toMatchObject({ groupIds: [sales] });
  expect(task?.userIds).toHaveLength(many);
  await updateGroupRule(tester, { id: sales, version: version + 1, rule: ofSales });
});

test('whoever changes is asked in that transaction, alone: created, changed, suspended, deleted, restored', async () => {
  const active = await createGroup(tester, {
    name: 'Active in Sales',
    description: '',
    rule: [[...(ofSales[0] ?? []), clause('active', 'IS TRUE')]],
  });
  const { id } = await person('new.one', { department: 'Sales' });
  expect([await isIn(sales, id), await isIn(active.id, id)]).toEqual([true, true]);
  const made = await db.event.findMany({ where: { targetId: sales }, orderBy: { id: 'desc' }, take: 1 });
  expect(made).toMatchObject([
    {
      name: 'group_members_update',
      actorName: 'Latchkey',
      message: '1 added, 0 removed, by the rule of the group.',
      changes: { added: { from: null, to: ['new.one'] } },
    },
  ]);

  await suspendUser(tester, { id });
  expect([await isIn(sales, id), await isIn(active.id, id)], 'a suspended person stays').toEqual([true, false]);
  await reactivateUser(tester, { id });
  expect(await isIn(active.id, id)).toBe(true);

  await emptied();
  await change(id, { department: 'Support' });
  expect([await isIn(sales, id), await isIn(active.id, id)]).toEqual([false, false]);
  const tasks = await queued('directory-changed');
  expect(tasks.flatMap(({ groupIds }) => groupIds as string[]).sort()).toEqual([sales, active.id].sort());
  await change(id, { department: 'Sales' });

  await deleteUser(tester, { id });
  await db.user.update({ where: { id }, data: { department: 'Support' } });
  expect(await isIn(sales, id), 'of whoever is deleted, nothing changes').toBe(true);
  await restoreUser(tester, { id });
  expect(await isIn(sales, id), 'but when they come back').toBe(false);
  const anybody = await db.event.count({
    where: { name: 'group_members_update', changes: { path: ['added', 'to'], array_contains: 'u1' } },
  });
  expect(anybody).toBe(0);
});

test('a change of one person reads as little of 3,000 people as of a few', async () => {
  const { id } = await person('cheap', { department: 'Support' });
  const read = async () => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ read: number }[]>`SELECT ((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)
      + sum(seq_tup_read))::int AS read FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname IN ('users', 'group_members', 'effective_members')`;
    return row?.read ?? 0;
  };
  await change(id, { department: 'Once' });
  const before = await read();
  await change(id, { department: 'Sales' });
  expect(await isIn(sales, id)).toBe(true);
  expect((await read()) - before).toBeLessThan(400);
});

test('members of a dynamic group are not changed by hand; made static, it keeps them', async () => {
  const { id } = await person('by.hand', { department: 'Hand' });
  const group = await createGroup(tester, {
    name: 'Hand',
    description: '',
    rule: [[clause('department', 'EQUALS', 'Hand')]],
  });
  const remove = { groupId: group.id, add: [], remove: [id] };
  await expect(updateGroupMembers(tester, remove)).rejects.toMatchObject({ code: 'conflict' });
  const { version } = await updateGroupRule(tester, { id: group.id, version: group.version, rule: null });
  expect(await getGroup(group.id)).toMatchObject({ dynamic: false, rule: null, directMembers: 1 });
  await change(id, { department: 'Foot' });
  expect(await membersOf(group.id)).toEqual(['by.hand']);
  await updateGroupMembers(tester, remove);
  await expect(updateGroupRule(tester, { id: group.id, version: version - 1, rule: null })).rejects.toMatchObject({
    code: 'stale_version',
  });
});

test('a preview says who would come in and fall out, and saves nothing', async () => {
  const before = await membersOf(sales);
  const rule = [[clause('username', 'IN')], [clause('username', 'EQUALS', 'u1')]];
  const [inClause] = rule[0] ?? [];
  if (inClause) inClause.values = ['u3', 'u6'];
  expect(await previewGroupRule({ rule, groupId: sales })).toMatchObject({
    members: 3,
    added: 1,
    removed: before.length - 2,
    memberNames: ['Ana K1', 'Ana K3', 'Ana K6'],
    addedNames: ['Ana K1'],
  });
  expect(await membersOf(sales)).toEqual(before);
  const nested = [[filterClauseSchema.parse({ operator: 'IsMemberOf', groupId: sales })]];
  await expect(previewGroupRule({ rule: nested })).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'rule.0.0.operator',
  });
});

test('a rule with a pattern that is slow elsewhere is asked of everybody in a bounded time', async () => {
  await db.user.update({ where: { id: (await person('long')).id }, data: { department: 'a'.repeat(2_000) } });
  const rule = [[clause('department', 'REGEX MATCH', '^((a+)+)+$')]];
  expect(await previewGroupRule({ rule })).toMatchObject({ members: 1 });
});
