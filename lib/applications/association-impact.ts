import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { grantedUsers } from './scope';

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

/**
 * Counts active people. Only members of the groups that change are looked at, each by what lets them in before and after.
 * @param change group ids that would be associated and disassociated
 */
export async function associationImpact(
  applicationId: string,
  change: { add: readonly string[]; remove: readonly string[] },
): Promise<AssociationImpact> {
  const [add, remove] = [Prisma.sql`${[...change.add]}::uuid[]`, Prisma.sql`${[...change.remove]}::uuid[]`];
  const associated = Prisma.sql`SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid`;
  const planned = Prisma.sql`${associated} AND NOT group_id = ANY(${remove}) UNION SELECT unnest(${add})`;
  const letIn = (groups: Prisma.Sql) => Prisma.sql`(
    EXISTS (SELECT 1 FROM effective_members e WHERE e.user_id = u.id AND e.group_id IN (${groups}))
    OR EXISTS (SELECT 1 FROM application_users d
      WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned))`;
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
  const [[impact], present] = await Promise.all([
    db.$queryRaw<Omit<AssociationImpact, 'total'>[]>`
      WITH changed AS MATERIALIZED (
        SELECT user_id, bool_or(group_id = ANY(${add})) AS added, bool_or(group_id = ANY(${remove})) AS removed
        FROM effective_members WHERE group_id = ANY(${add}) OR group_id = ANY(${remove}) GROUP BY user_id),
      people AS MATERIALIZED (
        SELECT u.id, u.display_name, u.status = 'active' AS active, c.added, c.removed,
          ${letIn(associated)} AS was, ${letIn(planned)} AS will
        FROM changed c JOIN users u ON u.id = c.user_id AND u.deleted_at IS NULL)
      SELECT count(*) FILTER (WHERE active AND will AND NOT was)::int AS enter,
        count(*) FILTER (WHERE active AND was AND NOT will)::int AS leave,
        count(*) FILTER (WHERE added)::int AS members, ${named(parts.already)} AS already,
        ${named(parts.suspended)} AS suspended, count(*) FILTER (WHERE removed)::int AS "removedMembers",
        ${named(parts.kept)} AS kept, ${named(parts.removedSuspended)} AS "removedSuspended"
      FROM people`,
    countInScope(applicationId),
  ]);
  if (!impact) throw new Error('An aggregate always answers one row.');
  return { ...impact, total: present + impact.enter - impact.leave };
}

/** Active people whom an application lets in. */
export async function countInScope(applicationId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (${grantedUsers(applicationId)}) granted
    JOIN users u ON u.id = granted.user_id AND u.status = 'active' AND u.deleted_at IS NULL`;
  return row?.count ?? 0;
}
