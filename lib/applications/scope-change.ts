import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/** A change that is only being thought about: what would be left of the grants after it. */
export interface ScopeChange {
  /** Groups that would no longer be associated. */
  withoutAssociations?: readonly string[];
  /** Groups that would be associated besides. */
  withAssociations?: readonly string[];
  /** Groups that would be deleted: what they hand on from nested groups is gone as well. */
  withoutGroups?: readonly string[];
  /** People who would no longer be direct members of a group. */
  withoutMembers?: { groupId: string; userIds: readonly string[] };
  /** A group that would no longer be nested in another. */
  withoutNesting?: { parentId: string; childId: string };
}

/** SQL: `user_id` of everybody who can lose something by a change: nobody else has to be looked at. */
export function affectedBy(change: ScopeChange): Prisma.Sql {
  const { withoutAssociations = [], withoutGroups = [], withoutMembers, withoutNesting } = change;
  const groupIds = [
    ...new Set([...withoutAssociations, ...withoutGroups, ...(withoutNesting ? [withoutNesting.childId] : [])]),
  ];
  const ofGroup = (id: string, index: number) => {
    const before = groupIds.slice(0, index);
    const first =
      before.length === 0
        ? Prisma.empty
        : Prisma.sql`AND (SELECT true FROM effective_members o
            WHERE o.user_id = e.user_id AND o.group_id = ANY(${before}::uuid[]) LIMIT 1) IS NULL`;
    return Prisma.sql`SELECT e.user_id FROM effective_members e WHERE e.group_id = ${id}::uuid ${first}`;
  };
  const members = [...(withoutMembers?.userIds ?? [])];
  const direct = Prisma.sql`
    SELECT user_id FROM (SELECT DISTINCT unnest(${members}::uuid[]) AS user_id) d WHERE NOT EXISTS (
      SELECT 1 FROM effective_members o WHERE o.user_id = d.user_id AND o.group_id = ANY(${groupIds}::uuid[]))`;
  // Everybody once, without sorting them: whoever reads the first of them reads no more.
  return Prisma.join([...groupIds.map(ofGroup), direct], ' UNION ALL ');
}

/**
 * SQL: whether the application would let `u` in after a change. What is kept of nested groups does not know of the change, so
 * the groups that would still grant are followed first (few, however many people they have), and direct members are looked up.
 */
export async function wouldBeGranted(applicationId: string, change: ScopeChange): Promise<Prisma.Sql> {
  const groupIds = await listGrantingAfter(applicationId, change);
  const gone = change.withoutMembers;
  const still = gone
    ? Prisma.sql`AND NOT (m.group_id = ${gone.groupId}::uuid AND m.user_id = ANY(${[...gone.userIds]}::uuid[]))`
    : Prisma.empty;
  // As values, like isGranted: an EXISTS may be answered by reading all members.
  return Prisma.sql`coalesce(
    (SELECT true FROM group_members m WHERE m.user_id = u.id AND m.group_id = ANY(${groupIds}::uuid[]) ${still} LIMIT 1),
    (SELECT true FROM application_users d
      WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned),
    false)`;
}

/** The groups whose direct members an application would let in: what is associated, and what is nested in that. */
async function listGrantingAfter(applicationId: string, change: ScopeChange): Promise<string[]> {
  const { withoutAssociations = [], withAssociations = [], withoutGroups: without = [], withoutNesting: cut } = change;
  const uncut = cut
    ? Prisma.sql`AND NOT (n.parent_id = ${cut.parentId}::uuid AND n.child_id = ${cut.childId}::uuid)`
    : Prisma.empty;
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE granting AS (
      SELECT g.id FROM groups g WHERE g.deleted_at IS NULL AND NOT g.id = ANY(${[...without]}::uuid[]) AND g.id IN (
        SELECT group_id FROM application_groups
        WHERE application_id = ${applicationId}::uuid AND NOT group_id = ANY(${[...withoutAssociations]}::uuid[])
        UNION SELECT unnest(${[...withAssociations]}::uuid[]))
      UNION
      SELECT c.id FROM granting JOIN group_nestings n ON n.parent_id = granting.id ${uncut}
      JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL AND NOT c.id = ANY(${[...without]}::uuid[]))
    SELECT id FROM granting`;
  return rows.map((row) => row.id);
}
