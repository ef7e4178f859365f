import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyset } from '@/lib/db/keyset';

/**
 * Access and scope are one question: who is a member, directly or through nesting, of a user group associated with the
 * application, or directly assigned. Deleted groups grant nothing, on whatever level they stand.
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
  return Prisma.sql`
    SELECT e.user_id FROM application_groups a JOIN effective_members e ON e.group_id = a.group_id
    WHERE a.application_id = ${applicationId}::uuid
    UNION ALL SELECT user_id FROM application_users WHERE application_id = ${applicationId}::uuid AND assigned`;
}

/**
 * SQL: whether the application lets `u` in, whatever their own state. For few people, or many in an order: it is looked up for
 * each, as values and not as EXISTS, which the planner may turn into a join over all members.
 */
export function isGranted(applicationId: string): Prisma.Sql {
  return Prisma.sql`(coalesce(
      (SELECT true FROM effective_members e JOIN application_groups a ON a.group_id = e.group_id
        WHERE e.user_id = u.id AND a.application_id = ${applicationId}::uuid LIMIT 1),
      (SELECT true FROM application_users d WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned),
      false))`;
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

/** What lets one person into one application; empty: nothing does. */
export interface Grants {
  direct: boolean;
  groups: { id: string; name: string }[];
}

/** The associated groups of which a person is a member, directly or through nesting, and the direct assignment. */
export async function listGrants(tx: Tx, userId: string, applicationId: string): Promise<Grants> {
  const groups = await tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT g.id, g.name FROM effective_members e
    JOIN application_groups a ON a.group_id = e.group_id AND a.application_id = ${applicationId}::uuid
    JOIN groups g ON g.id = e.group_id
    WHERE e.user_id = ${userId}::uuid ORDER BY g.name, g.id`;
  const direct = await tx.applicationUser.count({ where: { applicationId, userId, assigned: true } });
  return { direct: direct > 0, groups };
}

/** Ids of every application that a person may use by association or assignment, whatever its state. */
export async function listAccessibleApplicationIds(userId: string, tx: Tx = db): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT a.application_id AS id FROM effective_members e JOIN application_groups a ON a.group_id = e.group_id
    WHERE e.user_id = ${userId}::uuid
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
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id FROM users u WHERE u.id = ANY(${[...userIds]}::uuid[]) AND ${isGranted(applicationId)}`;
  return new Set(rows.map((row) => row.id));
}
