import { grantedUsers, passesFilter } from '@/lib/applications/scope';
import { linkStatesThat } from '@/lib/core/states';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import type { PreparedClause } from '@/lib/filters/check-filter';
import { givenClauses, letsThrough } from '@/lib/filters/sql';
import type { ObjectType } from '@/lib/mappings/schema';
import { managesAccount } from '../queries/sql';

/** As many people (or groups) of an application are asked at once; beyond, what is told is of the first. */
export const mostAsked = 100_000;

/**
 * SQL: whom another filter would change something for, among those who could be in scope: `id, name, key, detail, was, will,
 * managed`. `was`: the stored filter lets them through; `will`: this one does; `managed`: they have an account (or group) that is
 * ours. Of people only who is active: nobody else has an account to lose.
 */
export function askedOf(applicationId: string, objectType: ObjectType, clauses: readonly PreparedClause[]): Prisma.Sql {
  const asks = Prisma.sql`CROSS JOIN LATERAL (SELECT ${passesFilter(objectType, applicationId)} AS was,
    ${letsThrough(objectType, givenClauses(clauses))} AS will OFFSET 0) asked`;
  if (objectType === 'group')
    return Prisma.sql`
      SELECT g.id, g.name, (lower(g.name) COLLATE "C") AS key, '' AS detail, asked.was, asked.will,
        coalesce(l.remote_id IS NOT NULL AND l.state NOT IN ${inStates(linkStatesThat.areOver)}, false) AS managed
      FROM (SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid LIMIT ${mostAsked}) a
      JOIN groups g ON g.id = a.group_id AND g.deleted_at IS NULL AND g.imported_from_id IS DISTINCT FROM ${applicationId}::uuid
      ${asks}
      LEFT JOIN group_links l ON l.application_id = ${applicationId}::uuid AND l.group_id = g.id`;
  return Prisma.sql`
    SELECT u.id, u.display_name AS name, (lower(u.lastname || ' ' || u.firstname) COLLATE "C") AS key, u.email AS detail,
      asked.was, asked.will, l.id IS NOT NULL AS managed
    FROM (SELECT user_id FROM (${grantedUsers(applicationId)}) granted LIMIT ${mostAsked}) a
    JOIN users u ON u.id = a.user_id AND u.deleted_at IS NULL AND u.status = 'active'
    ${asks}
    LEFT JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = u.id AND ${managesAccount}`;
}
