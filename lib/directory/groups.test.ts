import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { filterClauseSchema } from '@/lib/filters/schema';
import { createGroup } from './create-group';
import { deleteGroup } from './delete-group';
import { announceChange } from './internal/announce';
import { listGroups } from './list-groups';
import { ancestorIds, effectiveMemberIds, listMemberships, readMemberCounts } from './membership';
import { nestGroup, unnestGroup } from './nest-group';
import { listGroupMembers } from './queries';
import { groupFilterSchema } from './schema';
import { aGroup, aPerson, queued, tester } from './testing/people';
import { updateGroup } from './update-group';
import { updateGroupMembers } from './update-group-members';
import { updateGroupRule } from './update-group-rule';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'events', 'graphile_worker._private_jobs');
});

const nest = (parent: { id: string }, child: { id: string }) =>
  nestGroup(tester, { parentId: parent.id, childId: child.id });

describe('nested membership', () => {
  test('members of nested groups count at every depth, once, with the shortest way as the reason', async () => {
    const [ana, ben] = [await aPerson(), await aPerson()];
    const platform = await aGroup('Platform', [ana]);
    const engineering = await aGroup('Engineering', [ben]);
    const everyone = await aGroup('All Staff', [ben]);
    await nest(engineering, platform);
    await nest(everyone, engineering);
    expect((await effectiveMemberIds([everyone.id])).sort()).toEqual([ana.id, ben.id].sort());
    expect(await readMemberCounts([everyone.id])).toEqual(new Map([[everyone.id, { direct: 1, effective: 2 }]]));
    expect(await listMemberships(ana.id)).toMatchObject([
      { name: 'All Staff', direct: false, path: ['Platform', 'Engineering', 'All Staff'] },
      { name: 'Engineering', direct: false, path: ['Platform', 'Engineering'] },
      { name: 'Platform', direct: true, path: ['Platform'] },
    ]);
    expect(await listMemberships(ben.id)).toMatchObject([
      { name: 'All Staff', direct: true, path: ['All Staff'] },
      { name: 'Engineering', direct: true, path: ['Engineering'] },
    ]);
    const { items } = await listGroupMembers({ groupId: everyone.id });
    expect(items).toMatchObject([
      { id: ana.id, direct: false, through: ['Platform'] },
      { id: ben.id, direct: true, through: ['Engineering'] },
    ]);
  });

  test('a deleted group hands nothing on, and a deleted person is a member of nothing', async () => {
    const [ana, ben] = [await aPerson(), await aPerson()];
    const inner = await aGroup('Inner', [ana]);
    const outer = await aGroup('Outer', [ben]);
    await nest(outer, inner);
    await deleteGroup(tester, { id: inner.id });
    expect(await effectiveMemberIds([outer.id])).toEqual([ben.id]);
    await db.user.update({ where: { id: ben.id }, data: { deletedAt: new Date() } });
    expect(await effectiveMemberIds([outer.id])).toEqual([]);
    expect(await listMemberships(ben.id)).toEqual([]);
  });

  test('a circle is refused, at whatever distance it would close', async () => {
    const [a, b, c] = [await aGroup('A'), await aGroup('B'), await aGroup('C')];
    await nest(a, b);
    await nest(b, c);
    for (const [parent, child] of [
      [a, a],
      [c, a],
      [b, a],
    ] as const) {
      await expect(nest(parent, child)).rejects.toMatchObject({ code: 'conflict', field: 'childId' });
    }
  });

  test('two nestings at the same moment cannot close a circle together', async () => {
    const [a, b] = [await aGroup('A'), await aGroup('B')];
    const outcomes = await Promise.allSettled([nest(a, b), nest(b, a)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await db.groupNesting.count()).toBe(1);
  });

  test('what leads back to where it began through a deleted group is no circle, and no chain without an end', async () => {
    const [a, b, c, d] = [await aGroup('A'), await aGroup('B'), await aGroup('C'), await aGroup('D')];
    await nest(a, b);
    await nest(b, c);
    await deleteGroup(tester, { id: b.id });
    await nest(c, a);
    await nest(a, d);
    expect(await ancestorIds([d.id])).toEqual(expect.arrayContaining([a.id, c.id]));
  }, 5_000);

  test('the eleventh level is refused, also when it would come from joining two chains', async () => {
    const groups = [];
    for (let level = 0; level < 12; level += 1) groups.push(await aGroup(`Level ${level}`));
    const [first, ...rest] = groups;
    let above = first;
    for (const group of rest.slice(0, 10)) {
      if (above) await nest(above, group);
      above = group;
    }
    const [top, last] = [groups[0], groups[11]];
    if (!top || !last || !above) throw new Error('the test lost its groups');
    const end = above;
    await expect(nest(end, last)).rejects.toMatchObject({ code: 'conflict' });
    await expect(nest(last, top)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('changes reach provisioning', () => {
  test('adding and removing people names them and every group above; repeating it does nothing', async () => {
    const [ana, ben] = [await aPerson(), await aPerson()];
    const inner = await aGroup('Inner', [ben]);
    const outer = await aGroup('Outer');
    await nest(outer, inner);
    await db.$executeRaw`TRUNCATE graphile_worker._private_jobs`;
    const change = { groupId: inner.id, add: [ana.id], remove: [ben.id] };
    expect(await updateGroupMembers(tester, change)).toMatchObject({ added: 1, removed: 1 });
    expect(await queued('directory-changed')).toEqual([{ userIds: [ana.id, ben.id], groupIds: [inner.id, outer.id] }]);
    expect(await updateGroupMembers(tester, change)).toMatchObject({ added: 0, removed: 0 });
    expect(await queued('directory-changed')).toHaveLength(1);
  });

  test('taking a nested group out names the people whom it brought in', async () => {
    const ana = await aPerson();
    const inner = await aGroup('Inner', [ana]);
    const outer = await aGroup('Outer');
    await nest(outer, inner);
    await db.$executeRaw`TRUNCATE graphile_worker._private_jobs`;
    await unnestGroup(tester, { parentId: outer.id, childId: inner.id });
    expect(await queued('directory-changed')).toEqual([{ userIds: [ana.id], groupIds: [outer.id] }]);
  });

  test('however many people come by it, they are one task, of 10,000 at most', async () => {
    await db.$executeRaw`
      INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name)
      SELECT gen_random_uuid(), name, name || '@acme.example', name, name || '@acme.example', 'M', n::text, 'M ' || n
      FROM generate_series(1, 1500) n, concat('many.', n) name`;
    const inner = await aGroup('Inner');
    const outer = await aGroup('Outer');
    await db.$executeRaw`INSERT INTO group_members (group_id, user_id) SELECT ${inner.id}::uuid, id FROM users`;
    await nest(outer, inner);
    const sizes = (await queued('directory-changed')).map((payload) => (payload.userIds as string[]).length);
    expect(sizes).toEqual([1500]);
    await announceChange(db, { userIds: Array.from({ length: 10_001 }, () => randomUUID()) });
    const all = (await queued('directory-changed')).map((payload) => (payload.userIds as string[]).length);
    expect(all.slice(1)).toEqual([10_000, 1]);
  });
});

describe('guards', () => {
  test('an imported group is read-only', async () => {
    const group = await aGroup('Imported');
    const other = await aGroup('Other');
    await db.group.update({ where: { id: group.id }, data: { importedFromId: crypto.randomUUID() } });
    const refused = { code: 'conflict' };
    const rename = { id: group.id, version: 1, name: 'Mine', description: '' };
    await expect(updateGroup(tester, rename)).rejects.toMatchObject(refused);
    await expect(nest(group, other)).rejects.toMatchObject(refused);
    await expect(updateGroupMembers(tester, { groupId: group.id, add: [], remove: [] })).rejects.toMatchObject(refused);
    await nest(other, group);
    // Its application is no more: nothing changes it over there, and it may go.
    await deleteGroup(tester, { id: group.id });
  });

  test('a group is deleted only under its name, where one was typed', async () => {
    const group = await aGroup('Readers');
    await expect(deleteGroup(tester, { id: group.id, typed: 'readers' })).rejects.toMatchObject({
      code: 'confirmation_mismatch',
    });
    await deleteGroup(tester, { id: group.id, typed: 'Readers' });
    expect(await db.group.count({ where: { deletedAt: null } })).toBe(0);
  });

  test('a rename that somebody overtook is refused, and a name that is taken is refused at its field', async () => {
    const group = await aGroup('One');
    await aGroup('Two');
    await updateGroup(tester, { id: group.id, version: 1, name: 'Uno', description: '' });
    await expect(
      updateGroup(tester, { id: group.id, version: 1, name: 'Eins', description: '' }),
    ).rejects.toMatchObject({
      code: 'stale_version',
      details: { version: 2, values: { name: 'Uno' } },
    });
    await expect(updateGroup(tester, { id: group.id, version: 2, name: 'TWO', description: '' })).rejects.toMatchObject(
      {
        code: 'already_exists',
        field: 'name',
      },
    );
  });

  test('somebody who was deleted meanwhile cannot be added, and then nobody is', async () => {
    const [ana, gone] = [await aPerson(), await aPerson({ deletedAt: new Date() })];
    const group = await aGroup('Readers');
    const add = [ana.id, gone.id];
    await expect(updateGroupMembers(tester, { groupId: group.id, add, remove: [] })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await db.groupMember.count()).toBe(0);
  });
});

test('every word of a search is wanted, wherever it stands', async () => {
  await aGroup('Engineering Platform');
  await aGroup('Engineering Data');
  const found = async (q: string) => (await listGroups(groupFilterSchema.parse({ q }))).items.map(({ name }) => name);
  expect(await found('platform engin')).toEqual(['Engineering Platform']);
  expect(await found('engineering')).toHaveLength(2);
  expect(await found('%')).toEqual([]);
});

test('the list counts people through nesting', async () => {
  const inner = await aGroup('Inner', [await aPerson(), await aPerson()]);
  const outer = await aGroup('Outer');
  await nest(outer, inner);
  const { items, total } = await listGroups(groupFilterSchema.parse({}));
  expect(total).toBe(2);
  expect(items.map(({ name, members, nestedGroups }) => ({ name, members, nestedGroups }))).toEqual([
    { name: 'Inner', members: 2, nestedGroups: 0 },
    { name: 'Outer', members: 2, nestedGroups: 1 },
  ]);
});

test('a person who changes while a rule is saved ends up where the rule says', async () => {
  const rule = [[filterClauseSchema.parse({ attribute: 'department', operator: 'EQUALS', value: 'Meanwhile' })]];
  const { id } = await aPerson({ department: 'Elsewhere' });
  const group = await createGroup(tester, { name: 'Meanwhile', description: '' });
  await transaction(async (tx) => {
    await tx.user.update({ where: { id }, data: { department: 'Meanwhile' } });
    // In a transaction of its own, which does not see that.
    await updateGroupRule(tester, { id: group.id, version: 1, rule });
    expect(await db.groupMember.count({ where: { groupId: group.id } })).toBe(0);
  });
  expect(await db.groupMember.findMany({ where: { groupId: group.id } })).toMatchObject([{ userId: id }]);
});
