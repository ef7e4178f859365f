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
  const groupIds = [...withoutAssociations, ...withoutGroups, ...(withoutNesting ? [withoutNesting.childId] : [])];
  return Prisma.sql`
    SELECT user_id FROM effective_members WHERE group_id = ANY(${groupIds}::uuid[])
    UNION SELECT unnest(${[...(withoutMembers?.userIds ?? [])]}::uuid[])`;
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
  return Prisma.sql`(
    EXISTS (SELECT 1 FROM group_members m WHERE m.user_id = u.id AND m.group_id = ANY(${groupIds}::uuid[]) ${still})
    OR EXISTS (SELECT 1 FROM application_users d
      WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned))`;
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
