import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/**
 * Who is a member through nesting, as recursive SQL. A deleted group hands nothing on, a deleted person is a member of
 * nothing; suspended people stay members. Nesting has no circles (nest-group refuses them), and UNION would stop at one.
 */
export const closureSql = {
  /** Rows (root, id): each of the groups with every group nested in it, itself included. `groupIds` is a uuid[]. */
  descendants: (groupIds: readonly string[]) => Prisma.sql`
    WITH RECURSIVE closure(root, id) AS (
      SELECT id, id FROM groups WHERE id = ANY(${[...groupIds]}::uuid[]) AND deleted_at IS NULL
      UNION SELECT c.root, n.child_id FROM closure c
        JOIN group_nestings n ON n.parent_id = c.id
        JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL)`,
  /** Rows (root, id): each of the groups with every group that it is nested in, itself included. */
  ancestors: (groupIds: readonly string[]) => Prisma.sql`
    WITH RECURSIVE closure(root, id) AS (
      SELECT id, id FROM groups WHERE id = ANY(${[...groupIds]}::uuid[]) AND deleted_at IS NULL
      UNION SELECT c.root, n.parent_id FROM closure c
        JOIN group_nestings n ON n.child_id = c.id
        JOIN groups g ON g.id = n.parent_id AND g.deleted_at IS NULL)`,
};

/** These groups and every group nested in them, at any depth: a few steps by index, whatever their members are. */
export async function descendantIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    ${closureSql.descendants(groupIds)} SELECT DISTINCT id FROM closure`;
  return rows.map((row) => row.id);
}

/** SQL over `users u`: a direct member of any of these groups. */
export function isMemberOfAny(groupIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM group_members m
    WHERE m.user_id = u.id AND m.group_id = ANY(${[...groupIds]}::uuid[]))`;
}

/** Groups that these groups are nested in, at any depth; themselves left out. */
export async function ancestorIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    ${closureSql.ancestors(groupIds)} SELECT DISTINCT id FROM closure WHERE NOT id = ANY(${[...groupIds]}::uuid[])`;
  return rows.map((row) => row.id);
}

/** People who are members of any of these groups, directly or through nesting; without deleted people. */
export async function effectiveMemberIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    ${closureSql.descendants(groupIds)}
    SELECT DISTINCT m.user_id AS id FROM closure c
    JOIN group_members m ON m.group_id = c.id
    JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL`;
  return rows.map((row) => row.id);
}

/** How many people are effective members of each group. Groups without members are left out. */
export async function countEffectiveMembers(
  groupIds: readonly string[],
  tx: Tx = db,
): Promise<Map<string, { members: number; active: number }>> {
  const rows = await tx.$queryRaw<{ root: string; members: number; active: number }[]>`
    ${closureSql.descendants(groupIds)}
    SELECT c.root, count(DISTINCT u.id)::int AS members,
      count(DISTINCT u.id) FILTER (WHERE u.status = 'active')::int AS active
    FROM closure c JOIN group_members m ON m.group_id = c.id
    JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
    GROUP BY c.root`;
  return new Map(rows.map(({ root, members, active }) => [root, { members, active }]));
}

/** Longest chain of groups above the one and below the other, in steps. */
export async function nestingDepths(
  parentId: string,
  childId: string,
  tx: Tx = db,
): Promise<{ above: number; below: number }> {
  const rows = await tx.$queryRaw<{ above: number; below: number }[]>`
    WITH RECURSIVE up(id, depth) AS (
      SELECT ${parentId}::uuid, 0
      UNION SELECT n.parent_id, up.depth + 1 FROM up JOIN group_nestings n ON n.child_id = up.id
    ), down(id, depth) AS (
      SELECT ${childId}::uuid, 0
      UNION SELECT n.child_id, down.depth + 1 FROM down JOIN group_nestings n ON n.parent_id = down.id
    ) SELECT (SELECT max(depth) FROM up)::int AS above, (SELECT max(depth) FROM down)::int AS below`;
  return rows[0] ?? { above: 0, below: 0 };
}

export interface Membership {
  groupId: string;
  name: string;
  /** A direct member, whatever else. */
  direct: boolean;
  importedFromId: string | null;
  /** The shortest way: names from the group that the person is a direct member of, up to this one. */
  path: string[];
}

/** Every group that a person is in, directly or through nesting, with the reason. By name. */
export async function listMemberships(userId: string, tx: Tx = db): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    WITH RECURSIVE ways(id, path) AS (
      SELECT g.id, ARRAY[g.name] FROM group_members m
      JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL
      JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
      WHERE m.user_id = ${userId}::uuid
      UNION SELECT g.id, w.path || g.name FROM ways w
        JOIN group_nestings n ON n.child_id = w.id
        JOIN groups g ON g.id = n.parent_id AND g.deleted_at IS NULL)
    SELECT g.id AS "groupId", g.name, best.direct, g.imported_from_id AS "importedFromId", best.path
    FROM (SELECT DISTINCT ON (id) id, path, cardinality(path) = 1 AS direct
          FROM ways ORDER BY id, cardinality(path), path) best
    JOIN groups g ON g.id = best.id
    ORDER BY lower(g.name), g.id`;
}

/** People of the given ones who are effective members, per group: for "why is this person in scope". */
export async function listEffectivePairs(
  groupIds: readonly string[],
  userIds: readonly string[],
  tx: Tx = db,
): Promise<{ groupId: string; userId: string }[]> {
  return tx.$queryRaw`
    ${closureSql.descendants(groupIds)}
    SELECT DISTINCT c.root AS "groupId", m.user_id AS "userId" FROM closure c
    JOIN group_members m ON m.group_id = c.id AND m.user_id = ANY(${[...userIds]}::uuid[])
    JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL`;
}
