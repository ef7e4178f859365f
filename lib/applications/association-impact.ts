import { boundedCount, type Counted, countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { grantedRows, passesFilter } from './scope';

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
  /** False: the groups that change have more people. What is told is of the first 1,000 of them, but for `total`. */
  isExact: boolean;
  total: number;
  /** False: `total` is reckoned from the first 1,000 of those who are let in now, or who change; there are more. */
  totalIsExact: boolean;
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

/** Somebody who may come or go: as many are looked at. */
const peopleLookedAt = 1_000;

/**
 * Counts active people. Only members of the groups that change are looked at, the first 1,000 of them, each by what lets them
 * in before and after.
 * @param change group ids that would be associated and disassociated
 */
export async function associationImpact(
  applicationId: string,
  change: { add: readonly string[]; remove: readonly string[] },
): Promise<AssociationImpact> {
  const [add, remove] = [Prisma.sql`${[...change.add]}::uuid[]`, Prisma.sql`${[...change.remove]}::uuid[]`];
  const associated = Prisma.sql`SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid`;
  const planned = Prisma.sql`${associated} AND NOT group_id = ANY(${remove}) UNION SELECT unnest(${add})`;
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
  // Whoever is among the first of all these groups is among the first of each, so that nobody's way in or out is missed.
  const [[impact], present] = await Promise.all([
    db.$queryRaw<Omit<AssociationImpact, 'total' | 'totalIsExact'>[]>`
      WITH changed AS MATERIALIZED (
        SELECT found.user_id, bool_or(touched.group_id = ANY(${add})) AS added, bool_or(touched.group_id = ANY(${remove})) AS removed
        FROM (SELECT DISTINCT unnest(${add} || ${remove}) AS group_id) touched
        CROSS JOIN LATERAL (SELECT e.user_id FROM effective_members e WHERE e.group_id = touched.group_id
          ORDER BY e.user_id LIMIT ${peopleLookedAt + 1}) found
        GROUP BY 1 ORDER BY 1 LIMIT ${peopleLookedAt + 1}),
      people AS MATERIALIZED (
        SELECT u.id, u.display_name, u.status = 'active' AS active, c.added, c.removed, w.was OR direct.assigned AS was, w.will OR direct.assigned AS will
        FROM (SELECT * FROM changed ORDER BY user_id LIMIT ${peopleLookedAt}) c
        -- By one reading of the index in their order, not one for each of them.
        JOIN (SELECT * FROM users WHERE id = ANY (ARRAY(SELECT user_id FROM changed ORDER BY user_id LIMIT ${peopleLookedAt})) AND deleted_at IS NULL OFFSET 0) u
          ON u.id = c.user_id
        -- What lets in before and after, in one look; who is assigned is asked only of whom that does not settle.
        CROSS JOIN LATERAL (SELECT coalesce(bool_or(e.group_id = ANY(ARRAY(${associated}))), false) AS was,
            coalesce(bool_or(e.group_id = ANY(ARRAY(${planned}))), false) AS will
          FROM effective_members e WHERE e.user_id = u.id AND e.group_id = ANY(ARRAY(${associated} UNION SELECT unnest(${add}))) OFFSET 0) w
        CROSS JOIN LATERAL (SELECT CASE WHEN w.was AND w.will THEN true ELSE coalesce((SELECT true FROM application_users d
            WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned), false) END AS assigned OFFSET 0) direct)
      SELECT count(*) FILTER (WHERE active AND will AND NOT was)::int AS enter,
        count(*) FILTER (WHERE active AND was AND NOT will)::int AS leave,
        (SELECT count(*) FROM changed) <= ${peopleLookedAt} AS "isExact",
        count(*) FILTER (WHERE added)::int AS members, ${named(parts.already)} AS already,
        ${named(parts.suspended)} AS suspended, count(*) FILTER (WHERE removed)::int AS "removedMembers",
        ${named(parts.kept)} AS kept, ${named(parts.removedSuspended)} AS "removedSuspended"
      FROM people`,
    countInScope(applicationId),
  ]);
  if (!impact) throw new Error('An aggregate always answers one row.');
  const { total, totalIsExact } = present;
  return {
    ...impact,
    total: Math.max(0, total + impact.enter - impact.leave),
    totalIsExact: totalIsExact && impact.isExact,
  };
}

/** Of what lets people in, as many rows as are looked at to find more people than are counted. */
const grantsLookedAt = 3 * countLimit;

/** How many active people an application lets in, or has accounts for: those who pass its scoping filter, too. */
export async function countInScope(applicationId: string, what: 'access' | 'accounts' = 'access'): Promise<Counted> {
  const grants = grantedRows(applicationId);
  // In an array, they are looked up by one reading of the index in their order.
  const activeOf = (people: Prisma.Sql) => Prisma.sql`users u
    WHERE u.id = ANY (ARRAY(SELECT user_id FROM (${people}) g)) AND u.status = 'active' AND u.deleted_at IS NULL
      ${what === 'access' ? Prisma.empty : Prisma.sql`AND ${passesFilter('user', applicationId)}`}`;
  const first = await boundedCount(db, activeOf(Prisma.sql`SELECT user_id FROM (${grants}) g LIMIT ${grantsLookedAt}`));
  if (!first.totalIsExact) return first;
  const [row] = await db.$queryRaw<{ rows: number }[]>`
    SELECT count(*)::int AS rows FROM (SELECT 1 FROM (${grants}) g LIMIT ${grantsLookedAt + 1}) counted`;
  // Everything was looked at, or the first grants are of few people, or of people who are suspended.
  return (row?.rows ?? 0) <= grantsLookedAt ? first : boundedCount(db, activeOf(grants));
}
