import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aGroup, aPerson } from './testing/people';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'events', 'graphile_worker._private_jobs');
});

/** What is kept must be this: who is a member, computed from memberships and nestings alone. */
const computed = Prisma.sql`
  WITH RECURSIVE closure(root, id) AS (
    SELECT id, id FROM groups WHERE deleted_at IS NULL
    UNION SELECT c.root, n.child_id FROM closure c JOIN group_nestings n ON n.parent_id = c.id
      JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL),
  pairs AS (SELECT c.root AS group_id, m.user_id, bool_or(c.root = c.id) AS direct
    FROM closure c JOIN group_members m ON m.group_id = c.id GROUP BY 1, 2)`;

/** Pairs, names and counts that are not as they are computed. */
async function wrong(): Promise<{ pairs: unknown[]; names: unknown[]; counts: unknown[] }> {
  const names = await db.$queryRaw<unknown[]>`
    SELECT e.name_key, u.* FROM effective_members e JOIN users u ON u.id = e.user_id
    WHERE e.name_key <> lower(u.lastname || ' ' || u.firstname || ' ' || u.display_name)`;
  const pairs = await db.$queryRaw<unknown[]>`
    ${computed} SELECT p.group_id IS NULL AS surplus, k.*, p.* FROM pairs p
    FULL JOIN effective_members k USING (group_id, user_id) WHERE p.direct IS DISTINCT FROM k.direct`;
  const counts = await db.$queryRaw<unknown[]>`
    ${computed}
    SELECT * FROM (
      SELECT g.id, coalesce(k.direct, 0) AS kept_direct, coalesce(k.effective, 0) AS kept_effective,
        (SELECT count(*) FROM group_members m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL WHERE m.group_id = g.id)::int AS direct,
        (SELECT count(*) FROM pairs m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL WHERE m.group_id = g.id)::int AS effective
      FROM groups g LEFT JOIN group_counts k ON k.group_id = g.id) counted
    WHERE kept_direct <> direct OR kept_effective <> effective`;
  return { pairs, names, counts };
}
const nothing = { pairs: [], names: [], counts: [] };

/** The same sequence for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const nestings = (pairs: readonly [string, string][]) => pairs.map(([parentId, childId]) => ({ parentId, childId }));
const memberships = (pairs: readonly [string, string][]) => pairs.map(([groupId, userId]) => ({ groupId, userId }));

describe('effective members are kept', () => {
  test.each([2, 3, 4, 5])(
    'as the recursion computes them, after every change of a random sequence (%i)',
    async (seed) => {
      const below = random(seed);
      const people = await Promise.all(Array.from({ length: 14 }, () => aPerson()));
      const groups = await Promise.all(
        Array.from({ length: 9 }, (_, index) => db.group.create({ data: { name: `Group ${seed} ${index}` } })),
      );
      const person = () => people[below(people.length)]?.id ?? '';
      const some = <T>(make: () => T) => Array.from({ length: 1 + below(12) }, make);
      const group = () => groups[below(groups.length)]?.id ?? '';
      // Parents come before their children, so that no circle closes; whoever is two levels down is reached by several ways.
      const nesting = (): [string, string] => {
        const parent = below(groups.length - 1);
        return [groups[parent]?.id ?? '', groups[parent + 1 + below(groups.length - parent - 1)]?.id ?? ''];
      };
      const membership = (): [string, string] => [group(), person()];
      const changes = [
        () => db.groupMember.createMany({ data: memberships(some(membership)), skipDuplicates: true }),
        () => db.groupMember.createMany({ data: memberships(some(membership)), skipDuplicates: true }),
        () => db.groupMember.deleteMany({ where: { OR: memberships(some(membership)) } }),
        () => db.groupMember.deleteMany({ where: { groupId: group() } }),
        () => db.groupNesting.createMany({ data: nestings(some(nesting)), skipDuplicates: true }),
        () => db.groupNesting.createMany({ data: nestings([nesting()]), skipDuplicates: true }),
        () => db.groupNesting.deleteMany({ where: { OR: nestings(some(nesting)) } }),
        () => db.groupNesting.deleteMany({ where: { parentId: group() } }),
        () => db.group.updateMany({ where: { id: { in: some(group).slice(0, 3) } }, data: { deletedAt: new Date() } }),
        () => db.group.updateMany({ where: { id: { in: some(group) } }, data: { deletedAt: null } }),
        () => db.user.updateMany({ where: { id: { in: some(person).slice(0, 4) } }, data: { deletedAt: new Date() } }),
        () => db.user.updateMany({ where: { id: { in: some(person) } }, data: { deletedAt: null } }),
        () => db.user.updateMany({ where: { id: person() }, data: { status: 'suspended' } }),
        () => db.user.updateMany({ where: { id: { in: some(person) } }, data: { lastname: `Name ${below(100)}` } }),
      ];
      for (let step = 0; step < 80; step += 1) {
        const chosen = below(changes.length);
        await changes[chosen]?.();
        expect(await wrong(), `seed ${seed}, step ${step}, change ${chosen}`).toEqual(nothing);
      }
      expect(await db.effectiveMember.count()).toBeGreaterThan(0);
      // For good: one person, several people, a group in the middle, the rest.
      await db.user.delete({ where: { id: person() } });
      expect(await wrong()).toEqual(nothing);
      await db.user.deleteMany({ where: { id: { in: people.slice(0, 5).map(({ id }) => id) } } });
      expect(await wrong()).toEqual(nothing);
      await db.group.delete({ where: { id: groups[4]?.id ?? '' } });
      expect(await wrong()).toEqual(nothing);
      await db.group.deleteMany();
      expect([await db.effectiveMember.count(), await db.groupCounts.count()]).toEqual([0, 0]);
    },
  );

  test('and go where people and groups are emptied', async () => {
    await aGroup('Staff', [await aPerson()]);
    expect(await db.effectiveMember.count()).toBe(1);
    await db.$executeRaw`TRUNCATE groups CASCADE`;
    expect([await db.effectiveMember.count(), await db.groupCounts.count()]).toEqual([0, 0]);
  });

  test('and a membership is never turned into another, which would be seen by nobody', async () => {
    const [ana, ben] = [await aPerson(), await aPerson()];
    const { id } = await aGroup('Staff', [ana]);
    const turn = db.groupMember.updateMany({ where: { groupId: id }, data: { userId: ben.id } });
    await expect(turn).rejects.toThrow('never turned into another');
  });
});

describe('two at the same moment', () => {
  /** The second change is made before the first is committed. @returns whether it waited for that */
  async function together(first: string, second: string): Promise<boolean> {
    const [one, two] = [0, 1].map(() => new pg.Client({ connectionString: process.env.DATABASE_URL }));
    if (!one || !two) throw new Error('There are two.');
    await Promise.all([one.connect(), two.connect()]);
    try {
      await one.query(`BEGIN; ${first}`);
      let made = false;
      const waiting = two.query(`BEGIN; ${second}`).then(() => {
        made = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 150));
      const waited = !made;
      await one.query('COMMIT');
      await waiting;
      await two.query('COMMIT');
      return waited;
    } finally {
      await Promise.all([one.end(), two.end()]);
    }
  }
  type Row = { id: string };
  const join = (group: Row, user: Row) => `INSERT INTO group_members VALUES ('${group.id}', '${user.id}')`;
  const leave = (group: Row, user: Row) =>
    `DELETE FROM group_members WHERE group_id = '${group.id}' AND user_id = '${user.id}'`;
  const nest = (parent: Row, child: Row) => `INSERT INTO group_nestings VALUES ('${parent.id}', '${child.id}')`;
  const remove = (user: Row) => `UPDATE users SET deleted_at = now() WHERE id = '${user.id}'`;

  test.each(['joining first', 'nesting first'])(
    'somebody joins a group that is being nested, and the outer group has them: %s',
    async (order) => {
      const ana = await aPerson();
      const [inner, outer] = [await aGroup('Inner'), await aGroup('Outer')];
      const [first, second] = [join(inner, ana), nest(outer, inner)];
      expect(await (order === 'joining first' ? together(first, second) : together(second, first))).toBe(true);
      expect(await db.effectiveMember.count({ where: { groupId: outer.id, userId: ana.id } })).toBe(1);
      expect(await wrong()).toEqual(nothing);
    },
  );

  test('the last two ways into an outer group end: nobody takes the other’s for one that is left', async () => {
    const ana = await aPerson();
    const [left, right, outer] = [await aGroup('Left', [ana]), await aGroup('Right', [ana]), await aGroup('Outer')];
    for (const { id } of [left, right]) await db.groupNesting.create({ data: { parentId: outer.id, childId: id } });
    expect(await together(leave(left, ana), leave(right, ana))).toBe(true);
    expect(await db.effectiveMember.count()).toBe(0);
    expect(await wrong()).toEqual(nothing);
  });

  test('one way in begins while another ends: the person stays', async () => {
    const ana = await aPerson();
    const [left, right, outer] = [await aGroup('Left', [ana]), await aGroup('Right'), await aGroup('Outer')];
    for (const { id } of [left, right]) await db.groupNesting.create({ data: { parentId: outer.id, childId: id } });
    expect(await together(join(right, ana), leave(left, ana))).toBe(true);
    expect(await db.effectiveMember.count({ where: { groupId: outer.id } })).toBe(1);
    expect(await wrong()).toEqual(nothing);
  });

  test('a person is deleted while a group that has them is being nested: nobody counts them', async () => {
    const ana = await aPerson();
    const [inner, outer] = [await aGroup('Inner', [ana]), await aGroup('Outer')];
    expect(await together(nest(outer, inner), remove(ana))).toBe(true);
    expect(await wrong()).toEqual(nothing);
  });

  test.each(['renaming first', 'joining first'])(
    'somebody is renamed while they join, and is in order by the new name: %s',
    async (order) => {
      const [ana, group] = [await aPerson(), await aGroup('Staff')];
      const rename = `UPDATE users SET lastname = 'Renamed' WHERE id = '${ana.id}'`;
      const clients = [0, 1].map(() => new pg.Client({ connectionString: process.env.DATABASE_URL }));
      await Promise.all(clients.map((client) => client.connect()));
      const [one, two] = order === 'renaming first' ? [rename, join(group, ana)] : [join(group, ana), rename];
      await clients[0]?.query(`BEGIN; ${one}`);
      await clients[1]?.query(`BEGIN; ${two}`);
      // Names are written when the change is committed: that waits for whoever joins.
      await Promise.all(clients.map((client) => client.query('COMMIT')));
      await Promise.all(clients.map((client) => client.end()));
      expect(await db.effectiveMember.findMany({ select: { nameKey: true } })).toEqual([
        { nameKey: expect.stringContaining('renamed') },
      ]);
      expect(await wrong()).toEqual(nothing);
    },
  );
});

async function twoThousandPeople(): Promise<void> {
  await db.user.createMany({
    data: Array.from({ length: 2_000 }, (_, index) => ({
      username: `many.${index}`,
      email: `many.${index}@acme.example`,
      firstname: 'Many',
      lastname: `${index}`,
      displayName: `Many ${index}`,
    })),
  });
}

test('after a change of thousands, one of a single person reads nobody else in the same session', async () => {
  const [first, second] = [await aGroup('First'), await aGroup('Second')];
  await twoThousandPeople();
  await db.$executeRaw`ANALYZE users, group_members, effective_members`;
  await db.$transaction(async (tx) => {
    const read = async () => {
      const [row] = await tx.$queryRaw<{ rows: number }[]>`
        SELECT sum(seq_tup_read)::int AS rows FROM pg_stat_xact_user_tables
        WHERE relname IN ('users', 'group_members', 'effective_members')`;
      return row?.rows;
    };
    await tx.$executeRaw`INSERT INTO group_members (group_id, user_id) SELECT ${first.id}::uuid, id FROM users`;
    await tx.$executeRaw`DELETE FROM group_members WHERE group_id = ${first.id}::uuid`;
    const userId = (await tx.user.findFirstOrThrow({ where: { username: 'many.7' } })).id;
    const before = await read();
    await tx.$executeRaw`INSERT INTO group_members (group_id, user_id) VALUES (${second.id}::uuid, ${userId}::uuid)`;
    await tx.$executeRaw`DELETE FROM group_members WHERE group_id = ${second.id}::uuid AND user_id = ${userId}::uuid`;
    expect(await read()).toBe(before);
  });
});

test('two thousand members are added by one statement over all of them, and no row has a trigger of its own', async () => {
  const inner = await aGroup('Inner');
  const outer = await aGroup('Outer');
  await db.groupNesting.create({ data: { parentId: outer.id, childId: inner.id } });
  await twoThousandPeople();
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT tgname AS name FROM pg_trigger
    WHERE tgrelid IN ('effective_members'::regclass, 'group_counts'::regclass) AND tgtype & 1 = 1
      OR tgrelid IN ('group_members'::regclass, 'group_nestings'::regclass) AND tgtype & 1 = 1 AND NOT tgisinternal`;
  expect(rows).toEqual([]);
  const [plan] = await db.$queryRaw<{ 'QUERY PLAN': [{ Triggers: { 'Trigger Name': string; Calls: number }[] }] }[]>`
    EXPLAIN (ANALYZE, FORMAT JSON) INSERT INTO group_members (group_id, user_id) SELECT ${inner.id}::uuid, id FROM users`;
  const calls = plan?.['QUERY PLAN'][0].Triggers.filter((trigger) =>
    trigger['Trigger Name'].startsWith('group_members_'),
  );
  expect(calls).toMatchObject([{ 'Trigger Name': 'group_members_put', Calls: 1 }]);
  expect(await db.effectiveMember.count()).toBe(4_000);
  expect(await wrong()).toEqual(nothing);
});
