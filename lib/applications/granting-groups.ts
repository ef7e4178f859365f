import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { withNested } from './scope';

/**
 * The user groups whose direct members an application lets in: those that are associated, and what is nested in them.
 * A list asks for them first, so that who is in scope is then one look-up for each person on the page, and not a
 * computation over everybody.
 */
export async function listGrantingGroups(applicationId: string): Promise<string[]> {
  const associated = Prisma.sql`SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid`;
  const rows = await db.$queryRaw<{ id: string }[]>`${withNested(associated, {})} SELECT id FROM granting`;
  return rows.map((row) => row.id);
}

/**
 * SQL: whether the application lets `u` in, whatever their own state. Written as values and not as EXISTS, which the
 * planner may turn into a join over all members. @param groupIds those of {@link listGrantingGroups}
 */
export function isGranted(applicationId: string, groupIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`(coalesce(
      (SELECT true FROM group_members m WHERE m.user_id = u.id AND m.group_id = ANY(${[...groupIds]}::uuid[]) LIMIT 1),
      (SELECT true FROM application_users d WHERE d.application_id = ${applicationId}::uuid AND d.user_id = u.id AND d.assigned),
      false))`;
}
