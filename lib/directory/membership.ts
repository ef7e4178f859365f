import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/**
 * Who is a member of a group directly or through nesting is kept in `effective_members`, by triggers on memberships, nestings
 * and deleted groups (migration 0022), in the transaction of each change. A deleted group has no members and hands none on;
 * a person's row stays while the person is deleted, and comes back into effect when they are restored. Suspended people stay
 * members. Nesting has no circles (nest-group refuses them).
 */

/** These groups and every group nested in them, at any depth: a few steps by index, whatever their members are. */
export async function descendantIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT id FROM groups_below(${[...groupIds]}::uuid[])`;
  return rows.map((row) => row.id);
}

/** Groups that these groups are nested in, at any depth; themselves left out. */
export async function ancestorIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT id FROM groups_above(${[...groupIds]}::uuid[]) WHERE NOT id = ANY(${[...groupIds]}::uuid[])`;
  return rows.map((row) => row.id);
}

/** SQL over `users u`: a direct member of any of these groups. */
export function isMemberOfAny(groupIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM group_members m
    WHERE m.user_id = u.id AND m.group_id = ANY(${[...groupIds]}::uuid[]))`;
}

/** SQL over `users u`: a member of this group, directly or through nesting. */
export function isEffectiveMember(groupId: string): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM effective_members e
    WHERE e.user_id = u.id AND e.group_id = ${groupId}::uuid)`;
}

/** People who are members of any of these groups, directly or through nesting; without deleted people. */
export async function effectiveMemberIds(groupIds: readonly string[], tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT e.user_id AS id FROM effective_members e
    JOIN users u ON u.id = e.user_id AND u.deleted_at IS NULL
    WHERE e.group_id = ANY(${[...groupIds]}::uuid[])`;
  return rows.map((row) => row.id);
}

/** SQL over `groups g`: how many people are members, directly or through nesting; deleted people are not counted. */
export const memberCount = Prisma.sql`coalesce((SELECT c.effective FROM group_counts c WHERE c.group_id = g.id), 0)`;

/** How many members each group has, as they are kept; without deleted people. Groups that never had any are left out. */
export async function readMemberCounts(
  groupIds: readonly string[],
  tx: Tx = db,
): Promise<Map<string, { direct: number; effective: number }>> {
  const rows = await tx.groupCounts.findMany({ where: { groupId: { in: [...groupIds] } } });
  return new Map(rows.map(({ groupId, direct, effective }) => [groupId, { direct, effective }]));
}

/**
 * Longest chain of groups above the one and below the other, in steps. A deleted group is in no chain: what is nested through
 * one may lead back to where it began.
 */
export async function nestingDepths(
  parentId: string,
  childId: string,
  tx: Tx = db,
): Promise<{ above: number; below: number }> {
  const rows = await tx.$queryRaw<{ above: number; below: number }[]>`
    WITH RECURSIVE up(id, depth) AS (
      SELECT ${parentId}::uuid, 0
      UNION SELECT n.parent_id, up.depth + 1 FROM up JOIN group_nestings n ON n.child_id = up.id
        JOIN groups g ON g.id = n.parent_id AND g.deleted_at IS NULL
    ), down(id, depth) AS (
      SELECT ${childId}::uuid, 0
      UNION SELECT n.child_id, down.depth + 1 FROM down JOIN group_nestings n ON n.parent_id = down.id
        JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL
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
