import { grantedPairs, passesFilter } from '@/lib/applications/scope';
import { Prisma } from '@/lib/db/generated/client';

/** Everybody in an application, these people in it, or these people in every application. */
export type Touched =
  | { applicationId: string; userIds?: readonly string[] | undefined }
  | { userIds: readonly string[] };

/** SQL: `place.kept`, whether `u` is let in and the scoping filter keeps them, of `p` as {@link touchedPeople} tells it. */
export const inPlace = Prisma.sql`
  CROSS JOIN LATERAL (SELECT p.granted AND ${passesFilter('user', Prisma.sql`p.application_id`)} AS kept OFFSET 0) place`;

/**
 * SQL: whether somebody is looked at, of `p`, `u` and {@link inPlace}. Whoever is in scope is; whoever's account is gone and who is out of
 * scope has nothing to do.
 */
export const isLookedAt = Prisma.sql`CASE WHEN p.state IS NULL THEN place.kept AND u.status = 'active' AND u.deleted_at IS NULL
  ELSE NOT (p.state = 'deleted' AND (NOT place.kept OR u.deleted_at IS NOT NULL)) END`;

/** SQL: `application_id, group_id` of the groups that are looked at: those in scope, and those that are linked. @param only SQL over `t` */
export const lookedAtGroups = (only: Prisma.Sql) => Prisma.sql`
  SELECT t.application_id, t.group_id FROM application_groups t
  JOIN groups g ON g.id = t.group_id AND g.deleted_at IS NULL
  WHERE ${only} AND g.imported_from_id IS DISTINCT FROM t.application_id
    AND ${passesFilter('group', Prisma.sql`t.application_id`)}
  UNION SELECT t.application_id, t.group_id FROM group_links t WHERE ${only} AND t.state <> 'deleted'`;

/**
 * SQL: `application_id, user_id, granted, state` of the pairs that a change touches, each once: what lets one of these people in
 * (a group, an assignment), or a link. `state` is the link's, null where there is none. With people named, those who share a
 * name with one of them belong to it: with the change of one, the other may be free to go on.
 */
export function touchedPeople(touched: Touched): Prisma.Sql {
  const { userIds } = touched;
  const applicationId = 'applicationId' in touched ? touched.applicationId : undefined;
  const ofApplication = applicationId ? Prisma.sql`AND t.application_id = ${applicationId}::uuid` : Prisma.empty;
  const ofPeople = userIds ? Prisma.sql`AND t.user_id = ANY (${[...userIds]}::uuid[])` : Prisma.empty;
  const conflicting = userIds
    ? Prisma.sql`UNION ALL
      SELECT t.application_id, t.user_id, false, t.state FROM user_links t
      WHERE t.state = 'conflict' AND t.last_error -> 'others' ?| ${[...userIds]}::text[] ${ofApplication}`
    : Prisma.empty;
  return Prisma.sql`
    SELECT application_id, user_id, bool_or(granted) AS granted, max(state) AS state FROM (
      SELECT application_id, user_id, true AS granted, NULL::link_state AS state
      FROM (${grantedPairs(Prisma.sql`true ${ofApplication} ${ofPeople}`)}) granting
      UNION ALL
      SELECT t.application_id, t.user_id, false, t.state FROM user_links t
      WHERE true ${ofApplication} ${ofPeople}
      ${conflicting}) ways
    GROUP BY application_id, user_id`;
}
