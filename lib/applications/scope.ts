import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyset } from '@/lib/db/keyset';
import { letsThrough } from '@/lib/filters/sql';
import type { ObjectType } from '@/lib/mappings/schema';

/**
 * Access and scope are one question: who is a member, directly or through nesting, of a user group associated with the
 * application, or directly assigned. Deleted groups grant nothing, on whatever level they stand. A scoping filter narrows
 * provisioning alone: whom it leaves out signs in all the same, and has no account.
 */

/** SQL, for use as a subquery: `user_id` of everyone who is granted the application, whatever their own state. */
export function grantedUsers(applicationId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT e.user_id FROM application_groups a JOIN effective_members e ON e.group_id = a.group_id
    WHERE a.application_id = ${applicationId}::uuid
    UNION
    SELECT user_id FROM application_users WHERE application_id = ${applicationId}::uuid AND assigned`;
}

/** SQL: `user_id` of the same, once for everything that lets them in: whoever reads the first of them reads no more. */
export function grantedRows(applicationId: string): Prisma.Sql {
  return Prisma.sql`SELECT user_id FROM (${grantedPairs(Prisma.sql`t.application_id = ${applicationId}::uuid`)}) p`;
}

/**
 * SQL: whether the application lets `u` in, whatever their own state. For few people, or many in an order: it is looked up for
 * each, as values and not as EXISTS, which the planner may turn into a join over all members.
 * @param application its id, or SQL of it @param assigned SQL of whether `u` is assigned (or null), where that is read already
 */
export function isGranted(application: string | Prisma.Sql, assigned?: Prisma.Sql): Prisma.Sql {
  const id = typeof application === 'string' ? Prisma.sql`${application}::uuid` : application;
  return Prisma.sql`(coalesce(
      (SELECT true FROM effective_members e JOIN application_groups g ON g.group_id = e.group_id
        WHERE e.user_id = u.id AND g.application_id = ${id} LIMIT 1),
      ${assigned ?? Prisma.sql`(SELECT true FROM application_users d WHERE d.application_id = ${id} AND d.user_id = u.id AND d.assigned)`},
      false))`;
}

/** SQL after FROM: the clauses of an application's scoping filter, as `c`. @param application its id, or SQL of it */
export function storedClauses(objectType: ObjectType, application: string | Prisma.Sql): Prisma.Sql {
  const id = typeof application === 'string' ? Prisma.sql`${application}::uuid` : application;
  return Prisma.sql`(SELECT * FROM scope_clauses WHERE application_id = ${id}
    AND object_type = ${objectType === 'user' ? Prisma.sql`'user'` : Prisma.sql`'group'`}) c`;
}

/** SQL: whether the application's scoping filter lets `u` (or, of groups, `g`) through; whether they are let in is another question. */
export function passesFilter(objectType: ObjectType, application: string | Prisma.Sql): Prisma.Sql {
  return letsThrough(objectType, storedClauses(objectType, application));
}

/** SQL: whether `u` is to have an account, whatever their own state: let in, and let through by the scoping filter. */
export function isProvisioned(application: string | Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${isGranted(application)} AND ${passesFilter('user', application)})`;
}

/**
 * SQL: `application_id, user_id` of who is let in where, whatever their own state, once for everything that lets them in.
 * @param only SQL conditions over `t`, which has both columns
 */
export function grantedPairs(only: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT t.application_id, t.user_id FROM (SELECT g.application_id, e.user_id
      FROM application_groups g JOIN effective_members e ON e.group_id = g.group_id) t WHERE ${only}
    UNION ALL SELECT t.application_id, t.user_id FROM application_users t WHERE t.assigned AND ${only}`;
}

/**
 * SQL: `id, name_key` of those who are let in, in the order of names: of everything that lets in, as many as a page takes, so
 * that the first of them all are among these; the same person may be there several times.
 * @param keyset over `u.name_key, u.id` @param present without deleted people; otherwise they are looked at as well
 */
export function grantedInOrder(
  applicationId: string,
  { after, order, take }: Omit<Keyset, 'key'>,
  present: boolean,
): Prisma.Sql {
  const person = (of: Prisma.Sql) =>
    present ? Prisma.sql`JOIN users p ON p.id = ${of}.user_id AND p.deleted_at IS NULL` : Prisma.empty;
  const page = Prisma.sql`WHERE ${after} ORDER BY ${order} LIMIT ${take}`;
  return Prisma.sql`
    SELECT found.id, found.name_key FROM application_groups a CROSS JOIN unnest(ARRAY[true, false]) AS way(direct)
    CROSS JOIN LATERAL (SELECT u.* FROM (SELECT e.user_id AS id, e.name_key FROM effective_members e ${person(Prisma.sql`e`)}
      WHERE e.group_id = a.group_id AND e.direct = way.direct) u ${page}) found
    WHERE a.application_id = ${applicationId}::uuid
    UNION ALL
    SELECT * FROM (SELECT u.* FROM (SELECT d.user_id AS id, d.name_key FROM application_users d ${person(Prisma.sql`d`)}
      WHERE d.application_id = ${applicationId}::uuid AND d.assigned) u ${page}) found`;
}

/** Ids of every application that lets a person in, whatever its state; none of somebody who was deleted. */
export async function listAccessibleApplicationIds(userId: string, tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT application_id AS id FROM (${grantedPairs(Prisma.sql`t.user_id = ${userId}::uuid`)}) p
    WHERE (SELECT deleted_at IS NULL FROM users WHERE id = ${userId}::uuid)`;
  return rows.map((row) => row.id);
}

/** Those of the given people who are granted the application, whatever their own state. */
export async function grantedAmong(
  tx: Tx,
  applicationId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id FROM users u WHERE u.id = ANY(${[...userIds]}::uuid[]) AND ${isGranted(applicationId)}`;
  return new Set(rows.map((row) => row.id));
}
