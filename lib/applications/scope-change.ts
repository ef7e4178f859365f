import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { isMemberNow, letsThrough } from '@/lib/filters/sql';
import { passesFilter, storedClauses } from './scope';

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

/**
 * SQL: `user_id` of everybody who is let in by what a change takes away: nobody else has to be looked at.
 * @param applicationId one that is associated with what changes, or with a group above it; of associations, only its own are meant
 */
export function affectedBy(applicationId: string, change: ScopeChange): Prisma.Sql {
  const { withoutAssociations = [], withoutGroups = [], withoutMembers, withoutNesting } = change;
  const groupIds = [
    ...new Set([...withoutAssociations, ...withoutGroups, ...(withoutNesting ? [withoutNesting.childId] : [])]),
  ];
  const notIn = (user: Prisma.Sql, before: readonly string[]) =>
    before.length === 0
      ? Prisma.sql`true`
      : Prisma.sql`(SELECT true FROM effective_members o WHERE o.user_id = ${user} AND o.group_id = ANY(${[...before]}::uuid[]) LIMIT 1) IS NULL`;
  const ofGroup = (id: string, index: number) => {
    const granting = withoutAssociations.includes(id)
      ? Prisma.sql`(SELECT true FROM application_groups WHERE application_id = ${applicationId}::uuid AND group_id = ${id}::uuid)`
      : Prisma.sql`true`;
    return Prisma.sql`SELECT e.user_id FROM effective_members e
      WHERE e.group_id = ${id}::uuid AND ${granting} AND ${notIn(Prisma.sql`e.user_id`, groupIds.slice(0, index))}`;
  };
  // Everybody once, without sorting them: whoever reads the first of them reads no more.
  const parts = groupIds.map(ofGroup);
  if (withoutMembers) {
    const { groupId, userIds } = withoutMembers;
    parts.push(Prisma.sql`SELECT m.user_id FROM group_members m WHERE m.group_id = ${groupId}::uuid
      AND m.user_id = ANY(${[...userIds]}::uuid[]) AND ${notIn(Prisma.sql`m.user_id`, groupIds)}`);
  }
  return parts.length > 0 ? Prisma.join(parts, ' UNION ALL ') : Prisma.sql`SELECT NULL::uuid AS user_id WHERE false`;
}

/**
 * SQL: whether the application would let `u` in after a change, of whom only `u.id` is asked. What is kept of nested groups holds for
 * those that the change does not reach; of the others, the groups that would still grant are followed first (few, however many
 * people they have), and their direct members looked up.
 */
export async function wouldBeGranted(applicationId: string, change: ScopeChange): Promise<Prisma.Sql> {
  const granting = await listGrantingAfter(applicationId, change);
  const [untouched, touched] = [true, false].map((kept) =>
    granting.filter((one) => one.untouched === kept).map(({ id }) => id),
  );
  // As values, like isGranted: an EXISTS may be answered by reading all members.
  return Prisma.sql`coalesce(
    (SELECT true FROM effective_members e WHERE e.user_id = u.id AND e.group_id = ANY(${untouched}::uuid[]) LIMIT 1),
    (SELECT true FROM group_members m WHERE m.user_id = u.id AND m.group_id = ANY(${touched}::uuid[]) ${stillMember(change)} LIMIT 1),
    (SELECT true FROM application_users d
      WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned),
    false)`;
}

/**
 * The groups by which an application would let in: as they are where the change reaches neither them nor what is nested in them
 * (`untouched`); otherwise each that would be left, with what is nested in it, for its direct members alone.
 */
function listGrantingAfter(applicationId: string, change: ScopeChange): Promise<{ id: string; untouched: boolean }[]> {
  const { withoutAssociations = [], withAssociations = [], withoutGroups: without = [] } = change;
  return db.$queryRaw<{ id: string; untouched: boolean }[]>`
    WITH RECURSIVE associated AS (
      SELECT g.id, NOT g.id IN (SELECT above.id FROM groups_above(${changedGroups(change)}::uuid[]) above) AS untouched FROM (
        SELECT group_id AS id FROM application_groups
        WHERE application_id = ${applicationId}::uuid AND NOT group_id = ANY(${[...withoutAssociations]}::uuid[])
        UNION SELECT unnest(${[...withAssociations]}::uuid[])) g),
    granting AS (
      SELECT g.id FROM associated a JOIN groups g ON g.id = a.id AND g.deleted_at IS NULL AND NOT g.id = ANY(${[...without]}::uuid[])
      WHERE NOT a.untouched
      UNION
      SELECT c.id FROM granting JOIN group_nestings n ON n.parent_id = granting.id ${uncut(change)}
      JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL AND NOT c.id = ANY(${[...without]}::uuid[]))
    SELECT id, untouched FROM associated WHERE untouched UNION ALL SELECT id, false FROM granting`;
}

/** What the scoping filter says of `u`, as SQL: now, and after a change. */
export interface FilterAsIf {
  passes: Prisma.Sql;
  wouldPass: Prisma.Sql;
}

/**
 * The scoping filter of people as it would be asked after a change: IsMemberOf of a group that the change reaches is asked of the members that
 * would be left. Nobody else is filtered otherwise by it. @returns undefined where the application has no filter
 */
export async function filterAsIf(applicationId: string, change: ScopeChange): Promise<FilterAsIf | undefined> {
  const clauses = await db.scopeClause.findMany({
    where: { applicationId, objectType: 'user' },
    select: { memberOfId: true },
  });
  if (clauses.length === 0) return undefined;
  const passes = passesFilter('user', applicationId);
  const asked = [...new Set(clauses.flatMap(({ memberOfId }) => memberOfId ?? []))];
  const reached = await db.$queryRaw<{ id: string }[]>`
    SELECT above.id FROM groups_above(${changedGroups(change)}::uuid[]) above WHERE above.id = ANY (${asked}::uuid[])`;
  if (reached.length === 0) return { passes, wouldPass: passes };
  const groupIds = reached.map(({ id }) => id);
  const { withoutGroups: without = [] } = change;
  const inside = await db.$queryRaw<{ above: string; id: string }[]>`
    WITH RECURSIVE inside AS (
      SELECT g.id AS above, g.id FROM groups g
      WHERE g.id = ANY (${groupIds}::uuid[]) AND g.deleted_at IS NULL AND NOT g.id = ANY (${[...without]}::uuid[])
      UNION
      SELECT inside.above, c.id FROM inside JOIN group_nestings n ON n.parent_id = inside.id ${uncut(change)}
      JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL AND NOT c.id = ANY (${[...without]}::uuid[]))
    SELECT above, id FROM inside`;
  const isMember = Prisma.sql`(CASE WHEN c.member_of_id = ANY (${groupIds}::uuid[]) THEN (
      SELECT true FROM jsonb_to_recordset(${JSON.stringify(inside)}::jsonb) AS p(above uuid, id uuid)
      JOIN group_members m ON m.group_id = p.id AND m.user_id = u.id WHERE p.above = c.member_of_id ${stillMember(change)} LIMIT 1) IS NOT NULL
    ELSE ${isMemberNow} END)`;
  return { passes, wouldPass: letsThrough('user', storedClauses('user', applicationId), isMember) };
}

/** Groups in which somebody is a member no more by the change, but for those above. */
function changedGroups({ withoutGroups = [], withoutMembers, withoutNesting }: ScopeChange): string[] {
  return [
    ...withoutGroups,
    ...(withoutMembers ? [withoutMembers.groupId] : []),
    ...(withoutNesting ? [withoutNesting.parentId] : []),
  ];
}

/** SQL over `group_nestings n`: without the one that would be cut. */
function uncut({ withoutNesting: cut }: ScopeChange): Prisma.Sql {
  if (!cut) return Prisma.empty;
  return Prisma.sql`AND NOT (n.parent_id = ${cut.parentId}::uuid AND n.child_id = ${cut.childId}::uuid)`;
}

/** SQL over `group_members m`: without those who would be taken out. */
function stillMember({ withoutMembers: gone }: ScopeChange): Prisma.Sql {
  if (!gone) return Prisma.empty;
  return Prisma.sql`AND NOT (m.group_id = ${gone.groupId}::uuid AND m.user_id = ANY(${[...gone.userIds]}::uuid[]))`;
}

/**
 * SQL: `user_id, application_id` of who would lose access to what, if these people were no direct members of these groups any more:
 * neither another group nor an assignment lets them in. Whoever is in a group above by two ways is taken to lose it.
 * @param leaving the name of a statement before (WITH) that tells `group_id, user_id` @param above of another that tells `below, id`, of
 * each of these groups the groups above it and itself
 */
export function accessLost(leaving: Prisma.Sql, above: Prisma.Sql): Prisma.Sql {
  const lost = Prisma.sql`SELECT l.user_id, b.id AS group_id FROM ${leaving} l JOIN ${above} b ON b.below = l.group_id`;
  return Prisma.sql`
    SELECT DISTINCT lost.user_id, a.application_id FROM (${lost}) lost JOIN application_groups a ON a.group_id = lost.group_id
    WHERE NOT EXISTS (SELECT FROM application_users d WHERE d.application_id = a.application_id AND d.user_id = lost.user_id AND d.assigned)
      AND NOT EXISTS (
        SELECT FROM effective_members e JOIN application_groups o ON o.group_id = e.group_id AND o.application_id = a.application_id
        WHERE e.user_id = lost.user_id AND (e.user_id, e.group_id) NOT IN (${lost}))`;
}
