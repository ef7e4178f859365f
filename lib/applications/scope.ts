import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/**
 * Access and scope are one question: who is a member, directly or through nesting, of a user group associated with the
 * application, or directly assigned. Deleted groups grant nothing, on whatever level they stand.
 */

/**
 * SQL: the groups whose members a set of groups counts as its own. @param groups a query that gives `group_id`
 * @param change groups that count as deleted, on whatever level they stand, and a nesting that counts as undone
 */
export function withNested(
  groups: Prisma.Sql,
  { withoutGroups: without = [], withoutNesting: cut }: ScopeChange,
): Prisma.Sql {
  const kept = (column: Prisma.Sql) =>
    without.length > 0 ? Prisma.sql`AND NOT ${column} = ANY(${[...without]}::uuid[])` : Prisma.empty;
  return Prisma.sql`
    WITH RECURSIVE granting AS (
      SELECT g.id FROM groups g WHERE g.deleted_at IS NULL AND g.id IN (${groups}) ${kept(Prisma.sql`g.id`)}
      UNION
      SELECT c.id FROM group_nestings n
      JOIN granting ON granting.id = n.parent_id
      JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL ${kept(Prisma.sql`c.id`)}
      ${cut ? Prisma.sql`WHERE NOT (n.parent_id = ${cut.parentId}::uuid AND n.child_id = ${cut.childId}::uuid)` : Prisma.empty}
    )`;
}

/** SQL: `user_id` of everyone whom these groups or the application's direct assignments let in, active or not. */
function admitted(applicationId: string, groups: Prisma.Sql, change: ScopeChange = {}): Prisma.Sql {
  const gone = change.withoutMembers;
  return Prisma.sql`
    ${withNested(groups, change)}
    SELECT m.user_id FROM group_members m JOIN granting ON granting.id = m.group_id
    ${gone ? Prisma.sql`WHERE NOT (m.group_id = ${gone.groupId}::uuid AND m.user_id = ANY(${[...gone.userIds]}::uuid[]))` : Prisma.empty}
    UNION
    SELECT user_id FROM application_users WHERE application_id = ${applicationId}::uuid AND assigned`;
}

function associatedGroups(applicationId: string): Prisma.Sql {
  return Prisma.sql`SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid`;
}

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
 * SQL, for use as a subquery: `user_id` of everyone who is granted the application, whatever their own state.
 * @param change after this change; absent: as it is
 */
export function grantedUsers(applicationId: string, change: ScopeChange = {}): Prisma.Sql {
  const { withoutAssociations = [], withAssociations = [] } = change;
  const left =
    withoutAssociations.length > 0
      ? Prisma.sql`${associatedGroups(applicationId)} AND NOT group_id = ANY(${[...withoutAssociations]}::uuid[])`
      : associatedGroups(applicationId);
  const associated =
    withAssociations.length > 0 ? Prisma.sql`${left} UNION SELECT unnest(${[...withAssociations]}::uuid[])` : left;
  return admitted(applicationId, associated, change);
}

/** Some people: how many, and the first of them by name. */
export interface NamedPeople {
  count: number;
  first: { id: string; displayName: string }[];
}

/**
 * How many people a change of associations lets in and shuts out, before it is saved. It adds up:
 * `members = enter + already + suspended`, `removedMembers = leave + kept + removedSuspended`.
 */
export interface AssociationImpact {
  enter: number;
  leave: number;
  total: number;
  /** Members of the groups that would be associated. */
  members: number;
  /** Of these: active, and let in by something else already. */
  already: NamedPeople;
  /** Of these: suspended, so that nothing lets them in. */
  suspended: NamedPeople;
  /** Members of the groups that would be disassociated. */
  removedMembers: number;
  /** Of these: active, and let in by something else, too. */
  kept: NamedPeople;
  removedSuspended: NamedPeople;
}

const peopleNamed = 5;

/** Counts active people. @param change group ids that would be associated and disassociated */
export async function associationImpact(
  applicationId: string,
  change: { add: readonly string[]; remove: readonly string[] },
): Promise<AssociationImpact> {
  const present = associatedGroups(applicationId);
  const [add, remove] = [
    Prisma.sql`SELECT unnest(${change.add}::uuid[])`,
    Prisma.sql`SELECT unnest(${change.remove}::uuid[])`,
  ];
  const planned = Prisma.sql`(${present} AND NOT group_id = ANY(${change.remove}::uuid[])) UNION ${add}`;
  const first = (which: Prisma.Sql) => Prisma.sql`(
    SELECT coalesce(json_agg(named), '[]') FROM (
      SELECT id, display_name AS "displayName" FROM people WHERE ${which}
      ORDER BY lower(display_name), id LIMIT ${peopleNamed}) named)`;
  const parts = {
    already: Prisma.sql`added AND active AND was`,
    suspended: Prisma.sql`added AND NOT active`,
    kept: Prisma.sql`removed AND active AND will`,
    removedSuspended: Prisma.sql`removed AND NOT active`,
  };
  const named = (which: Prisma.Sql) =>
    Prisma.sql`json_build_object('count', count(*) FILTER (WHERE ${which}), 'first', ${first(which)})`;
  const [impact] = await db.$queryRaw<AssociationImpact[]>`
    WITH before AS MATERIALIZED (${admitted(applicationId, present)}),
    after AS MATERIALIZED (${admitted(applicationId, planned)}),
    added AS MATERIALIZED (${membersOf(add)}),
    removed AS MATERIALIZED (${membersOf(remove)}),
    people AS MATERIALIZED (
      SELECT id, display_name, status = 'active' AS active,
        id IN (SELECT user_id FROM before) AS was, id IN (SELECT user_id FROM after) AS will,
        id IN (SELECT user_id FROM added) AS added, id IN (SELECT user_id FROM removed) AS removed
      FROM users WHERE deleted_at IS NULL)
    SELECT count(*) FILTER (WHERE active AND will AND NOT was)::int AS enter,
      count(*) FILTER (WHERE active AND was AND NOT will)::int AS leave,
      count(*) FILTER (WHERE active AND will)::int AS total,
      count(*) FILTER (WHERE added)::int AS members, ${named(parts.already)} AS already,
      ${named(parts.suspended)} AS suspended, count(*) FILTER (WHERE removed)::int AS "removedMembers",
      ${named(parts.kept)} AS kept, ${named(parts.removedSuspended)} AS "removedSuspended"
    FROM people`;
  if (!impact) throw new Error('An aggregate always answers one row.');
  return impact;
}

/** SQL: `user_id` of the members of these groups, through nesting as well. */
function membersOf(groups: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    ${withNested(groups, {})}
    SELECT DISTINCT m.user_id FROM group_members m JOIN granting ON granting.id = m.group_id`;
}

/** SQL: `user_id` of everybody who can lose something by a change: nobody else has to be looked at. */
export function affectedBy(change: ScopeChange): Prisma.Sql {
  const { withoutAssociations = [], withoutGroups = [], withoutMembers, withoutNesting } = change;
  const groupIds = [...withoutAssociations, ...withoutGroups, ...(withoutNesting ? [withoutNesting.childId] : [])];
  return Prisma.sql`
    SELECT user_id FROM (${membersOf(Prisma.sql`SELECT unnest(${groupIds}::uuid[])`)}) members
    UNION SELECT unnest(${[...(withoutMembers?.userIds ?? [])]}::uuid[])`;
}

/** SQL: the groups that count a person as a member, directly or through nesting. */
function withGroupsOf(userId: string): Prisma.Sql {
  return Prisma.sql`
    WITH RECURSIVE mine AS (
      SELECT g.id FROM group_members m JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL
      WHERE m.user_id = ${userId}::uuid
      UNION
      SELECT p.id FROM group_nestings n
      JOIN mine ON mine.id = n.child_id
      JOIN groups p ON p.id = n.parent_id AND p.deleted_at IS NULL
    )`;
}

/** What lets one person into one application; empty: nothing does. */
export interface Grants {
  direct: boolean;
  groups: { id: string; name: string }[];
}

/** The associated groups of which a person is a member, directly or through nesting, and the direct assignment. */
export async function listGrants(tx: Tx, userId: string, applicationId: string): Promise<Grants> {
  const groups = await tx.$queryRaw<{ id: string; name: string }[]>`
    ${withGroupsOf(userId)}
    SELECT g.id, g.name FROM application_groups a
    JOIN mine ON mine.id = a.group_id JOIN groups g ON g.id = a.group_id
    WHERE a.application_id = ${applicationId}::uuid ORDER BY g.name, g.id`;
  const direct = await tx.applicationUser.count({ where: { applicationId, userId, assigned: true } });
  return { direct: direct > 0, groups };
}

/** Ids of every application that a person may use by association or assignment, whatever its state. */
export async function listAccessibleApplicationIds(userId: string, tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    ${withGroupsOf(userId)}
    SELECT application_id AS id FROM application_groups a JOIN mine ON mine.id = a.group_id
    UNION
    SELECT application_id FROM application_users WHERE user_id = ${userId}::uuid AND assigned`;
  return rows.map((row) => row.id);
}

/** Those of the given people who are granted the application, whatever their own state. */
export async function grantedAmong(
  tx: Tx,
  applicationId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ user_id: string }[]>`
    SELECT user_id FROM (${grantedUsers(applicationId)}) granted WHERE user_id = ANY(${userIds}::uuid[])`;
  return new Set(rows.map((row) => row.user_id));
}
